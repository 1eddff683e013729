"""The page that the proxy shows while the program is down says what the program would say, and no withdrawn number."""

import re
from dataclasses import replace

import pytest

from bot import cards
from bot.__main__ import main
from bot.content import Content
from bot.engine.languages import LANGUAGES
from bot.renditions.failure import failure_page
from tests.conftest import ROOT
from tests.pictures import rehearsed


def text(page: str) -> list[str]:
    return [re.sub(r"<[^>]+>", "", paragraph) for paragraph in re.findall(r"<p[^>]*>(.*?)</p>", page)]


def test_it_says_in_every_language_what_our_own_failure_says(shipped: Content) -> None:
    said = [cards.trouble(shipped, language).text for language in LANGUAGES]
    assert text(failure_page(shipped)) == [line for trouble in said for line in trouble.split("\n") if line]


@pytest.mark.pictures
@pytest.mark.parametrize("number", ["112", "116006"])
def test_each_number_can_be_pressed(shipped: Content, number: str) -> None:
    assert failure_page(shipped).count(f'<a href="tel:{number}">{number}</a>') == len(LANGUAGES)
    rehearsed("operating-down")


def test_a_line_that_was_withdrawn_is_not_on_it_and_112_is(shipped: Content) -> None:
    line = "helpline_116006_phone"
    gone = replace(shipped, facts={**shipped.facts, line: replace(shipped.facts[line], withdrawn=True)})
    assert "116006" not in failure_page(gone)
    assert failure_page(gone).count('href="tel:112"') == len(LANGUAGES)


def test_the_command_prints_it(shipped: Content, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["failure-page", "--package", str(ROOT)]) == 0
    assert capsys.readouterr().out == failure_page(shipped)
