"""Marked words typed everywhere are found nowhere afterwards: no log, no database file, no temporary file."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.channels.visitors import HEADER
from tests.channels.fake_telegram import TOKEN, FakeTelegram
from tests.channels.forms import CALL
from tests.faces import Clock
from tests.program import Program, Walker, started
from tests.test_crash import WAY, take

TYPED = "kanārijputniņš-vārdos"
FORM = {
    "note": "kanārijputniņš-piezīmē",
    "called": "kanārijputniņš",
    "code_word_own": "kanārija-vārds",
    "phone": "+371 29 987 654",
    "wrote_before": "7311 2200 4455 9081",
}
NUMBERS = ("29987654", "29 987 654", "7311220044559081")
ADDRESS, SAID = "203.0.113.77", "198.51.100.99"
"""Who came, as the proxy says, and who she says she is."""
END = ("left", "stopped", "killed")


@pytest.mark.parametrize("end", END)
async def test_nothing_typed_in_the_web_chat_or_on_the_form_is_written_anywhere(tmp_path: Path, end: str) -> None:
    async with started(tmp_path) as (program, walker):
        await walker.look()
        for step in WAY:
            if not step.startswith("place."):  # what was just found would be lost by typing again
                await walker.type(TYPED)
            await take(walker, step)
        await fill_and_send(walker, send=True)
        await finish(program, walker, end)
        found = [word for word in (TYPED, *FORM.values(), *NUMBERS) if program.holding(word)]
        assert not found
        assert program.rows("SELECT count(*) FROM contact_requests WHERE sealed IS NOT NULL")[0][0] == 6


async def test_a_form_that_was_filled_in_but_not_sent_leaves_nothing_at_all(tmp_path: Path) -> None:
    async with started(tmp_path) as (program, walker):
        await walker.look()
        for step in WAY:
            await take(walker, step)
        await fill_and_send(walker, send=False)
        await program.kill()
        assert not [word for word in (*FORM.values(), *NUMBERS) if program.holding(word)]
        assert program.rows("SELECT count(*) FROM contact_requests")[0][0] == 5, "the demonstration's samples"
        assert program.rows("SELECT count(*) FROM consents")[0][0] == 0


async def test_where_a_visitor_comes_from_is_written_nowhere_and_told_to_nobody(tmp_path: Path) -> None:
    """Neither when all goes well, nor among wrong codes, nor in what is logged when something breaks."""
    async with started(tmp_path, BOT_METRICS_TOKEN=TOKEN) as (program, walker):
        walker.session.headers[HEADER] = f"{SAID}, {ADDRESS}"
        await walker.look()
        for step in WAY:
            await take(walker, step)
        await fill_and_send(walker, send=True)
        for _ in range(3):
            async with walker.session.post(f"{program.public}/form", data={"do": "look", "code": "0" * 16}) as answer:
                assert answer.status == 200
        program.rows("ALTER TABLE left_pages RENAME TO gone")
        broken = await walker.reload()
        program.rows("ALTER TABLE gone RENAME TO left_pages")
        metrics = {"Authorization": f"Bearer {TOKEN}"}
        async with ClientSession(headers=metrics) as monitor, monitor.get(f"{program.desk}/metrics") as answer:
            told = await answer.text()
        assert "blakus_events" in told
        assert "error=" in (tmp_path / "stderr.log").read_text()
        assert not [address for address in (ADDRESS, SAID) if program.holding(address) or address in told + broken.html]
        await program.stop()
        assert not [address for address in (ADDRESS, SAID) if program.holding(address)]


async def test_nothing_of_a_telegram_chat_is_written_anywhere(tmp_path: Path) -> None:
    """Not what is typed, and neither the account, its name nor the chat's number."""
    fake = await FakeTelegram(Clock(datetime.now(UTC))).start()
    fake.patient = True
    async with started(tmp_path, BOT_TELEGRAM_TOKEN=TOKEN, BOT_TELEGRAM_API=fake.root) as (program, _):
        anna = fake.person(name="Kanārija")
        await anna.start()
        assert "Šī ir demonstrācija" in anna.sees
        await anna.press("Jā, varu lasīt")
        await anna.type(TYPED)
        await anna.send("photo", caption=TYPED)
        await anna.send("contact")
        words = (TYPED, "Kanārija", str(anna.chat.id), TOKEN, TOKEN.partition(":")[2])
        assert not [word for word in words if program.holding(word)]
        await anna.press("Paslēpt")
        await program.stop()
        assert not [word for word in words if program.holding(word)]
        assert not anna.chat.alive
        assert program.rows("SELECT count(*) FROM conversations")[0][0] == 0
    await fake.stop()


async def fill_and_send(walker: Walker, send: bool) -> None:
    visitor = await walker.open_form()
    given = {name: value for name, value in CALL.items() if name != "area"}
    visitor.fill_in(given | FORM)
    await visitor.press("review")
    if send:
        assert (await visitor.agree()).code


async def finish(program: Program, walker: Walker, end: str) -> None:
    """The three ways in which a conversation ends."""
    if end == "killed":
        await program.kill()
        return
    if end == "left":
        assert walker.page
        async with ClientSession() as session:
            await session.post(f"{program.public}/leave", data={"token": walker.page.token}, allow_redirects=False)
        assert program.rows("SELECT count(*) FROM conversations")[0][0] == 0
    await program.stop()
