"""The first page of the paper file: one page, in the order of the chain, and the number only when it was shown."""

import re

import pytest
from playwright.async_api import expect

from bot.engine.request import DAYS, Pair, read
from bot.engine.risk import QUESTIONS, read_screen
from bot.runtime import Runtime
from bot.usecases.casework import receipts
from bot.usecases.person import additions, contact
from tests.begun import begun
from tests.desk.browsing import Desk, choose_language
from tests.faces import Clock
from tests.people import PASSPHRASE, PASSWORD, a_key_holder, the_request

NUMBER = "+447700900123"
STORY = " ".join(["Шшшшш Жжжжж"] * 25)[:300]
WIDE = "Ш" * 20
LONGEST: dict[str, str | tuple[str, ...]] = {
    "contact_mode": "call", "device_watched": "not_sure", "phone": NUMBER, "phone_is": "trusted_person",
    "windows1.day": DAYS, "windows1.from": "10:00", "windows1.to": "00:30",
    "windows2.day": DAYS, "windows2.from": "21:30", "windows2.to": "01:30",
    "windows3.day": DAYS, "windows3.from": "22:30", "windows3.to": "02:30",
    "code_word_own": WIDE, "if_other_answers": "say_wrong_number", "voicemail_ok": "yes_neutral",
    "sms_ok": "yes_neutral_text", "expects_message": "yes", "neutral_message": "for_someone_else",
    "caller_id": "show_ordinary_number", "if_call_drops": "you_call_again_in_window", "urgency_self": "when_possible",
    "lives_with": "sometimes", "children": "not_at_home", "language": "other", "interpreter": "yes",
    "interpreter_not_local": "yes", "age_band": "60_plus", "worker_sex": "no_preference", "conflict_known": "no",
    "access_needs": ("hearing", "sight", "mobility", "easy_language", "sign_language", "text_only", "companion"),
    "area": "balvu-novads", "called": "Щ" * 30, "who": "other_family", "note": STORY,
    "topics": ("safety_plan", "protection_order", "shelter", "psychologist", "lawyer", "children", "money", "talk"),
}  # fmt: skip
TOO_LONG = """async ([count]) => {
    const { drawn, fit } = await import("/static/paper.js");
    const words = JSON.parse(document.getElementById("words").textContent).paper;
    const story = Array.from({ length: count }, (_, at) => `vards${at}`).join(" ");
    const head = { title: "", sent: "", erased: "" };
    const paper = drawn({ head, groups: [], screen: [], story, words });
    document.getElementById("main").append(paper);
    fit(paper, words);
    const seen = [paper.scrollHeight <= paper.clientHeight, paper.querySelector(".note").textContent];
    paper.remove();
    return seen;
}"""


@pytest.fixture
async def waiting(desk: Desk, clock: Clock) -> str:
    """The code of a request in which everything is answered at its longest; ilze is signed in."""
    runtime = desk.runtime
    ilze, _ = await begun(runtime, clock, a_key_holder)
    code = await sent_at_its_longest(runtime)
    await additions.answer_questions(runtime, code, read_screen(dict.fromkeys(QUESTIONS, "not_sure")), "lv", "web")
    await desk.sign_in("ilze", PASSWORD, ilze.code(clock))
    return code


async def sent_at_its_longest(runtime: Runtime) -> str:
    """The receipt code of a request in which everything is answered at its longest."""
    content, today = runtime.content, runtime.today()
    pairs: list[Pair] = []
    for name, said in LONGEST.items():
        pairs += [(name, value) for value in ((said,) if isinstance(said, str) else said)]
    filled = read(content.request, pairs, today, content.dialogue.municipalities)
    assert filled.ready, filled.problems
    consents = [consent.id for consent in content.request.consents]
    return (await contact.send(runtime, contact.Sending(filled, consents, receipts.new_once(), "lv", "web"))).code


async def printed(desk: Desk) -> tuple[int, str]:
    """How many pages there are, and what stands on the paper."""
    await desk.page.evaluate("window.print = () => {}")
    await desk.page.click("#print")
    await expect(desk.page.locator("#paper")).to_be_attached()
    text: str = await desk.page.locator("#paper").evaluate("one => one.textContent")
    await desk.page.emulate_media(media="print")
    for there in ("#paper", "#paper h1", "#paper .warning"):
        assert await desk.page.locator(there).is_visible(), there
    for hidden in ("nav", ".banner", "#opened", "#envelope", "#print", "#sign-out", ".only-print"):
        assert not await desk.page.locator(hidden).first.is_visible(), hidden
    await desk.page.emulate_media(media="null")
    pdf = await desk.page.pdf(prefer_css_page_size=True, print_background=True)
    (box,) = set(re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf))
    assert [round(float(side)) for side in box] == [595, 842], "A4"
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf)), text


