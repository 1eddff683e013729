"""The words of the contact request: every question, reason and answer, in every language, and no more than that."""

from typing import get_args

import pytest

from bot.channels.form_view import GROUPS
from bot.content import Content
from bot.engine.request import DAYS
from bot.engine.text_messages import WAYS_INSTEAD
from bot.usecases.contact import SLOTS
from bot.usecases.notices import NOTICE_OF
from storage.contact_requests import Status

PROBLEMS = ("missing", "phone", "long", "date", "day", "time", "order", "consent", "code", *WAYS_INSTEAD)


@pytest.mark.parametrize("language", ["lv", "ru", "en"])
def test_every_question_has_its_words_its_reason_and_its_answers(shipped: Content, language: str) -> None:
    keys = [
        key
        for name, field in shipped.request.fields.items()
        for key in (name, f"{name}?", *(f"{name}:{option}" for option in field.options))
    ]
    assert [key for key in keys if not shipped.has(f"request.{key}", language)] == []


@pytest.mark.parametrize("language", ["lv", "ru", "en"])
def test_whatever_happens_to_a_request_can_be_said(shipped: Content, language: str) -> None:
    keys = [
        *(f"standing.{status}" for status in (*get_args(Status), "opened", "late")),
        *(f"standing.told.{step}" for step in (*NOTICE_OF, "fallback.named")),
        *(f"problem.{problem}" for problem in PROBLEMS),
        *(f"consent.{name}" for name in (*SLOTS, *(consent.id for consent in shipped.request.consents))),
        *(f"page.{kind}.{group}" for kind in ("group", "more") for group in GROUPS),
        *(f"date.by.{day}" for day in DAYS),
        *(f"date.month.{month}" for month in range(1, 13)),
    ]
    assert [key for key in keys if not shipped.has(f"request.{key}", language)] == []


def test_the_days_that_are_told_are_the_days_after_which_it_is_erased(shipped: Content) -> None:
    for language in shipped.dialogue.languages:
        assert str(shipped.request.erased_after_days) in shipped.facts["retention_open"].value[language]
