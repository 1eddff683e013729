"""Strangers flood the form and the pages behind a code: whoever is in need is served meanwhile, and nobody is refused.

Everything goes over HTTP, behind a proxy that says who came, or behind one that hides everybody.
"""

import asyncio
import json
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientSession, TCPConnector
from pyrage import decrypt
from pyrage.x25519 import Identity

from bot.channels import doors, form_frame
from bot.channels.form import FormPages
from bot.channels.visitors import HEADER
from bot.runtime import Runtime
from bot.usecases.casework import receipts
from bot.usecases.casework.receipts import digits
from bot.usecases.person import contact
from bot.usecases.person.contact import Receipt, Sending
from bot.usecases.services.flood import ALLOWED
from tests.channels.form_requests import requests
from tests.channels.forms import CALL, Shown, Visitor, visiting
from tests.channels.web import read_page
from tests.faces import Clock
from tests.patience import patiently, until

OWNER, STRANGER = "203.0.113.7", "198.51.100.8"
WRONG, INVENTED = 600, 300
HELD, READERS = 120, 20
WHERE = {"from another address": (OWNER, STRANGER), "from behind the same proxy": ("", "")}


def comes_from(visitor: Visitor, address: str) -> None:
    """What the proxy says of her from now on."""
    visitor.session.headers.pop(HEADER, None)
    if address:
        visitor.session.headers[HEADER] = address


async def to_consent(visitor: Visitor, runtime: Runtime, **over: str | list[str]) -> None:
    await visitor.open(runtime)
    visitor.fill_in(CALL | over)
    await visitor.press("review")


async def sent(visitor: Visitor, runtime: Runtime, **over: str | list[str]) -> str:
    await to_consent(visitor, runtime, **over)
    return (await visitor.agree()).code


def fields_of(visitor: Visitor) -> list[tuple[str, str]]:
    """What the consent page in front of her would send, everything ticked."""
    form = visitor.page.form("send")
    for control in form.controls:
        control.on = True
    return [*form.fields(), ("do", "send")]


async def wrong_codes(visitor: Visitor, clock: Clock, address: str) -> set[int]:
    """Within ten minutes, from a dozen connections. Answers with which status they were met."""
    found = set[int]()
    async with ClientSession(connector=TCPConnector(limit=12)) as session:
        for start in range(0, WRONG, 12):
            guesses = (guess(visitor, session, f"{start + number:016d}", address) for number in range(12))
            found |= {status for status, _ in await asyncio.gather(*guesses)}
            clock.move(seconds=11)
    return found


async def guess(visitor: Visitor, session: ClientSession, code: str, address: str = "") -> tuple[int, str]:
    fields = {"do": "look", "code": code, "language": "lv"}
    headers = {HEADER: address} if address else {}
    async with session.post(f"{visitor.url}/form", data=fields, headers=headers) as answer:
        return answer.status, screen(await answer.text())


def screen(html: str) -> str:
    """Which page it is. Reading every form of two thousand pages was a seventh of the work."""
    found = re.search(r'<main[^>]* data-screen="([^"]+)"', html)
    return found[1] if found else ""


async def with_code(visitor: Visitor, do: str, code: str, *more: tuple[str, str]) -> Shown:
    return await visitor.post([("do", do), ("code", code), ("language", "lv"), *more])


class HeldUp(ThreadPoolExecutor):
    """Hashes no code before it is told to, so that whoever looks waits."""

    def __init__(self) -> None:
        super().__init__(1)
        self.go_on = threading.Event()
        self.asked: list[str] = []
        super().submit(self.go_on.wait)

    def submit(self, work: Any, /, *given: Any, **more: Any) -> Any:
        self.asked.append(work.args[0].decode())
        return super().submit(work, *given, **more)


@pytest.fixture
def hashing(monkeypatch: pytest.MonkeyPatch) -> Iterator[HeldUp]:
    with HeldUp() as held_up:
        yield held_up
        held_up.go_on.set()


