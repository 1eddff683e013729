"""While a worker reads a request, the server's own memory holds none of its words: they are in her browser only."""

import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import Page, expect
from pyrage import decrypt, passphrase
from pyrage.x25519 import Identity

from bot import demo
from bot.content import Content
from bot.usecases.accounts.workers import DEMO_PASSWORD
from tests.conftest import SECRET, OpenPage, missing, runtime_on
from tests.desk.browsing import leads_on
from tests.desk.casework.entering import REPORTED, SAFE, TIMES, Entering
from tests.faces import Clock
from tests.patience import tries_meanwhile
from tests.people import CANARIES, a_request
from tests.program import Program, started

LAPTOP = (1100, 780)
NOTED = "Zvanīt pēc Kanārijdienas"
REPORT = {
    "number": "KAN-4711/26",
    "phone": "+447700900888",
    "note": "Kanārijziņa no patruļas",
    "worry": "Kanārijbažas par sestdienu",
    "step": "Kanārijsolis bāriņtiesai",
}
AT_ONCE = 8 * 2**20
OVERLAP = 4096


@dataclass(frozen=True)
class Region:
    """A stretch of a process's memory that can be read."""

    begins: int
    ends: int


async def test_a_dump_of_the_servers_memory_holds_no_word_of_an_open_request(
    tmp_path: Path, shipped: Content, browser_page: OpenPage
) -> None:
    keys = await seal_a_request_beforehand(tmp_path, shipped)
    async with started(tmp_path) as (program, _):
        page = await browser_page(viewport=LAPTOP)
        await sign_in(page, program)
        ((reference,),) = program.rows("SELECT id FROM contact_requests WHERE NOT is_sample")
        await page.goto(f"{program.desk}/requests/{reference}")
        await page.fill("#passphrase", DEMO_PASSWORD)
        await page.click("#unlock button")
        await expect(page.locator("#header-line")).to_be_visible()
        assert CANARIES[2] in await page.inner_text("#header-line p"), "the request is open, and can be read"
        await page.click("#take button")
        await expect(page.locator("#reveal")).to_be_attached()
        await page.fill("#notes textarea", NOTED)
        await page.click("#notes form button")
        await expect(page.locator("#notes li")).to_contain_text(NOTED)

        found = held(program, [SECRET, reference, NOTED, *keys, *CANARIES])
        assert found == {SECRET, reference}, "what the server must know shows that the search sees it"
        await page.close()


async def test_nor_does_it_hold_a_word_of_a_report_a_conversation_and_a_plan(
    tmp_path: Path, browser_page: OpenPage
) -> None:
    """Typed into the desk and sealed there; neither memory nor any file of the program has them."""
    async with started(tmp_path) as (program, _):
        page = await browser_page(viewport=LAPTOP)
        await sign_in(page, program)
        await page.click("#to-referral")
        form = Entering(page)
        await form.choose(**REPORTED, **SAFE)
        await form.pick(**TIMES)
        await form.write(report_number=REPORT["number"], phone=REPORT["phone"], note=REPORT["note"])
        await page.fill("#passphrase", DEMO_PASSWORD)
        await form.send()
        await expect(page.locator("#entered")).to_be_visible()

        ((reference,),) = program.rows("SELECT id FROM contact_requests WHERE status = 'contacted'")
        await page.goto(f"{program.desk}/requests/{reference}")
        await page.click("#unlock button")
        await page.click("#paper-conversation > summary")
        await page.fill("[name=worry]", REPORT["worry"])
        await page.click("#paper-plan > summary")
        await page.fill("#paper-plan [name=what] >> nth=0", REPORT["step"])
        for kind in ("conversation", "plan"):
            await page.click(f"#paper-{kind} form > button:not(.other)")
            await expect(page.locator(f"#paper-{kind} [role=status]")).to_have_text("Saglabāts.")

        assert held(program, [reference, *REPORT.values()]) == {reference}, "the search sees what the server must know"
        assert [word for word in REPORT.values() if program.holding(word)] == []
        await page.close()


async def sign_in(page: Page, program: Program) -> None:
    async for _ in tries_meanwhile():  # a code holds for half a minute, which a busy machine may need
        await page.goto(f"{program.desk}/sign-in")
        row = page.locator("table.demo tr", has_text="ilze")
        await page.fill("[name=login]", "ilze")
        await page.fill("[name=password]", DEMO_PASSWORD)
        await page.fill("[name=code]", await row.locator("td").last.inner_text())
        await leads_on(page, "main form button")
        if "/sign-in" not in page.url:
            break


async def seal_a_request_beforehand(folder: Path, shipped: Content) -> tuple[str, str]:
    """In this process: hers holds the words while she types. Answers the holder's key and the service's."""
    (folder / "var").mkdir(mode=0o700)
    url = f"sqlite:///{folder / 'var' / 'blakus.sqlite'}"
    async with runtime_on(url, Clock(datetime.now(UTC)), shipped) as runtime:
        await demo.seed(runtime)
        await a_request(runtime)
        async with runtime.database.store() as store:
            copy, *_ = await store.services.keys(demo.SERVICE)
            holder = await store.workers.by_id(copy.held_by)
    assert holder
    assert holder.own_wrapped
    own: bytes = passphrase.decrypt(holder.own_wrapped, DEMO_PASSWORD)
    identity: bytes = decrypt(copy.wrapped, [Identity.from_str(own.decode())])
    return own.decode(), identity.decode()


def held(program: Program, words: Iterable[str]) -> set[str]:
    """Which words stand anywhere in the program's memory, however they are spelled."""
    looked_for = {word: spellings(word) for word in words}
    found: set[str] = set()
    for piece in memory(program.pid):
        found |= {word for word, forms in looked_for.items() if any(form in piece for form in forms)}
    return found


def spellings(word: str) -> set[bytes]:
    """As text of a file or a page, as Python and JavaScript keep it, and as JSON writes it."""
    encoded = {word.encode(form) for form in ("utf-8", "utf-16-le", "utf-32-le")}
    return {*encoded, json.dumps(word)[1:-1].encode()}


def memory(pid: int) -> Iterator[bytes]:
    """All that can be read of a process, in pieces that overlap."""
    try:
        regions = list(readable(Path(f"/proc/{pid}/maps").read_text()))
        dump = Path(f"/proc/{pid}/mem").open("rb", buffering=0)  # noqa: SIM115 - closed below
    except OSError as error:
        missing(f"the right to read another process's memory ({type(error).__name__})")
    with closing(dump):
        for region in regions:
            for at in range(region.begins, region.ends, AT_ONCE):
                try:
                    dump.seek(at)
                    yield dump.read(min(AT_ONCE + OVERLAP, region.ends - at))
                except (OSError, ValueError, OverflowError):  # the kernel's own pages, or given back meanwhile
                    continue


def readable(maps: str) -> Iterator[Region]:
    for line in maps.splitlines():
        span, rights, *_ = line.split()
        if rights.startswith("r") and not line.endswith(("[vvar]", "[vvar_vclock]", "[vsyscall]")):
            begins, ends = (int(address, 16) for address in span.split("-"))
            yield Region(begins, ends)
