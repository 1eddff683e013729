"""The agreed word on the form: a field for one's own first, then the word that this form proposes, then none."""

import html
import re

from pyrage.x25519 import Identity

from bot.engine.code_words import CODE_WORD, NO_WORD
from bot.runtime import Runtime
from tests.channels.form_requests import answers_read_by
from tests.channels.forms import PULL, Shown, Visitor, in_pages, line_of


def offered(page: Shown) -> list[tuple[str, str]]:
    """The words to choose, with their labels."""
    found = re.findall(r'name="a.code_word" value="(\w*)"[^>]*><span>([^<]*)</span>', page.html)
    return [(value, html.unescape(label)) for value, label in found]


async def test_an_own_word_stands_first_and_one_word_is_proposed_and_already_chosen(
    visitor: Visitor, runtime: Runtime
) -> None:
    in_pages(runtime)
    page = await visitor.open(runtime)
    (word, label), none = offered(page)
    assert label == f"Vai šis: {runtime.content.text(f'request.code_word:{word}', 'lv')}"
    assert none == (NO_WORD, "Bez paroles")
    assert page.values(CODE_WORD) == [word]
    names = [control.name for control in page.form("review").controls]
    assert names.index("a.code_word_own") < names.index("a.code_word")
    assert "Sarunas parole, ko izdomājat Jūs" in page.text
    assert "Jūsu vārds" not in page.text


async def test_the_proposed_word_stays_over_checks_and_languages_and_is_another_one_elsewhere(
    visitor: Visitor, runtime: Runtime
) -> None:
    in_pages(runtime)
    first = offered(await visitor.open(runtime))[0][0]
    assert offered(await visitor.press("review"))[0][0] == first
    russian = await visitor.press("language.ru")
    word = runtime.content.text(f"request.code_word:{first}", "ru")
    assert offered(russian)[0] == (first, f"Или это: {word}")
    assert len({offered(await visitor.open(runtime))[0][0] for _ in range(12)}) > 3


async def test_no_word_stays_no_word_and_is_said_on_the_review(
    visitor: Visitor, runtime: Runtime, identity: Identity
) -> None:
    await visitor.open(runtime)
    visitor.fill_in(PULL | {CODE_WORD: NO_WORD})
    page = await visitor.press("review")
    assert line_of(page, CODE_WORD) == "Bez paroles"
    assert "remove.code_word" not in page.html
    assert (await visitor.press("change.code_word")).values(CODE_WORD) == [NO_WORD]
    await visitor.press("review")
    await visitor.agree()
    assert CODE_WORD not in await answers_read_by(identity, runtime)


async def test_an_own_word_is_what_the_service_hears_whatever_else_is_chosen(
    visitor: Visitor, runtime: Runtime, identity: Identity
) -> None:
    await visitor.open(runtime)
    visitor.fill_in(PULL | {"code_word_own": " sviest\u200bmaize "})
    page = await visitor.press("review")
    assert line_of(page, "code_word_own") == "sviestmaize"
    assert 'data-field="code_word"' not in page.html
    await visitor.agree()
    assert (await answers_read_by(identity, runtime))[CODE_WORD] == "sviestmaize"


async def test_an_own_word_that_is_too_long_is_said_beside_it_and_not_lost(visitor: Visitor, runtime: Runtime) -> None:
    await visitor.open(runtime)
    visitor.fill_in(PULL | {"code_word_own": "x" * 21})
    page = await visitor.press("review")
    assert page.screen == "form.fill"
    assert "teksts ir par garu" in page.text
    assert page.values("code_word_own") == ["x" * 21]
