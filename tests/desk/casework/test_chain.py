"""The whole chain of the institutions, in a real browser and in Latvian: a report is entered, taken and opened, the
person is reached, a conversation and a plan are written, the file is printed, it is closed, and the quarter is told.

`make pictures` takes the pictures of docs/chain.md on the way. Everybody and everything in them is invented.
"""

from datetime import timedelta

import pytest
from playwright.async_api import Locator, Page, expect

from bot import demo
from bot.desk.casework import referral_paper
from bot.desk.page import writing_in
from bot.engine.practice import STEPS as STEPS_OF_PRACTICE
from bot.samples import SAMPLE_PHONES
from bot.typesetting import typeset
from bot.usecases.accounts.workers import DEMO_PASSWORD
from bot.usecases.casework import slips
from tests.desk.browsing import LAPTOP, PHONE, Desk, accessible, says_yes
from tests.desk.casework.entering import REPORTED, SAFE, TIMES, Entering
from tests.faces import Clock
from tests.pictures import drawn, picture

NUMBER = SAMPLE_PHONES[0]
PPI = 60
SHEET = {"report_number": "PARAUGS-3", "phone": NUMBER, "note": "PARAUGS. Izsaukums vakarā."}
"""What stands on the officer's paper and is typed; all else is chosen."""
SIGNS = {"neck": "seen", "worse": "told", "children_present": "seen", "alcohol": "seen"}
WORRY = "PARAUGS. Vakaros kļuvis biežāk."
STEPS = (("doctor", "PARAUGS. Apskate pēc kakla saspiešanas", 1), ("custody_court", "PARAUGS. Par bērniem", 5))
TICKED = ("new_family", "children", "rehabilitation")
IN_WIDTH = """[...document.querySelectorAll(".signs input")].every((one) => {
    const { left, right } = one.getBoundingClientRect();
    return left >= 0 && right > left && right <= innerWidth;
})"""
HIDDEN = "(all, hidden) => all.forEach((one) => { one.hidden = hidden; })"
OTHERS = (*[("new_family", "children", "reported", "in_contact")] * 8, *[()] * 6)
"""What was ticked of the other cases of the quarter."""


