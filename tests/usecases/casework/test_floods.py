"""What came in a flood is marked, keeps every promise, and is closed together only where somebody has read it."""

from collections.abc import AsyncIterator, Collection

import pytest

from bot.content import Content
from bot.engine.priority import PRIORITIES
from bot.runtime import Runtime
from bot.usecases.accounts import workers
from bot.usecases.acting import SignedIn
from bot.usecases.casework import floods, handling, letters, queue, requests, sweeping
from bot.usecases.casework.permissions import Gone
from bot.usecases.person import additions, contact
from bot.usecases.person.standing import get_standing
from bot.usecases.services import delivery, escalation
from storage.contact_requests import ContactRequest
from storage.notes import Note
from tests.begun import begun
from tests.conftest import runtime_on
from tests.faces import Clock
from tests.people import a_desk_mate, a_key, a_marked_request, a_request, a_service, in_the_queue
from tests.storage.rows import DAY
from tests.storage.rows import a_request as a_row
from tests.usecases.person.test_additions import MORNING
from tests.usecases.services.test_delivery import Post, listening, told_by


class Desk:
    """A service to which invented requests come, among them a real one."""

    def __init__(self, runtime: Runtime, clock: Clock, ilze: SignedIn, zane: SignedIn) -> None:
        self.runtime, self.clock, self.ilze, self.zane = runtime, clock, ilze, zane

    async def comes(self, *, flood: bool = True, **differs: str) -> tuple[str, str]:
        """The reference and the receipt code of one more."""
        before = {request.reference for request in await in_the_queue(self.runtime, self.ilze)}
        receipt = await (a_marked_request if flood else a_request)(self.runtime, **differs)
        (reference,) = {request.reference for request in await in_the_queue(self.runtime, self.ilze)} - before
        return reference, receipt

    async def reads(self, *references: str) -> None:
        for reference in references:
            await letters.fetch(self.runtime, self.ilze, reference)
            await letters.confirm(self.runtime, self.ilze, reference)

    async def row(self, reference: str) -> ContactRequest:
        async with self.runtime.database.store() as store:
            found = await store.requests.by_id(reference)
        assert found
        return found

    async def events(self, reference: str) -> list[tuple[str, str | None]]:
        async with self.runtime.database.store() as store:
            return [(entry.event, entry.reason) for entry in reversed(await store.audit.entries(subject=reference))]


@pytest.fixture
async def desk(database_url: str, clock: Clock, shipped: Content) -> AsyncIterator[Desk]:
    """On SQLite and on PostgreSQL."""
    async with runtime_on(database_url, clock, shipped) as runtime:
        yield Desk(runtime, clock, *await begun(runtime, clock, ilze_and_zane))


async def ilze_and_zane(runtime: Runtime, _: Clock) -> tuple[SignedIn, SignedIn]:
    """Ilze holds the key."""
    await a_service(runtime)
    ilze = await a_desk_mate(runtime, "ilze", "worker", "balvi")
    zane = await a_desk_mate(runtime, "zane", "worker", "balvi")
    await a_key(runtime, ilze)
    return ilze, zane


async def test_a_request_that_came_in_a_flood_is_marked_and_any_other_is_not(desk: Desk) -> None:
    marked, _ = await desk.comes()
    other, _ = await desk.comes(flood=False)
    assert [(await requests.get_envelope(desk.runtime, desk.ilze, request)).flood for request in (marked, other)] == [
        True,
        False,
    ]


async def test_what_is_folded_counts_by_urgency_and_stands_in_no_other_list(desk: Desk) -> None:
    first, _ = await desk.comes()
    second, _ = await desk.comes()
    later, _ = await desk.comes(urgency_self="when_possible")
    plain, _ = await desk.comes(flood=False)
    await desk.reads(second)
    found = await floods.folds(desk.runtime, desk.ilze)
    assert {urgency: (fold.count, fold.unread, fold.closable) for urgency, fold in found.items()} == {
        "today": (2, 1, (second,)),
        "in_order": (1, 1, ()),
    }
    assert found["today"].references == tuple(sorted((first, second)))
    rest = await queue.list_requests(desk.runtime, desk.ilze, requests.OPEN, folded=False)
    assert [request.reference for request in rest] == [plain]
    assert later in {request.reference for request in found["in_order"].shown}


async def test_who_takes_one_brings_it_back_among_the_others(desk: Desk) -> None:
    real, _ = await desk.comes()
    await requests.take(desk.runtime, desk.zane, real)
    assert await floods.folds(desk.runtime, desk.ilze) == {}
    (row,) = await queue.list_requests(desk.runtime, desk.ilze, requests.OPEN, folded=False)
    assert (row.reference, row.flood) == (real, True)
    assert await floods.close_together(desk.runtime, desk.ilze, [real]) == 0