@pytest.mark.parametrize("language", ["lv", "ru", "en"])
async def test_the_longest_request_is_one_page_in_the_order_of_the_chain(
    desk: Desk, waiting: str, language: str
) -> None:
    page = desk.page
    await choose_language(page, language)
    await desk.go(f"/requests/{await the_request(desk.runtime)}")
    await desk.unlock(PASSPHRASE)
    await desk.opened()
    pages, text = await printed(desk)
    assert pages == 1
    assert STORY in text
    assert "23" in text.split("2. ")[0]  # of December: by when it is erased
    headings = await page.evaluate("JSON.parse(document.getElementById('words').textContent).paper")
    order = [headings[part] for part in ("request", "screen", "story", "service", "marac")]
    assert sorted(order, key=text.index) == order
    assert NUMBER not in text


async def test_the_number_is_on_paper_only_after_it_was_shown_and_the_audit_knows(
    desk: Desk, waiting: str, clock: Clock
) -> None:
    page = desk.page
    reference = await the_request(desk.runtime)
    await desk.go(f"/requests/{reference}")
    await desk.unlock(PASSPHRASE)
    await desk.opened()
    _, text = await printed(desk)
    assert NUMBER not in text
    await expect(page.locator("#paper")).to_have_count(0)  # it goes when it is printed
    await page.click("#take button")
    await page.click("#reveal")
    await expect(page.locator("#phone a")).to_have_text(NUMBER)
    await page.click("#rest > summary")  # folded during a call
    pages, text = await printed(desk)
    assert (pages, NUMBER in text) == (1, True)
    async with desk.runtime.database.store() as store:
        events = [entry.event for entry in await store.audit.entries(subject=reference)]
    assert events.count("request_printed") == 2


async def test_the_block_for_the_record_system_holds_no_number_no_word_and_nothing_the_person_wrote(
    desk: Desk, waiting: str
) -> None:
    page = desk.page
    reference = await the_request(desk.runtime)
    await desk.go(f"/requests/{reference}")
    await desk.unlock(PASSPHRASE)
    await desk.opened()
    await page.click("#take button")
    await page.click("#reveal")
    await expect(page.locator("#phone a")).to_have_text(NUMBER)
    await page.click("#rest > summary")
    await page.click("#copy")
    await expect(page.locator("#block")).to_be_visible()
    block = await page.input_value("#block")
    assert reference[:6] in block
    for there in ("10:00", "tulks", "jurists"):
        assert there in block.lower(), there
    for never in (NUMBER, NUMBER[1:], WIDE, STORY, STORY[:20], "Щ" * 30):
        assert never not in block
    await expect(page.locator("#to-copy [role=status]")).not_to_be_empty()
    async with desk.runtime.database.store() as store:
        events = [entry.event for entry in await store.audit.entries(subject=reference)]
    assert events.count("request_copied") == 1
    assert not [sent for sent in desk.sent if "10:00" in sent], "the block is made in the browser"


async def test_what_does_not_fit_is_never_cut_in_silence(desk: Desk, waiting: str) -> None:
    await desk.go(f"/requests/{await the_request(desk.runtime)}")
    await expect(desk.page.locator("#unlock")).to_be_visible()
    fits, said = await desk.page.evaluate(TOO_LONG, [40])
    assert fits
    assert said.endswith("vards39")
    fits, said = await desk.page.evaluate(TOO_LONG, [3000])
    assert fits
    assert said.endswith("… (turpinājums ekrānā)")


async def test_printing_past_the_button_prints_nothing_of_the_request(desk: Desk, waiting: str) -> None:
    await desk.go(f"/requests/{await the_request(desk.runtime)}")
    await desk.unlock(PASSPHRASE)
    await desk.opened()
    await desk.page.emulate_media(media="print")
    assert (await desk.page.inner_text("body")).strip().startswith("Nekas nav izdrukāts")
    assert not await desk.page.locator("#opened").is_visible()