class Chain:
    """The walk, step by step; with pictures where it is walked at a desk."""

    def __init__(self, desk: Desk, size: tuple[int, int]) -> None:
        self.desk, self.page, self.size = desk, desk.page, size
        self.reference = ""

    async def begins(self) -> None:
        await self.page.set_viewport_size({"width": self.size[0], "height": self.size[1]})
        await demo.seed(self.desk.runtime)

    async def seen(self, name: str, part: str | None = None) -> None:
        """What can be used by everybody, as it is seen: the window, or one part of the page."""
        await accessible(self.page)
        of: Locator | None = self.page.locator(part) if part else None
        if self.size == LAPTOP:
            await self.page.locator("#workbar").evaluate_all(HIDDEN, of is not None)  # it would stand on the part
            await picture(of or self.page, name)
            await self.page.locator("#workbar").evaluate_all(HIDDEN, False)

    async def enters(self) -> Entering:
        """A worker has the officer's paper beside her."""
        await self.desk.sign_in_to_the_demonstration("marta")
        await self.page.click("#to-referral")
        await expect(self.page.locator("#referral")).to_be_visible()
        await self.prints_the_officers_sheet()
        by_hand = Entering(self.page)
        await by_hand.choose(**REPORTED, **SAFE, **SIGNS, done="separated")
        await by_hand.pick(**TIMES)
        await by_hand.write(**SHEET)
        await self.page.locator("#report_number").scroll_into_view_if_needed()
        await self.seen("chain-entering")
        assert await self.page.evaluate(IN_WIDTH), "whoever sees one answer to a sign sees all four"
        await self.seen("chain-signs", ".signs")
        await self.page.fill("#passphrase", DEMO_PASSWORD)  # once for each sign-in, whatever is done first
        await by_hand.send()
        await expect(self.page.locator("#entered")).to_be_visible()
        self.reference = (await self.page.get_attribute("#entered a", "href") or "").rpartition("/")[2]
        await self.desk.sign_out()
        return by_hand

    async def prints_the_officers_sheet(self) -> None:
        link = self.page.locator("a[href='/referrals/paper/lv']")
        await expect(link).to_be_visible()
        answer = await self.page.request.get(f"{self.desk.url}/referrals/paper/lv")
        assert answer.headers["content-type"] == "application/pdf"
        if self.size == LAPTOP:
            now = self.desk.runtime.now()
            sheet = referral_paper.sheet(self.desk.runtime.content, writing_in("lv", now), now.date())
            drawn(typeset("referral", sheet, now.date(), "png", PPI), "chain-sheet")

    async def is_opened_and_taken_by_a_colleague(self) -> None:
        await self.desk.sign_in_to_the_demonstration("ilze")
        row = self.page.locator(".queue li", has=self.page.locator(f"a[href$='{self.reference}']"))
        await expect(row).to_contain_text("ziņoja citi")
        await self.seen("chain-queue")
        await row.locator("h2 a").click()
        await self.desk.unlock(DEMO_PASSWORD)
        assert (await self.desk.opened()).startswith("Vai zvanīt tagad? JĀ")
        await expect(self.page.locator("#reported")).to_contain_text("Ziņotājs: Valsts policija")
        await self.page.evaluate("scrollTo(0, 0)")
        await self.seen("chain-letter")
        await self.page.click("#take button")
        await expect(self.page.locator("#take")).to_have_count(0)

    async def reads_the_cards(self) -> None:
        neck = self.page.locator("#guidance details", has_text="kakl")
        await neck.first.locator("summary").click()
        await self.seen("chain-cards", "#guidance")

    async def reaches_the_person(self) -> None:
        await self.page.click("#reveal")
        await expect(self.page.locator("#phone a")).to_have_text(NUMBER)
        await self.page.check("#attempt [value=reached_verified]")
        await self.page.click("#attempt button")
        await expect(self.page.locator("#paper-conversation")).to_be_visible()

    async def writes_down_the_conversation(self) -> None:
        await self.page.click("#paper-conversation > summary")
        for part, answers in {
            "now": {"fear_now": "yes", "safe_tonight": "yes"},
            "violence": {"neck_pressed": "yes", "worse_lately": "not_known"},
        }.items():
            await self.page.click(f"#part-{part} summary")
            for question, answer in answers.items():
                await self.page.check(f"#paper-conversation [name={question}][value={answer}]")
        await self.page.fill("[name=worry]", WORRY)
        await self.page.check("#paper-conversation [name=next][value=institution]")
        await self.page.click("#paper-conversation form > button")
        await expect(self.page.locator("#paper-conversation [role=status]")).to_have_text("Saglabāts.")
        await self.seen("chain-conversation", "#paper-conversation")

    async def makes_a_plan(self) -> None:
        today = self.desk.runtime.today()
        await self.page.click("#paper-plan > summary")
        for place, (institution, what, days) in enumerate(STEPS):
            if place:
                await self.page.click("#paper-plan form > button.other")
            step = self.page.locator("#paper-plan li").nth(place)
            await step.locator("[name=institution]").select_option(institution)
            await step.locator("[name=what]").fill(what)
            await step.locator("[name=by]").fill((today + timedelta(days=days)).isoformat())
        await self.page.click("#paper-plan form > button:not(.other)")
        await expect(self.page.locator("#paper-plan [role=status]")).to_have_text("Saglabāts.")
        await self.seen("chain-plan", "#paper-plan")

    async def prints_the_file(self) -> None:
        await self.page.evaluate("window.print = () => {}")
        await self.page.click("#print")
        printed = await self.page.text_content("#paper") or ""
        for said in ("Saruna par risku", WORRY, "vēl viena iestāde", "Plāns", STEPS[1][1]):
            assert said in printed
        assert NUMBER not in printed, "the number is not shown now"
        assert "Citas iestādes ziņojums" in printed
        assert "Paša cilvēka vārdiem" not in printed, "what an officer wrote is not hers"
        await self.page.emulate_media(media="print")
        if self.size == LAPTOP:
            await picture(self.page.locator("#paper"), "chain-file")
        await self.page.emulate_media(media="null")

    async def closes_it_with_a_slip(self) -> None:
        await self.page.click("form[action$='/meet'] button")
        await says_yes(self.page)
        await self.page.select_option("#close select", "referred")
        for name in TICKED:
            await self.page.check(f"#slip [value={name}]")
        await self.seen("chain-slip", "#close")
        await self.page.click("#close > button")
        await says_yes(self.page)
        await expect(self.page.locator("main > .notice[role=status]")).to_contain_text("ir pabeigts")
        await self.desk.sign_out()

    async def is_told_in_the_quarter(self) -> None:
        await self.desk.sign_in_to_the_demonstration("janis")
        await self.desk.go("/quarters")
        await expect(self.page.locator("section h2")).to_have_text(
            ["2026. gada 4. ceturksnis", "2026. gada 3. ceturksnis"]
        )
        newest = self.page.locator("section").first
        await expect(newest).to_contain_text("15")
        for label, said in (
            ("Ģimene dienestam agrāk nebija zināma", "9"),
            ("Notika iestāžu sanāksme", "maz vai neviens"),
        ):
            await expect(newest.locator("tr", has_text=label)).to_contain_text(said)
        await self.seen("chain-quarter")


