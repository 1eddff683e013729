"""What is assumed when nothing is said (docs/safety.md, sR20). Whoever loosens a default has to change this list."""

import pytest

from bot.content import Content
from bot.engine.languages import LANGUAGES
from tests.engine.test_request import CALL, FORM, PULL, filled

CAREFUL = {
    "about": "done_to_me",  # nobody who is harmed is taken for somebody who does harm
    "code_word": "none",
    "if_other_answers": "say_wrong_number",
    "voicemail_ok": "no",
    "sms_ok": "no",
    "if_call_drops": "do_not_call_again",
    "max_attempts": "1",
    "valid_until": "7",
    "coming_by": "7",
}
NO_ANSWER_IS_THE_CAREFUL_ONE = {"caller_id": "no_preference"}
"""In some homes a hidden number alarms, in others a shown one: nothing may claim that this was chosen with care."""
NO_MATTER_OF_SAFETY = {"danger_gate": "not_asked", "interpreter": "no", "interpreter_not_local": "no"}


def test_every_default_is_the_most_careful_one() -> None:
    defaults = {name: field.default for name, field in FORM.fields.items() if field.default is not None}
    assert defaults == CAREFUL | NO_ANSWER_IS_THE_CAREFUL_ONE | NO_MATTER_OF_SAFETY


def test_a_default_of_a_number_is_the_smallest_that_can_be_chosen() -> None:
    assert min(FORM.fields["max_attempts"].options) == CAREFUL["max_attempts"]


def test_who_says_nothing_about_the_call_is_called_once_and_finds_no_message() -> None:
    values = filled(*CALL).values
    assert {name: values[name] for name in ("max_attempts", "voicemail_ok", "sms_ok", "if_call_drops")} == {
        "max_attempts": "1",
        "voicemail_ok": "no",
        "sms_ok": "no",
        "if_call_drops": "do_not_call_again",
    }


def test_who_calls_or_comes_is_expected_for_a_week_and_for_two_at_most() -> None:
    assert filled(*PULL).values["coming_by"] == "2026-11-30"
    assert filled(*PULL, ("coming_by", "2026-12-07")).ready
    assert not filled(*PULL, ("coming_by", "2026-12-08")).ready
    assert "coming_by" not in filled(*CALL).values


@pytest.mark.parametrize("language, care", [("lv", "piesardz"), ("ru", "осторож"), ("en", "careful")])
def test_the_heading_above_the_defaults_claims_only_what_they_are(shipped: Content, language: str, care: str) -> None:
    heading = shipped.text("request.page.more.contact", language).casefold()
    assert care not in heading
    assert any(phrase in heading for phrase in ("viens mēģinājums", "одна попытка", "one try"))


GIVES_AWAY = {
    "lv": ("veikal", "dienest", "sūtījum", "paciņ", "pierakst", "ārst", "klīnik", "birojs", "palīdz", "zvan"),
    "ru": ("магазин", "служб", "посылк", "доставк", "запис", "врач", "клиник", "библиотек", "офис", "помощ", "звон"),
    "en": ("shop", "service", "parcel", "delivery", "appointment", "doctor", "clinic", "office", "help", "call"),
    "uk": ("магазин", "крамниц", "служб", "посилк", "доставк", "запис", "лікар", "клінік", "офіс", "допомо",
           "дзвін", "дзвон"),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_several_messages_and_none_can_be_checked(shipped: Content, language: str) -> None:
    messages = [
        shipped.text(f"request.neutral_message:{option}", language) for option in FORM.fields["neutral_message"].options
    ]
    assert len(set(messages)) == len(messages) >= 3
    assert [message for message in messages for word in GIVES_AWAY[language] if word in message.casefold()] == []
