"""Who cannot speak is never led to a call that is heard: a link writes to 112, and says what is not known of it."""

import re

import pytest

from bot.content import Content
from bot.engine.facts import read_facts
from bot.engine.languages import LANGUAGES
from bot.engine.problems import BrokenContent
from bot.layout import blocks, headed
from bot.texts import Span
from tests.channels.web import OF_TODAY, Seen, WebChat
from tests.conftest import ROOT

FACT = "emergency_sms_phone"
IN_THE_LIST = {
    "lv": "tālruņa īsziņu sarakstā",
    "ru": "списке сообщений телефона",
    "en": "phone's list of messages",
    "uk": "списку повідомлень телефону",
}
LABEL = {"lv": "Rakstīt 112", "ru": "Написать 112", "en": "Write to 112", "uk": "Написати 112"}


def offers_a_message(page: Seen, content: Content, language: str) -> None:
    (line,) = (paragraph for paragraph in re.findall(r"<(?:p|li)[ >].*?</(?:p|li)>", page.html) if "sms:" in paragraph)
    assert f'<a class="call" href="sms:112" aria-label="{LABEL[language]}">112</a>' in line
    assert "tel:112" not in line, "what is offered for silence is never a call"
    words = re.sub("&#39;", "'", page.html)
    assert content.facts[FACT].doubt[language] in words
    assert IN_THE_LIST[language] in words
    assert "112" in page.calls, "and the call stands beside it"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("screen", ["danger", "emergency.silent"])
async def test_beside_the_call_stands_a_message_with_its_doubt_and_what_stays_on_the_phone(
    chat: WebChat, screen: str, language: str
) -> None:
    offers_a_message(await chat.at(screen, language), chat.runtime.content, language)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_frame_of_the_form_offers_it_too(chat: WebChat, language: str) -> None:
    token = await chat.stand("request.offer", language)
    page = await chat.post({"token": token, "form": "request", "language": language}, **OF_TODAY)
    assert page.screen == "form.fill"
    offers_a_message(page, chat.runtime.content, language)


def test_a_link_that_writes_stays_one_wherever_its_line_is_cut() -> None:
    written = Span("112", "112", "Write to")
    (first, second) = blocks((Span("One\n\n• to "), written, Span(" now")))
    assert written in second.lines[0]
    assert first.lines == ((Span("One"),),)
    heading, _ = headed((Span("Write to "), written, Span(". Then wait here.")))
    assert written in heading


@pytest.mark.parametrize("value", ["113", "116006"])
def test_no_edit_leads_such_a_message_elsewhere(value: str) -> None:
    text = (ROOT / "dialogs" / "facts.yaml").read_text()
    before = f'{FACT}:\n    kind: phone\n    value: "112"'
    assert before in text
    with pytest.raises(BrokenContent, match="is always the phone 112"):
        read_facts(text.replace(before, before.replace("112", value)))
