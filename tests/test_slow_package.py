"""A package whose pattern never ends, brought into the real program by one editor: nobody else notices."""

import asyncio
import re
from pathlib import Path

from aiohttp import ClientResponse, ClientSession, FormData

from bot import content
from bot.editing.package import pack
from bot.usecases.accounts.workers import DEMO_PASSWORD
from tests.patience import patiently, until
from tests.people import browser_of
from tests.program import Program, Walker, started

ENDLESS = (r"(\w|\s|.)+#", r"(\s|\w|.)+#")
SLOW = "šablona “{pattern}” meklēšana aizņem pārāk ilgu laiku"


def package(pattern: str) -> bytes:
    files = content.files_of(content.HERE)
    name = "dialogs/forbidden.yaml"
    return pack({**files, name: files[name].replace("\nru:\n", f"\n  '{pattern}': \"Nē.\"\nru:\n")}, "0")


async def signs_in(browser: ClientSession, login: str) -> None:
    async with browser.get("/sign-in") as page:
        code = re.search(rf'"code">{login}<.*?"code">(\d+)<', await page.text(), re.DOTALL)
    assert code
    form = {"login": login, "password": DEMO_PASSWORD, "code": code[1]}
    async with browser.post("/sign-in", data=form) as answer:
        assert answer.url.path != "/sign-in"


async def brings_in(browser: ClientSession, pattern: str) -> str:
    """The path of the draft; its changes are not asked for yet."""
    form = FormData()
    form.add_field("file", package(pattern), filename="package.zip", content_type="application/zip")
    async with browser.post("/content/package", data=form, allow_redirects=False) as answer:
        assert answer.status == 303, await answer.text()
        return answer.headers["Location"].removesuffix("/changes")


async def looks(browser: ClientSession, path: str) -> ClientResponse:
    async with browser.get(path) as answer:
        await answer.text()
        return answer


def children(program: Program) -> list[int]:
    """Of whichever thread of it."""
    tasks = Path(f"/proc/{program.pid}/task").iterdir()
    return [int(pid) for task in tasks for pid in (task / "children").read_text().split()]


def worked(pid: int) -> int:
    """Hundredths of a second of processor time."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11])


async def until_it_works(program: Program) -> int:
    """The child, once it has worked for longer than reading and proving what is shipped take."""
    them = children(program)
    assert len(them) == 1, "whoever looks for patterns is a child process"
    (child,) = them
    before = worked(child)
    await until(lambda: worked(child) > before + 250)
    return child


async def presses_on(walker: Walker) -> None:
    page = await walker.look()
    assert (await walker.press("go")).screen != page.screen


async def test_people_are_answered_beside_a_pattern_without_end_and_the_draft_can_be_put_away(tmp_path: Path) -> None:
    async with started(tmp_path) as (program, walker), browser_of(program.desk) as browser:
        await signs_in(browser, "eva")
        draft = await brings_in(browser, ENDLESS[0])
        proving = asyncio.create_task(looks(browser, f"{draft}/changes"))
        await until_it_works(program)
        async with patiently():
            await presses_on(walker)
            assert not proving.done()
            page = await proving
        assert page.status == 200
        assert SLOW.format(pattern=ENDLESS[0]) in await page.text()
        async with browser.post(f"{draft}/propose", data={"note": "Jauns."}) as refused:
            assert refused.status == 409
        assert (await looks(browser, draft)).status == 200
        async with browser.post(f"{draft}/discard", allow_redirects=False) as answer:
            assert answer.status == 303


async def test_a_browser_that_goes_away_leaves_nothing_at_work(tmp_path: Path) -> None:
    async with started(tmp_path) as (program, _), browser_of(program.desk) as browser:
        await signs_in(browser, "eva")
        draft = await brings_in(browser, ENDLESS[1])
        proving = asyncio.create_task(looks(browser, f"{draft}/changes"))
        child = await until_it_works(program)
        proving.cancel()
        await asyncio.gather(proving, return_exceptions=True)
        await until(lambda: child not in children(program))
        assert (await looks(browser, draft)).status == 200


async def test_the_program_ends_beside_a_pattern_without_end_and_takes_the_child_along(tmp_path: Path) -> None:
    async with started(tmp_path) as (program, _), browser_of(program.desk) as browser:
        await signs_in(browser, "eva")
        draft = await brings_in(browser, ENDLESS[1])
        proving = asyncio.create_task(looks(browser, f"{draft}/changes"))
        child = await until_it_works(program)
        async with patiently():
            await program.stop()
        assert not Path(f"/proc/{child}").exists()
        await asyncio.gather(proving, return_exceptions=True)
