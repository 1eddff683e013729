"""A head's people: she invites and removes workers of her own service only, and hands over what an absent one has."""

import asyncio

import pytest

from bot.usecases.accounts import workers
from bot.usecases.accounts.workers import LoginTaken, NotALogin
from bot.usecases.acting import SignedIn
from bot.usecases.casework import requests, staff
from bot.usecases.casework.staff import CannotRead, Mate, NotAName
from bot.usecases.refused import HeldBy, NotAllowed, NotFound
from bot.usecases.services import keys
from tests.people import a_desk_mate, a_service, may_read_alone
from tests.usecases.office import Office, shows

pytestmark = pytest.mark.usefixtures("taken")


async def people(office: Office, head: SignedIn | None = None) -> dict[str, Mate]:
    return {mate.login: mate for mate in await staff.list_mates(office.runtime, head or office.head)}


async def hands_over(office: Office, to: SignedIn, *references: str, head: SignedIn | None = None) -> None:
    head, given = head or office.head, references or (office.reference,)
    await staff.hand_over(office.runtime, head, office.ilze.id, to.id, given)


async def test_the_head_sees_who_holds_the_key_and_who_has_which_open_request(office: Office) -> None:
    office.clock.move(days=3)
    seen = await people(office)
    assert {login: mate.key for login, mate in seen.items()} == {
        "ilze": "holds",
        "second-of-ilze": "holds",
        "zane": "none",
        "head": "none",
    }
    assert [(request.reference, request.age) for request in seen["ilze"].requests] == [(office.reference, "late")]
    assert not any(mate.requests for login, mate in seen.items() if login != "ilze")


async def test_a_worker_invited_by_the_head_joins_her_service_and_no_other_role(office: Office) -> None:
    path = await staff.invite(office.runtime, office.head, " Baiba ", "Baiba  Kalniņa")
    assert (await workers.get_invitation(office.runtime, path.rpartition("/")[2])).login == "baiba"
    baiba = (await people(office))["baiba"]
    assert (baiba.name, baiba.role, baiba.joined, baiba.key) == ("Baiba Kalniņa", "worker", "invited", "none")
    office.clock.move(hours=48)
    assert (await people(office))["baiba"].joined == "expired"
    async with office.runtime.database.store() as store:
        (entry,) = await store.audit.entries(baiba.id)
    assert (entry.event, entry.actor) == ("worker_invited", office.head.id)


async def test_what_is_no_login_no_name_or_taken_is_refused(office: Office) -> None:
    for login in ("kārlis ozols", "-k", "x" * 41, "a@b", ""):
        with pytest.raises(NotALogin):
            await staff.invite(office.runtime, office.head, login, "Kārlis")
    for name in ("  ", "x" * 61):
        with pytest.raises(NotAName):
            await staff.invite(office.runtime, office.head, "karlis", name)
    with pytest.raises(LoginTaken):
        await staff.invite(office.runtime, office.head, "Ilze", "Ilze")


async def test_whoever_is_invited_again_starts_without_a_key(office: Office) -> None:
    name, _ = await staff.invite_again(office.runtime, office.head, office.ilze.id)
    ilze = (await people(office))["ilze"]
    assert (name, ilze.joined, ilze.key) == ("Ilze", "invited", "none")
    assert [request.reference for request in ilze.requests] == [office.reference], "what she has stays hers"
    with pytest.raises(NotFound):
        await keys.get_held_keys(office.runtime, office.ilze)
    async with office.runtime.database.store() as store:
        assert await store.services.recipient("balvi") is None, "one holder is too few"
        assert not await store.services.copies_of(office.ilze.id)


async def test_whom_the_head_removes_is_gone_and_her_requests_wait_again(office: Office) -> None:
    await staff.remove(office.runtime, office.head, office.ilze.id)
    assert "ilze" not in await people(office)
    row = await office.row()
    assert (row.status, row.worker_id) == ("new", None)


