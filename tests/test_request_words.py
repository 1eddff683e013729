"""The words of the contact request: every question, reason and answer, in every language, and no more than that."""

from typing import get_args

import pytest

from bot.channels.form_codes import Confirmed
from bot.channels.form_reach import WAYS
from bot.channels.form_standing import ENDINGS
from bot.channels.form_view import only_when
from bot.content import Content
from bot.engine.languages import LANGUAGES
from bot.engine.request import DAYS, Values
from bot.engine.request_pages import asked_on
from bot.engine.text_messages import WAYS_INSTEAD
from bot.usecases.person.contact import SLOTS
from bot.usecases.person.standing import State, Then, Try, Waiting
from bot.usecases.services.notices import NOTICE_OF

PROBLEMS = ("missing", "phone", "long", "date", "day", "time", "order", "consent", "code", *WAYS_INSTEAD)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_has_its_words_its_reason_and_its_answers(shipped: Content, language: str) -> None:
    keys = [
        key
        for name, field in shipped.request.fields.items()
        for key in (name, f"{name}?", *(f"{name}:{option}" for option in field.options))
    ]
    assert [key for key in keys if not shipped.has(f"request.{key}", language)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_has_its_heading_and_each_condition_on_a_page_its_hint(shipped: Content, language: str) -> None:
    form = shipped.request
    keys = [f"page.title.{page}" for page in form.pages]
    for page, names in form.pages.items():
        known: Values = {"contact_mode": "sms", "phone_is": "trusted_person"} if page != "how" else {}
        hints = {name: only_when(name, form.fields[name]) for name, when in asked_on(form, page, known).items() if when}
        assert set(hints) <= set(names)
        keys += [f"page.only.{hint}" for hint in hints.values()]
    assert len(keys) > len(form.pages)
    assert [key for key in keys if not shipped.has(f"request.{key}", language)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_happens_to_a_request_can_be_said(shipped: Content, language: str) -> None:
    groups = {field.group for field in shipped.request.fields.values()}
    keys = [
        *(f"standing.{state}" for state in get_args(State) if state not in ("awaited", "overdue")),
        *(f"standing.waits.{why}" for why in get_args(Waiting) if why),
        *(f"standing.try.{outcome}" for outcome in get_args(Try)),
        *(f"standing.then.{then}" for then in get_args(Then) if then),
        *(f"standing.line.{end}" for end in ENDINGS),
        *(f"confirm.{what}.{part}" for what in get_args(Confirmed) if what for part in ("title", "text", "yes")),
        *(f"standing.told.{step}" for step in (*NOTICE_OF, "fallback.named")),
        *(f"problem.{problem}" for problem in PROBLEMS),
        *(f"consent.{name}" for name in (*SLOTS, *(consent.id for consent in shipped.request.consents))),
        *(f"page.{kind}.{group}" for kind in ("group", "more") for group in groups),
        *(f"date.by.{day}" for day in DAYS),
        *(f"date.{said}.{month}" for said in ("month", "on.month") for month in range(1, 13)),
        *(f"date.on.{day}" for day in DAYS),
        *(f"reach.{mend}" for mend in ("days", "week", "longer", *WAYS.values())),
    ]
    assert [key for key in keys if not shipped.has(f"request.{key}", language)] == []


def test_the_days_that_are_told_are_the_days_after_which_it_is_erased(shipped: Content) -> None:
    for language in shipped.dialogue.languages:
        assert str(shipped.request.erased_after_days) in shipped.facts["retention_open"].value[language]