async def practises(desk: Desk, size: tuple[int, int]) -> None:
    """A worker walks an invented case to its end."""
    chain = Chain(desk, size)
    await desk.sign_in_to_the_demonstration("marta")
    await desk.page.click("main a[href='/practice']")
    await desk.page.locator(".cases a").first.click()
    await expect(desk.page.locator("#letter button")).to_be_visible()
    await desk.page.locator("details.choice summary").first.click()
    await chain.seen("chain-practice")
    for _ in range(len(STEPS_OF_PRACTICE) - 1):
        await desk.page.click("a.next")
    await expect(desk.page.locator("a.next")).to_have_attribute("href", "/practice")
    await desk.sign_out()


async def others_were_closed(desk: Desk) -> None:
    """In the same quarter: of fewer than ten cases nothing is told."""
    async with desk.runtime.database.store() as store:
        for ticked in OTHERS:
            await store.slips.add(demo.SERVICE, slips.quarter_of(desk.runtime.now()), ticked)


@pytest.mark.pictures
@pytest.mark.parametrize("size", [LAPTOP, PHONE])
async def test_a_report_goes_through_the_whole_chain(desk: Desk, clock: Clock, size: tuple[int, int]) -> None:
    chain = Chain(desk, size)
    await chain.begins()
    by_hand = await chain.enters()
    assert by_hand.presses <= Entering.MOST_PRESSES
    assert by_hand.typed <= Entering.MOST_TYPED
    await chain.is_opened_and_taken_by_a_colleague()
    await chain.reads_the_cards()
    await chain.reaches_the_person()
    await chain.writes_down_the_conversation()
    await chain.makes_a_plan()
    await chain.prints_the_file()
    await others_were_closed(desk)
    await chain.closes_it_with_a_slip()
    clock.move(days=100)
    await slips.freeze(desk.runtime)
    await chain.is_told_in_the_quarter()
    await desk.sign_out()
    await practises(desk, size)


async def test_a_report_is_entered_by_keyboard_alone(desk: Desk) -> None:
    """Each question is one stop of Tab, and its answer at most a few arrows away."""
    await demo.seed(desk.runtime)
    await desk.sign_in_to_the_demonstration("marta")
    keys = Keys(desk.page)
    await keys.to("#to-referral")
    await keys.press("Enter")
    await expect(desk.page.locator("#referral")).to_be_visible()
    for name, answer in {**REPORTED, "neck": "seen", "done": "separated"}.items():
        await keys.choose(name, answer)
    await keys.to("[name=report_number]", back=True)
    await desk.page.keyboard.type(SHEET["report_number"])
    await keys.choose("wish", "no_contact")
    await keys.to("#passphrase")
    await desk.page.keyboard.type(DEMO_PASSWORD)
    await keys.press("Enter")
    await expect(desk.page.locator("#entered")).to_be_focused()
    await keys.to("#entered a")
    await keys.press("Enter")
    await expect(desk.page.locator("#unlock button")).to_be_visible()


class Keys:
    """Somebody without a mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def press(self, key: str) -> None:
        await self.page.keyboard.press(key)

    async def to(self, target: str, *, back: bool = False) -> None:
        """From where she is, stop by stop. A group of choices is one stop, at any of its answers."""
        met: set[str] = set()
        while not await self.page.evaluate("(target) => document.activeElement.matches(target)", target):
            await self.press("Shift+Tab" if back else "Tab")
            stop = await self.page.evaluate("document.activeElement.outerHTML + scrollY")
            assert stop not in met, f"{target} is out of reach"
            met.add(stop)

    async def choose(self, name: str, answer: str) -> None:
        options = self.page.locator(f"#referral [name={name}]")
        wanted = f"#referral [name={name}][value={answer}]"
        if await options.first.get_attribute("type") == "checkbox":
            await self.to(wanted)
            await self.press("Space")
        else:
            await self.to(f"#referral [name={name}]", back=await self._stands_after(name))
            await self.press("Space")
            for _ in range(await options.count()):
                if not await self.page.is_checked(wanted):
                    await self.press("ArrowDown")
        await expect(self.page.locator(wanted)).to_be_checked()

    async def _stands_after(self, name: str) -> bool:
        return bool(await self.page.evaluate(
            "(name) => Boolean(document.querySelector(`#referral [name=${name}]`)"
            ".compareDocumentPosition(document.activeElement) & Node.DOCUMENT_POSITION_FOLLOWING)", name
        ))  # fmt: skip