async def test_one_press_after_the_other_leads_through_all_that_is_unread(desk: Desk) -> None:
    unread = sorted([(await desk.comes())[0] for _ in range(3)])
    later, _ = await desk.comes(urgency_self="when_possible")
    runtime, ilze = desk.runtime, desk.ilze
    assert await floods.next_unread(runtime, ilze, "in_order") == later
    assert await floods.next_unread(runtime, ilze, "today") == unread[0]
    assert await floods.next_unread(runtime, ilze, "today", unread[0]) == unread[1], "one that does not open is passed"
    assert await floods.next_unread(runtime, ilze, "today", unread[2]) == unread[0]
    await desk.reads(*unread)
    assert await floods.next_unread(runtime, ilze, "today", unread[2]) == later, "then what is less urgent"
    await desk.reads(later)
    assert await floods.next_unread(runtime, ilze, "today") is None


async def test_only_what_somebody_has_read_is_closed_together(desk: Desk) -> None:
    read, _ = await desk.comes()
    fetched, _ = await desk.comes()
    found, _ = await desk.comes()
    unread, _ = await desk.comes()
    unmarked, _ = await desk.comes(flood=False)
    await letters.fetch(desk.runtime, desk.ilze, fetched)
    await letters.look_through(desk.runtime, desk.ilze, "find")
    await desk.reads(read, unmarked)
    everything = [read, fetched, found, unread, unmarked, "none", read]
    assert await floods.to_close(desk.runtime, desk.zane, everything) == (read,)
    assert await floods.close_together(desk.runtime, desk.zane, everything) == 1
    assert [(await desk.row(request)).status for request in everything[:5]] == ["closed", "new", "new", "new", "new"]
    assert (await desk.events(read))[-1] == ("request_closed", "together")


async def test_what_the_person_or_a_colleague_has_acted_on_is_not_closed_with_the_rest(desk: Desk) -> None:
    runtime = desk.runtime
    added, code = await desk.comes()
    unsafe, other_code = await desk.comes()
    taken, _ = await desk.comes()
    tried, _ = await desk.comes()
    withdrawn, last_code = await desk.comes()
    await desk.reads(added, unsafe, taken, tried, withdrawn)
    await additions.change_times(runtime, code, MORNING, "lv", knowing=True)
    await additions.block_calls(runtime, other_code)
    await requests.take(runtime, desk.zane, taken)
    await requests.take(runtime, desk.zane, tried)
    await requests.reveal(runtime, desk.zane, tried)
    await handling.note_attempt(runtime, desk.zane, tried, "no_answer", 3)
    async with runtime.database.store() as store:
        row = await store.requests.by_id(tried)
        assert row
        row.status, row.worker_id = "new", None  # as after a promise that ran out
    await contact.withdraw(runtime, last_code)
    assert await floods.close_together(runtime, desk.ilze, [added, unsafe, taken, tried, withdrawn]) == 0


