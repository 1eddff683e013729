"""The words of a card become paragraphs, lists and a heading that says where one is."""

from datetime import timedelta

import pytest

from bot import cards
from bot.content import Content
from bot.engine.effects import Show
from bot.engine.state import State
from bot.layout import Block, blocks, headed
from bot.texts import Span, plain
from tests.channels.web import squeezed
from tests.faces import TODAY


def test_words_become_paragraphs_and_lists() -> None:
    words = (
        Span("Zvaniet "),
        Span("112", "112"),
        Span(".\nTūlīt.\n\n• viens\n• divi "),
        Span("116006", "116006"),
        Span("\nbeigas"),
    )
    assert blocks(words) == (
        Block(((Span("Zvaniet "), Span("112", "112"), Span(".")), (Span("Tūlīt."),))),
        Block(((Span("viens"),), (Span("divi "), Span("116006", "116006"))), listed=True),
        Block(((Span("beigas"),),)),
    )


@pytest.mark.parametrize(
    "text, heading",
    [
        ("Vai Jūs esat drošībā? Nekas nav jāsaka.", "Vai Jūs esat drošībā?"),
        ("Īsa rinda\n\nTeksts.", "Īsa rinda"),
        ("Līdz plkst. 9 un pēc tam. Arī rīt.", "Līdz plkst. 9 un pēc tam."),
        ("• saraksts", ""),
        ("gara rinda " * 20, ""),
        ("", ""),
    ],
)
def test_a_short_first_sentence_is_the_heading(text: str, heading: str) -> None:
    found, body = headed((Span(text),) if text else ())
    assert "".join(span.text for span in found) == heading
    rest = "".join(span.text for block in body for line in block.lines for span in line)
    assert squeezed(heading + rest) == squeezed(text.replace("• ", ""))


@pytest.mark.parametrize("late", [0, 365], ids=["today", "with every fact withheld"])
def test_every_screen_has_a_heading_that_says_where_one_is(shipped: Content, late: int) -> None:
    day = TODAY + timedelta(days=late)
    bare = []
    for screen in shipped.dialogue.screens.values():
        for language in shipped.words if not screen.branch else ():
            card = cards.make(shipped, State(screen.id, language), Show(screen.id), day, {"service:name": "X"})
            heading, _ = headed(card.body)
            bare += [] if heading else [(screen.id, language)]
    assert bare == []


def test_a_screen_without_a_heading_of_its_own_is_named_by_its_button_in_the_menu(shipped: Content) -> None:
    card = cards.make(shipped, State("helplines", "lv"), Show("helplines"), TODAY, {})
    heading, body = headed(card.body)
    assert plain(heading) == "Parunāt ar kādu pa tālruni"
    assert body[0].listed
