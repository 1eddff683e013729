"""The quarter of a service as a page and on paper: words, numbers that point at nobody, and bars that add nothing."""

import io
import re
from typing import Any

import pytest
from playwright.async_api import expect
from pypdf import PdfReader

from bot.desk.page import LANGUAGES, say
from bot.desk.services import quarter_words
from bot.runtime import Runtime
from bot.usecases.casework import slips
from storage.slips import TOTAL
from tests.desk.browsing import Desk, accessible
from tests.faces import Clock
from tests.people import PASSWORD, Colleague, a_colleague, a_service, browser_of, serving, sign_in

SENTENCES = {
    "lv": "Gadījumi: 13. Vairums ģimeņu vai visas dienestam iepriekš nebija zināmas.",
    "ru": "Случаи: 13. Большинство семей или все раньше не были известны службе.",
    "en": "Cases: 13. Most families, or all, were not known to the service before.",
}
BOXES = """() => [...document.querySelectorAll(".bars svg")].map((svg) => {
    const fill = getComputedStyle(svg.querySelector(".sure")).fill;
    const words = getComputedStyle(svg.closest("td")).color;
    return [svg.checkVisibility(), svg.getBoundingClientRect().width > 20, fill === words];
})"""


async def thirteen(runtime: Runtime, clock: Clock) -> str:
    """A quarter of thirteen cases that is over: 12 families new to it, 8 with children. Its name."""
    await a_service(runtime)
    quarter = slips.quarter_of(runtime.now())
    at_most = {"new_family": 12, "children": 8, "child_rehabilitation": 7, "in_contact": 13, "conversation": 7}
    async with runtime.database.store() as store:
        for number in range(13):
            await store.slips.add("balvi", quarter, [name for name, most in at_most.items() if number < most])
    clock.move(days=92)
    await slips.freeze(runtime)
    return quarter


async def the_head(runtime: Runtime, clock: Clock) -> Colleague:
    return await a_colleague(runtime, clock, "haralds", "head", "balvi")


@pytest.mark.parametrize("language", [language for language, _ in LANGUAGES])
async def test_thirteen_reports_most_families_not_known_before(runtime: Runtime, clock: Clock, language: str) -> None:
    """As a page and on paper, in the same words."""
    quarter = await thirteen(runtime, clock)
    async with serving(runtime) as url, browser_of(url) as browser:
        await sign_in(browser, clock, await the_head(runtime, clock))
        browser.cookie_jar.update_cookies({"language": language})
        async with browser.get("/quarters") as answer:
            page = await answer.text()
        assert SENTENCES[language] in page
        assert f'href="/quarters/{quarter}/paper"' in page
        async with browser.get(f"/quarters/{quarter}/paper") as answer:
            assert answer.content_type == "application/pdf"
            assert answer.headers["Content-Disposition"] == f'attachment; filename="quarter-{quarter}.pdf"'
            made = await answer.read()
    read = PdfReader(io.BytesIO(made))
    said = squeezed("\n".join(sheet.extract_text() for sheet in read.pages))
    root: Any = read.trailer["/Root"]
    assert (len(read.pages), root["/Lang"], bool(root["/MarkInfo"]["/Marked"])) == (1, language, True)
    assert b"pdfuaid:part" in made
    assert SENTENCES[language] in said
    for words in (*quarter_words.QUESTIONS.values(), quarter_words.TOLD["few"], quarter_words.TOLD["nothing"]):
        assert squeezed(say(language, words)) in said, words


async def test_a_question_within_another_says_of_how_many_it_is_told(runtime: Runtime, clock: Clock) -> None:
    """“Most or all” of all cases would be something else."""
    await thirteen(runtime, clock)
    async with runtime.database.store() as store:
        (edition,) = await store.slips.editions("balvi")
        edition.told = {TOTAL: "30", "children": "20", "child_rehabilitation": "most of 20"}
    async with serving(runtime) as url, browser_of(url) as browser:
        await sign_in(browser, clock, await the_head(runtime, clock))
        browser.cookie_jar.update_cookies({"language": "en"})
        async with browser.get("/quarters") as answer:
            assert "<td>most or all of 20<svg" in await answer.text()


async def test_only_a_head_gets_it_and_of_her_own_service_alone(runtime: Runtime, clock: Clock) -> None:
    quarter = await thirteen(runtime, clock)
    await a_service(runtime, "riga", "riga")
    for login, service, path, status in (
        ("rolands", "riga", f"/quarters/{quarter}/paper", 404),
        ("haralds", "balvi", "/quarters/1999Q1/paper", 404),
    ):
        async with serving(runtime) as url, browser_of(url) as browser:
            await sign_in(browser, clock, await a_colleague(runtime, clock, login, "head", service))
            async with browser.get(path) as answer:
                assert answer.status == status, (login, path)


async def test_the_bars_are_seen_on_the_screen_in_print_and_in_colours_of_ones_own(desk: Desk, clock: Clock) -> None:
    """They have the colour of the words beside them, and say nothing that these do not."""
    await thirteen(desk.runtime, clock)
    head = await the_head(desk.runtime, clock)
    await desk.sign_in("haralds", PASSWORD, head.code(clock))
    await desk.go("/quarters")
    await expect(desk.page.locator(".bars svg[aria-hidden=true]")).to_have_count(len(quarter_words.QUESTIONS))
    await accessible(desk.page)
    for media in ({"media": "screen"}, {"media": "print"}, {"media": "screen", "forced_colors": "active"}):
        await desk.page.emulate_media(**media)  # type: ignore[arg-type]
        boxes = await desk.page.evaluate(BOXES)
        assert boxes == [[True, True, True]] * len(quarter_words.QUESTIONS), media


def squeezed(text: str) -> str:
    """Without what setting in lines changes."""
    return re.sub(r"\s+", " ", text)