async def test_what_the_person_acts_on_at_this_very_moment_is_not_closed_with_the_rest(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After it was looked at whether it may be closed, and before it is."""
    reference, code = await desk.comes()
    await desk.reads(reference)
    look = floods.to_close

    async def look_and_then(runtime: Runtime, worker: SignedIn, references: Collection[str]) -> tuple[str, ...]:
        found = await look(runtime, worker, references)
        assert await additions.block_calls(runtime, code)
        return found

    monkeypatch.setattr(floods, "to_close", look_and_then)
    assert await floods.close_together(desk.runtime, desk.ilze, [reference]) == 0
    assert (await desk.row(reference)).status == "new"


async def test_one_that_a_worker_found_real_is_folded_no_more_and_not_closed_with_the_rest(desk: Desk) -> None:
    """Taken and let run out, given back, printed, or with a note: somebody has looked and thought it may be real."""
    runtime = desk.runtime
    lapsed, _ = await desk.comes()
    returned, _ = await desk.comes()
    printed, _ = await desk.comes()
    noted, _ = await desk.comes()
    await desk.reads(lapsed, returned, printed, noted)
    await requests.take(runtime, desk.zane, lapsed)
    async with runtime.database.store() as store:
        row = await store.requests.by_id(lapsed)
        assert row
        row.status, row.worker_id = "new", None  # as after a promise that ran out
    await requests.take(runtime, desk.zane, returned)
    await handling.give_back(runtime, desk.zane, returned)
    await handling.note_printing(runtime, desk.zane, printed)
    async with runtime.database.store() as store:
        note = Note(request_id=noted, worker_id=desk.zane.id, sealed=b"x", sealed_to="age1", made_at=runtime.now())
        await store.notes.add(note)
    everything = [lapsed, returned, printed, noted]
    assert await floods.to_close(runtime, desk.ilze, everything) == ()
    assert await floods.close_together(runtime, desk.ilze, everything) == 0
    rest = await queue.list_requests(runtime, desk.ilze, requests.OPEN, folded=False)
    assert {request.reference for request in rest} == {lapsed, returned}


async def test_another_services_request_and_one_that_one_alone_may_see_are_not_closed(desk: Desk) -> None:
    async with desk.runtime.database.store() as store:
        await store.requests.add(a_row("alone", flood=True, head_only=True, opened_in_time=True))
    rinalds = await a_desk_mate(desk.runtime, "rinalds", "worker", None)
    mine, _ = await desk.comes()
    await desk.reads(mine)
    assert await floods.close_together(desk.runtime, desk.ilze, ["alone"]) == 0
    assert await floods.close_together(desk.runtime, rinalds, [mine, "alone"]) == 0
    assert await floods.folds(desk.runtime, rinalds) == {}


async def test_her_page_says_that_nobody_was_in_contact_and_the_letter_goes_after_a_week(
    desk: Desk, clock: Clock
) -> None:
    reference, code = await desk.comes()
    await desk.reads(reference)
    await floods.close_together(desk.runtime, desk.ilze, [reference])
    standing = await get_standing(desk.runtime, code, "lv")
    assert standing
    assert (standing.state, standing.read, standing.in_time) == ("unanswered", True, True)
    clock.move(days=7, hours=1)
    await sweeping.sweep(desk.runtime)
    standing = await get_standing(desk.runtime, code, "lv")
    assert standing
    assert standing.state == "unanswered"
    with pytest.raises(Gone):
        await letters.fetch(desk.runtime, desk.ilze, reference)


@pytest.mark.long
async def test_a_marked_request_keeps_every_promise_of_waiting(desk: Desk, clock: Clock) -> None:
    """Beside one that is not marked, over all of its life: told to the same people, the same said to each person."""
    async with desk.runtime.database.store() as store:
        service = await store.services.by_id("balvi")
        assert service
        service.head_email = "head@example.org"
    marked, marked_code = await desk.comes()
    plain, plain_code = await desk.comes(flood=False)
    seen: list[tuple[object, object]] = []
    for _ in range(31 * 4):
        await escalation.escalate(desk.runtime)
        await sweeping.sweep(desk.runtime)
        rows = [await desk.row(reference) for reference in (marked, plain)]
        said = [await get_standing(desk.runtime, code, "lv") for code in (marked_code, plain_code)]
        async with desk.runtime.database.store() as store:
            told = [[errand.kind for errand in await store.outbox.of_request(row.id)] for row in rows]
        first, second = [
            (row.status, row.due_at, row.escalated_to, row.told_at, row.last_called, standing, kinds)
            for row, standing, kinds in zip(rows, said, told, strict=True)
        ]
        assert first == second
        seen.append((rows[0].status, rows[0].last_called))
        clock.move(hours=6)
    assert set(seen) == {("new", False), ("new", True), ("expired", False)}


async def test_however_many_wait_too_long_each_address_gets_one_mail_a_step(desk: Desk, clock: Clock) -> None:
    post = Post()
    async with desk.runtime.database.store() as store:
        service = await store.services.by_id("balvi")
        assert service
        service.deputy_email = "deputy@example.org"
    for number in range(130):
        async with desk.runtime.database.store() as store:
            await store.requests.add(
                a_row(f"many{number:03}", flood=True, read_by=clock(), purge_at=clock() + 30 * DAY)
            )
    async with listening(post) as server:
        mailing = told_by(desk.runtime, server)
        clock.move(hours=1)
        assert await escalation.escalate(desk.runtime) == 130
        for _ in range(8):
            await delivery.deliver_due(mailing)
            clock.move(minutes=15)
        assert [mail["To"] for mail in post.mails] == ["deputy@example.org"]
        async with desk.runtime.database.store() as store:
            assert await store.outbox.waiting() == 0


async def test_no_action_upon_many_closes_or_erases_what_nobody_has_read(desk: Desk, clock: Clock) -> None:
    """Whoever leaves, and whatever is looked through, swept or closed together, an unread letter stays till its day."""
    unread = [(await desk.comes(urgency_self=urgency))[0] for urgency in ("today", "this_week", "when_possible")]
    assert {(await desk.row(reference)).priority for reference in unread} == {*PRIORITIES}
    for reference in unread:
        await requests.take(desk.runtime, desk.zane, reference)
    await workers.leave(desk.runtime, "zane")
    async with desk.runtime.database.store() as store:
        service = await store.services.by_id("balvi")
        assert service
        service.active = False
    await letters.look_through(desk.runtime, desk.ilze, "find")
    assert await floods.close_together(desk.runtime, desk.ilze, unread) == 0
    clock.move(days=29)
    await sweeping.sweep(desk.runtime)
    rows = [await desk.row(reference) for reference in unread]
    assert {(row.status, row.sealed is not None) for row in rows} == {("new", True)}
