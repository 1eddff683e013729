"""Referrals: what stands on the envelope, and what no form of ours sends."""

import secrets
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework import referrals
from bot.usecases.casework.key_change import RESEALED_SIZE
from bot.usecases.casework.permissions import NoKey
from bot.usecases.casework.referrals import NotAReferral, Referral
from bot.usecases.refused import AlreadyTaken, NobodyMayRead
from bot.usecases.services.keys import SEALED
from tests.people import a_desk_mate, a_key, a_service


@pytest.fixture
async def ilze(runtime: Runtime) -> SignedIn:
    await a_service(runtime)
    return await a_desk_mate(runtime, "ilze", "worker", "balvi")


@pytest.fixture
async def referral(runtime: Runtime, ilze: SignedIn) -> Referral:
    """One that a browser would send; what is inside the seal is nothing to the server."""
    identity = await a_key(runtime, ilze)
    blank = referrals.new_blank(ilze)
    return Referral(
        reference=blank.reference,
        once=blank.once,
        recipient=str(identity.to_public()),
        sealed=SEALED + secrets.token_bytes(RESEALED_SIZE - len(SEALED)),
        basis="police_duty",
        priority="next_working_day",
        language="lv",
        call_until=None,
        head_only=False,
    )


async def test_a_report_by_duty_has_no_consent_and_no_code(
    runtime: Runtime, ilze: SignedIn, referral: Referral
) -> None:
    entered = await referrals.enter(runtime, ilze, referral)
    assert entered.code == ""
    async with runtime.database.store() as store:
        row = await store.requests.by_id(referral.reference)
        assert await store.consents.all() == []
        events = [(entry.event, entry.actor, entry.reason) for entry in await store.audit.entries()]
    assert row
    assert (row.basis, row.status, row.priority) == ("police_duty", "new", "next_working_day")
    assert ("referral_entered", ilze.id, "police_duty") in events


async def test_the_same_form_sent_twice_is_one_referral_with_one_code(
    runtime: Runtime, ilze: SignedIn, referral: Referral
) -> None:
    agreed = replace(referral, basis="agreed", agreed=referrals.version_of(referrals.agreement(runtime, "lv")))
    first = await referrals.enter(runtime, ilze, agreed)
    assert await referrals.enter(runtime, ilze, agreed) == first
    assert len(first.code) == 16
    async with runtime.database.store() as store:
        assert len(await store.requests.waiting("balvi")) == 1
        assert len(await store.consents.all()) == 1


@pytest.mark.parametrize(
    "differs",
    [
        {"sealed": b"in the clear"},
        {"sealed": SEALED + bytes(RESEALED_SIZE)},
        {"priority": "in_order"},
        {"language": "xx"},
        {"once": "short"},
        {"reference": "../../etc"},
        {"basis": "agreed"},
        {"basis": "agreed", "agreed": "an old wording"},
    ],
)
async def test_what_no_form_of_ours_sends_is_refused_and_stores_nothing(
    runtime: Runtime, ilze: SignedIn, referral: Referral, differs: dict[str, object]
) -> None:
    with pytest.raises(NotAReferral):
        await referrals.enter(runtime, ilze, replace(referral, **differs))  # type: ignore[arg-type]
    async with runtime.database.store() as store:
        assert await store.requests.waiting("balvi") == []


async def test_a_permission_ends_within_thirty_days(runtime: Runtime, ilze: SignedIn, referral: Referral) -> None:
    last = runtime.today() + referrals.longest_permission(runtime)
    for day in (last + timedelta(days=1), runtime.today() - timedelta(days=1)):
        with pytest.raises(NotAReferral):
            await referrals.enter(runtime, ilze, replace(referral, call_until=day))
    await referrals.enter(runtime, ilze, replace(referral, call_until=last))


async def test_it_is_sealed_to_the_present_key_by_somebody_who_holds_it(
    runtime: Runtime, ilze: SignedIn, referral: Referral
) -> None:
    janis = await a_desk_mate(runtime, "janis", "worker", "balvi")
    with pytest.raises(NoKey):
        await referrals.enter(runtime, janis, referral)
    with pytest.raises(AlreadyTaken):
        await referrals.enter(runtime, ilze, replace(referral, recipient="age1another"))


async def test_of_somebody_close_to_the_family_only_one_who_reads_alone_learns(
    runtime: Runtime, ilze: SignedIn, referral: Referral
) -> None:
    alone = replace(referral, head_only=True)
    with pytest.raises(NobodyMayRead):
        await referrals.enter(runtime, ilze, alone)
    async with runtime.database.store() as store:
        assert await store.requests.waiting("balvi") == []