@pytest.mark.parametrize("act", [staff.invite_again, staff.remove])
async def test_a_head_reaches_workers_of_her_own_service_and_no_other_account(office: Office, act: object) -> None:
    await a_service(office.runtime, "riga", "riga")
    elsewhere = await a_desk_mate(office.runtime, "rita", "worker", "riga")
    editor = await a_desk_mate(office.runtime, "eva", "editor", None)
    another = await a_desk_mate(office.runtime, "rolands", "head", "balvi")
    for account in (elsewhere, editor, another, office.head):
        with pytest.raises(NotFound):
            await act(office.runtime, office.head, account.id)  # type: ignore[operator]
    with pytest.raises(NotFound):
        await act(office.runtime, office.head, "nobody")  # type: ignore[operator]


async def test_a_request_that_is_handed_over_is_the_colleagues_and_the_audit_names_both(office: Office) -> None:
    office.clock.move(days=3)  # it is overdue by now
    await hands_over(office, office.second)
    row = await office.row()
    assert (row.worker_id, row.status) == (office.second.id, "taken")
    assert row.due_at
    assert row.due_at > office.clock()
    async with office.runtime.database.store() as store:
        (newest,) = await store.audit.entries(office.reference, limit=1)
    assert (newest.event, newest.actor, newest.reason) == (
        "request_handed_over",
        office.head.id,
        office.second.id,
    )
    with pytest.raises(NotAllowed):
        await requests.close(office.runtime, office.ilze, office.reference, "met")
    await requests.close(office.runtime, office.second, office.reference, "met")


async def test_the_promise_of_whom_it_was_given_to_runs_from_then(office: Office) -> None:
    await hands_over(office, office.second)
    given = office.clock()
    office.clock.move(days=3)
    with pytest.raises(HeldBy) as held:
        await requests.take(office.runtime, office.zane, office.reference)
    assert (held.value.name, held.value.since) == ("Second-Of-Ilze", given)


async def test_who_gets_it_is_warned_that_the_absent_one_was_shown_the_number(office: Office) -> None:
    await requests.reveal(office.runtime, office.ilze, office.reference)
    await hands_over(office, office.second)
    assert [showing.name for showing in (await shows(office, office.second)).shown] == ["Ilze"]


async def test_nothing_is_handed_to_who_cannot_read_it_or_is_not_of_the_service(office: Office) -> None:
    with pytest.raises(CannotRead):
        await hands_over(office, office.zane)
    await a_service(office.runtime, "riga", "riga")
    rita = await a_desk_mate(office.runtime, "rita", "worker", "riga")
    rolands = await a_desk_mate(office.runtime, "rolands", "head", "riga")
    for to, head in ((rita, office.head), (office.ilze, office.head), (office.second, rolands)):
        with pytest.raises(NotFound):
            await hands_over(office, to, head=head)
    assert (await office.row()).worker_id == office.ilze.id


async def test_what_she_does_not_have_any_more_is_not_handed_over(office: Office) -> None:
    await requests.close(office.runtime, office.ilze, office.reference, "met")
    for references in ((office.reference,), (office.reference, "never-was")):
        with pytest.raises(NotAllowed):
            await hands_over(office, office.second, *references)


async def test_what_one_person_alone_may_read_is_not_handed_over_and_not_listed_for_others(office: Office) -> None:
    await may_read_alone(office.runtime, office.ilze, office.identity)
    async with office.runtime.database.store() as store:
        request = await store.requests.by_id(office.reference)
        assert request
        request.head_only = True
    assert not (await people(office))["ilze"].requests
    with pytest.raises(NotFound):
        await hands_over(office, office.second)


async def test_of_two_who_act_at_once_one_is_told(office: Office) -> None:
    both = await asyncio.gather(
        hands_over(office, office.second),
        requests.close(office.runtime, office.ilze, office.reference, "met"),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, Exception) for answer in both) == 1


async def test_the_head_can_neither_remove_nor_sign_in_as_the_one_who_reads_confidential_requests(
    office: Office,
) -> None:
    await may_read_alone(office.runtime, office.ilze, office.identity)
    with pytest.raises(NotAllowed):
        await staff.invite_again(office.runtime, office.head, office.ilze.id)
    with pytest.raises(NotAllowed):
        await staff.remove(office.runtime, office.head, office.ilze.id)
    assert [login for login, mate in (await people(office)).items() if mate.reads_alone] == ["ilze"]
    async with office.runtime.database.store() as store:
        ilze = await store.workers.by_id(office.ilze.id)
    assert ilze
    assert ilze.active
    assert not ilze.invited_until
