"""The risk conversation and the plan in a real browser: sealed there, read again, printed, and nothing is counted."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import expect

from bot.usecases.casework import papers
from bot.usecases.casework.key_change import RESEALED_SIZE
from tests.desk.browsing import Waiting, accessible
from tests.faces import Clock
from tests.people import PASSPHRASE

WORRY = "Kanārijbažas: nedēļas nogale"
UNSAVED = """async () => (await import("/static/session.js")).unsaved() !== undefined"""
STEP = "Kanārijsolis bāriņtiesai"
WORDS = {"yes": "jā", "no": "nē"}
LEVEL = re.compile(r"\b(?:zem|vidēj|augst|paaugstināt)\w* risk\w*|\bpunkt\w*|\brisk\w* līmeni\w*", re.IGNORECASE)
ANSWER_ALL = """(answer) => {
    for (const part of document.querySelectorAll("#paper-conversation, #paper-conversation details")) part.open = true;
    for (const one of document.querySelectorAll(`#paper-conversation [type=radio][value=${answer}]`)) one.click();
}"""


DRAWN = """async (about) => {
    const { drawn } = await import("/static/papers.js");
    const words = JSON.parse(document.getElementById("words").textContent).papers;
    return drawn([], { envelope: { papers: true }, words, about }).map(({ id }) => id);
}"""


@pytest.fixture
async def in_touch(waiting: Waiting) -> Waiting:
    """The person has come, with the right word; ilze has the letter open."""
    page = waiting.desk.page
    await waiting.open()
    assert await page.locator("#paper-conversation").count() == 0, "before anybody has talked there is nothing to ask"
    await page.evaluate("document.querySelector('#herself').open = true")
    await page.click("form[action$='/came'] button")
    await page.click("#ask button:not(.other)")
    await page.locator("#paper-conversation").wait_for()
    return waiting


async def test_a_conversation_can_stop_anywhere_and_is_sealed_at_one_size(
    in_touch: Waiting, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    page = in_touch.desk.page
    await page.click("#paper-conversation > summary")
    await page.click("#part-violence summary")
    await page.check("[name=neck_pressed][value=yes]")
    await page.check("[name=worse_lately][value=not_known]")
    await page.fill("[name=worry]", WORRY)
    await accessible(page)
    await page.click("#paper-conversation form > button")
    await expect(page.locator("#paper-conversation [role=status]")).to_have_text("Saglabāts.")

    async with in_touch.desk.runtime.database.store() as store:
        (paper,) = await store.papers.of_request(in_touch.reference)
    assert len(paper.sealed) == RESEALED_SIZE
    files = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert "Kanārij" not in "\n".join(in_touch.desk.sent) + caplog.text
    assert "Kanārijbažas".encode() not in files

    await in_touch.desk.go(f"/requests/{in_touch.reference}")
    await in_touch.desk.unlock(PASSPHRASE)
    await page.click("#paper-conversation > summary")
    assert await page.input_value("[name=worry]") == WORRY
    assert await page.is_checked("[name=neck_pressed][value=yes]")
    assert await page.is_checked("[name=children_hurt][value=not_asked]"), "what was not asked is not a no"
    assert await page.evaluate(UNSAVED) is False, "what was saved is not asked about when the page is left"
    await page.type("[name=worry]", ".")
    assert await page.evaluate(UNSAVED) is True
    await page.click("#paper-conversation form > button")
    await expect(page.locator("#paper-conversation [role=status]")).to_have_text("Saglabāts.")
    assert await page.evaluate(UNSAVED) is False


async def test_answers_stand_in_the_order_in_which_they_are_written(in_touch: Waiting) -> None:
    """Not by the alphabet of their codes: yes comes first in each question, and what was not asked last."""
    page = in_touch.desk.page
    await page.click("#paper-conversation > summary")
    await page.click("#part-now summary")
    answers = page.locator("#part-now fieldset").first.locator("label")
    assert [text.strip() for text in await answers.all_inner_texts()] == ["jā", "nē", "nezina", "nav jautāts"]


async def test_of_a_plan_only_the_nearest_open_day_stands_outside_the_seal(in_touch: Waiting, clock: Clock) -> None:
    page, today = in_touch.desk.page, in_touch.desk.runtime.today()
    days = [today + timedelta(days=days) for days in (9, 4, 2)]
    await page.click("#paper-plan > summary")
    for place, (day, state) in enumerate(zip(days, ("open", "open", "done"), strict=True)):
        if place:
            await page.click("#paper-plan form > button.other")
        step = page.locator("#paper-plan li").nth(place)
        await step.locator("[name=institution]").select_option("custody_court")
        await step.locator("[name=what]").fill(f"{STEP} {place}")
        await step.locator("[name=by]").fill(day.isoformat())
        assert await step.locator("[name=by]").get_attribute("max") == (today + papers.FURTHEST).isoformat()
        await step.locator("[name=state]").select_option(state)
    await page.click("#paper-plan form > button:not(.other)")
    await expect(page.locator("#paper-plan [role=status]")).to_have_text("Saglabāts.")
    assert (await in_touch.row()).next_due == days[1]
    await in_touch.desk.go("/requests?state=contacted")
    await expect(page.locator(".queue dl")).to_contain_text("Nākamais solis līdz")
    assert STEP not in "\n".join(in_touch.desk.sent)


async def test_both_are_on_the_page_of_the_paper_file_without_a_sum(in_touch: Waiting) -> None:
    page = in_touch.desk.page
    await page.click("#paper-conversation > summary")
    await page.click("#part-violence summary")
    await page.check("[name=neck_pressed][value=yes]")
    await page.fill("[name=worry]", WORRY)
    await page.click("#paper-plan > summary")
    await page.fill("#paper-plan [name=what]", STEP)
    due = in_touch.desk.runtime.today().isoformat()
    await page.fill("#paper-plan [name=by]", due)
    await page.evaluate("window.print = () => {}")
    await page.click("#print")
    paper = await page.text_content("#paper") or ""
    for said in ("Saruna par risku", "kakls", WORRY, "Plāns", STEP):
        assert said in paper
    assert "Bērni to redzēja" not in paper, "what was not asked takes no room"
    day = await page.evaluate(
        "(day) => new Date(`${day}T12:00Z`).toLocaleDateString('lv', { day: 'numeric', month: 'long' })", due
    )
    assert f"{STEP}, {day}, vēl nav izdarīts" in paper, "in words, as everywhere on the page"


async def test_whatever_is_answered_no_number_and_no_level_comes_of_it(in_touch: Waiting) -> None:
    """All yes and all no print the same figures, and no word says how high or low a risk is."""
    page = in_touch.desk.page
    await page.evaluate("window.print = () => {}")
    figures = {}
    for answer in ("yes", "no"):
        await page.locator("#paper").evaluate_all("all => all.forEach((one) => one.remove())")
        await page.evaluate(ANSWER_ALL, answer)
        await page.click("#print")
        printed = await page.text_content("#paper") or ""
        assert printed.count(WORDS[answer]) >= 30, "each question is answered"
        seen = await page.inner_text("#main")
        figures[answer] = re.findall(r"\d+", printed + seen)
        assert LEVEL.findall(printed + seen) == []
    assert figures["yes"] == figures["no"]


async def test_what_is_being_written_survives_a_failed_save(in_touch: Waiting) -> None:
    page = in_touch.desk.page
    await page.click("#paper-conversation > summary")
    await page.fill("[name=worry]", WORRY)
    await page.route("**/papers/**", lambda route: route.abort())
    await page.click("#paper-conversation form > button")
    await expect(page.locator("#paper-conversation [role=status]")).to_contain_text("Nav saglabāts")
    assert await page.input_value("[name=worry]") == WORRY
    in_touch.desk.troubles.clear()


async def test_who_saves_after_a_colleague_is_told_and_overwrites_nothing(in_touch: Waiting) -> None:
    page = in_touch.desk.page
    await page.click("#paper-conversation > summary")
    await page.click("#paper-conversation form > button")
    await expect(page.locator("#paper-conversation [role=status]")).to_have_text("Saglabāts.")
    async with in_touch.desk.runtime.database.store() as store:
        (paper,) = await store.papers.of_request(in_touch.reference)
        paper.changed_at = in_touch.desk.runtime.now() + timedelta(hours=2)
    await page.fill("[name=worry]", WORRY)
    await page.click("#paper-conversation form > button")
    await expect(page.locator("#paper-conversation [role=status]")).to_contain_text("Pa to laiku")
    assert await page.input_value("[name=worry]") == WORRY


@pytest.mark.parametrize(
    "about, papers",
    [
        (None, ["paper-conversation", "paper-plan"]),
        ("done_to_me", ["paper-conversation", "paper-plan"]),
        ("somebody_else", ["paper-conversation", "paper-plan"]),
        ("own_behaviour", ["paper-plan"]),
    ],
)
async def test_whoever_speaks_of_their_own_behaviour_is_not_asked_what_is_done_to_them(
    in_touch: Waiting, about: str | None, papers: list[str]
) -> None:
    assert await in_touch.desk.page.evaluate(DRAWN, about) == papers


async def test_a_plan_alone_is_on_the_page_of_the_paper_file(in_touch: Waiting) -> None:
    page = in_touch.desk.page
    await page.click("#paper-plan > summary")
    await page.fill("#paper-plan [name=what]", STEP)
    await page.evaluate("document.querySelector('#paper-conversation').remove(); window.print = () => {}")
    await page.click("#print")
    assert STEP in (await page.text_content("#paper") or "")