# --- Codes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", WHERE)
async def test_after_600_wrong_codes_in_ten_minutes_the_owner_looks_stops_calls_and_takes_back(
    visitor: Visitor, runtime: Runtime, clock: Clock, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    owner, stranger = WHERE[where]
    comes_from(visitor, owner)
    code = await sent(visitor, runtime)
    assert await wrong_codes(visitor, clock, stranger) == {200}
    assert (await with_code(visitor, "look", code)).screen == "form.standing"
    await with_code(visitor, "unsafe-now", code)
    (one,) = await requests(runtime)
    assert one.call_blocked
    await with_code(visitor, "withdraw-now", code)
    assert await requests(runtime) == []


async def test_while_a_stranger_fills_the_line_without_a_pause_the_owner_is_served(
    visitor: Visitor, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "LONGEST", 20)
    async with visiting(runtime) as owner:
        comes_from(owner, OWNER)
        code = await sent(owner, runtime)
        over = asyncio.Event()

        async def keeps_guessing(session: ClientSession) -> set[str]:
            met = set()
            while not over.is_set():
                met.add((await guess(owner, session, "0" * 16, STRANGER))[1])
            return met

        async with ClientSession(connector=TCPConnector(limit=60)) as session, asyncio.TaskGroup() as group:
            guessing = [group.create_task(keeps_guessing(session)) for _ in range(60)]
            async with patiently():
                while len(await guess(owner, session, "0" * 16, STRANGER)) and not over.is_set():
                    assert (await with_code(owner, "look", code)).screen == "form.standing"
                    assert (await with_code(owner, "withdraw-now", code)).screen == "form.standing"
                    over.set()
        assert "form.waits" in set().union(*(task.result() for task in guessing)), "the line was full"
    assert await requests(runtime) == []


async def test_who_has_to_wait_is_told_that_nothing_was_done_and_one_press_does_it(
    runtime: Runtime, identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with visiting(runtime) as before:
        code = await sent(before, runtime)
    monkeypatch.setattr(doors, "CODES", 0)
    monkeypatch.setattr(doors, "LONGEST", 0)
    async with visiting(runtime) as full:
        page = await with_code(full, "withdraw-now", code)
        assert page.screen == "form.waits"
        assert "Nekas nav mainīts" in page.text
        assert 'href="tel:112"' in page.html
    assert len(await requests(runtime)) == 1
    monkeypatch.undo()
    async with visiting(runtime) as later:
        later.page = page
        await later.press("withdraw-now")
    assert await requests(runtime) == []


async def test_new_times_that_have_to_wait_are_still_on_the_page_and_the_word_is_asked_for_again(
    runtime: Runtime, identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "CODES", 0)
    monkeypatch.setattr(doors, "LONGEST", 0)
    times = [("a.windows1.day", "mon"), ("a.windows1.from", "09:00"), ("a.windows1.to", "11:00")]
    async with visiting(runtime) as visitor:
        page = await with_code(visitor, "new-times", "0" * 16, *times, ("word", "kanārijputniņš"))
        assert page.screen == "form.waits"
        assert "sarunas paroli vajadzēs ierakstīt vēlreiz" in page.text
        assert "kanārij" not in page.html, "no page ever holds it"
        page = await visitor.press("times")
        assert page.screen == "form.times"
        assert page.values("windows1.from") == ["09:00"]
        page = await with_code(visitor, "new-times", "0" * 16, *times)
        assert "sarunas paroli" not in page.text


async def test_who_hangs_up_costs_no_hashing_and_keeps_nobody_waiting(
    runtime: Runtime, identity: Identity, monkeypatch: pytest.MonkeyPatch, hashing: HeldUp
) -> None:
    monkeypatch.setattr(doors, "CODES", 1)
    pages = FormPages(runtime)
    async with visiting(runtime, pages) as visitor, ClientSession() as one, ClientSession() as many:
        code = await sent(visitor, runtime)
        monkeypatch.setattr(receipts, "SLOWLY", hashing)
        first = asyncio.create_task(guess(visitor, one, code))
        await until(lambda: bool(hashing.asked))
        hanging_up = [asyncio.create_task(guess(visitor, many, "0" * 16)) for _ in range(30)]
        await until(lambda: pages.doors.waiting == len(hanging_up))
        for each in hanging_up:
            each.cancel()
        await asyncio.gather(*hanging_up, return_exceptions=True)
        last = asyncio.create_task(guess(visitor, one, code))
        await until(lambda: pages.doors.waiting == len(hanging_up) + 1)
        hashing.go_on.set()
        assert await first == await last == (200, "form.standing")
        assert hashing.asked == [digits(code)] * 2, "for those two, and for nobody who hung up"


# --- Requests ---------------------------------------------------------------------------------------------------------


async def invented(visitor: Visitor, clock: Clock, address: str) -> set[str]:
    """The same consent page sent again and again within ten minutes, each time as another form."""
    fields = [field for field in fields_of(visitor) if field[0] != "once"]
    met = set()
    async with ClientSession(headers={HEADER: address} if address else {}) as session:
        for _ in range(INVENTED):
            form = [*fields, ("once", receipts.new_once())]
            async with session.post(f"{visitor.url}/form", data=form) as answer:
                met.add(screen(await answer.text()))
            clock.move(seconds=1)
    return met


@pytest.mark.parametrize("where", WHERE)
async def test_after_300_invented_requests_in_ten_minutes_she_who_is_in_need_still_sends_hers(
    runtime: Runtime, identity: Identity, clock: Clock, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.setattr(doors, "PACE", 0.001)
    owner, stranger = WHERE[where]
    async with visiting(runtime) as visitor:
        comes_from(visitor, owner)
        await to_consent(visitor, runtime)
        assert await invented(visitor, clock, stranger) == {"form.receipt"}, "nobody is refused"
        assert (await visitor.agree()).screen == "form.receipt"
        assert (await with_code(visitor, "look", visitor.page.code)).screen == "form.standing"
    assert len(await requests(runtime)) == INVENTED + 1


async def test_a_request_that_has_to_wait_is_not_sent_and_all_that_was_typed_and_ticked_stays(
    runtime: Runtime, identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "REQUESTS", 0)
    monkeypatch.setattr(doors, "LONGEST", 0)
    async with visiting(runtime) as full:
        await to_consent(full, runtime, note="svarīgi")
        page = await full.agree()
        assert page.screen == "form.review"
        assert "Jūsējais vēl nav nosūtīts" in page.text
        assert page.values("note") == ["svarīgi"]
        assert [control.on for control in page.form("send").controls if control.kind == "checkbox"] == [True, True]
    assert await requests(runtime) == []
    monkeypatch.undo()
    async with visiting(runtime) as later:
        later.page = page
        assert (await later.press("send")).screen == "form.receipt"
    (row,) = await requests(runtime)
    async with runtime.database.store() as store:
        whole = await store.requests.by_id(row.id)
    assert whole
    assert whole.sealed
    assert json.loads(decrypt(whole.sealed, [identity]))["answers"]["note"] == "svarīgi"


@dataclass
class Said:
    """What each “send” told the use case of the flood."""

    marks: list[bool]


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Said:
    noted, send = Said([]), contact.send

    async def noting(runtime: Runtime, sending: Sending) -> Receipt:
        noted.marks.append(sending.flood)
        return await send(runtime, sending)

    monkeypatch.setattr(contact, "send", noting)
    return noted


async def test_what_is_over_the_allowance_of_its_address_goes_out_as_one_of_a_flood_and_hers_does_not(
    runtime: Runtime, identity: Identity, clock: Clock, monkeypatch: pytest.MonkeyPatch, said: Said
) -> None:
    monkeypatch.setattr(doors, "PACE", 0.001)
    async with visiting(runtime) as visitor:
        comes_from(visitor, STRANGER)
        for _ in range(ALLOWED + 2):
            await sent(visitor, runtime)
        comes_from(visitor, OWNER)
        await sent(visitor, runtime)
        assert said.marks == [*[False] * ALLOWED, True, True, False]


async def test_the_same_form_sent_again_counts_once(
    visitor: Visitor, runtime: Runtime, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    await to_consent(visitor, runtime)
    fields = fields_of(visitor)
    for _ in range(ALLOWED + 2):
        await visitor.post(fields)
    await sent(visitor, runtime)
    assert not any(said.marks)


# --- Those who only read ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("held", ["in the line", "on the way out"])
async def test_however_many_connections_are_held_reading_and_112_have_their_places(
    runtime: Runtime, identity: Identity, monkeypatch: pytest.MonkeyPatch, held: str, hashing: HeldUp
) -> None:
    pages = FormPages(runtime)
    resting = list[float]()

    async def rests(seconds: float) -> None:
        resting.append(seconds)
        await over.wait()

    over = asyncio.Event()
    if held == "in the line":
        monkeypatch.setattr(receipts, "SLOWLY", hashing)
    else:
        monkeypatch.setattr(form_frame, "sleep", rests)
    async with visiting(runtime, pages) as visitor, ClientSession(connector=TCPConnector(limit=0)) as many:
        holding = [asyncio.create_task(guess(visitor, many, "0" * 16)) for _ in range(HELD)]
        await until(lambda: max(pages.doors.waiting + doors.CODES, len(resting)) >= HELD)
        for _ in range(READERS):
            async with visitor.session.get(f"{visitor.url}/") as answer:
                page = read_page(await answer.text())
                assert (answer.status, "112" in page.calls) == (200, True)
            async with visitor.session.post(f"{visitor.url}/", data=dict(page.button("danger").fields)) as answer:
                assert answer.status == 200
        hashing.go_on.set()
        over.set()
        assert {status for status, _ in await asyncio.gather(*holding)} == {200}
