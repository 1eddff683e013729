"""Who holds the key of a service, how it is given on, taken away and changed. Nothing open is ever taken here."""

import asyncio
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

import pytest
from pyrage import decrypt
from pyrage.x25519 import Identity

from bot.content import Content
from bot.runtime import Runtime
from bot.usecases.accounts import workers
from bot.usecases.acting import SignedIn
from bot.usecases.casework import key_change, letters
from bot.usecases.casework.permissions import Gone, NoKey
from bot.usecases.person import contact
from bot.usecases.refused import AlreadyTaken, NotAllowed, NotFound
from bot.usecases.services import keys
from bot.usecases.services.key_proofs import NotProved, Purpose
from bot.usecases.services.keys import Copy, NotAKey
from tests.conftest import runtime_on
from tests.faces import Clock
from tests.people import (
    OWN,
    OWN_RECIPIENT,
    a_desk_mate,
    a_key,
    a_request,
    a_sealed_copy,
    a_service,
    an_own_key,
    gives_the_key,
    makes_the_first_key,
    opened_challenge,
    the_request,
)
from tests.storage.rows import HOUR

LOCKED = b"age-encryption.org/v1\n-> scrypt x"
GARBAGE = b"age-encryption.org/v1\n-> X25519 nobody opens this"


@dataclass
class Office:
    """A service with one head, who has a key of her own, and one worker, who has none yet."""

    runtime: Runtime
    head: SignedIn
    zane: SignedIn

    async def service(self) -> keys.OwnService:
        return await keys.get_own_service(self.runtime, self.head)

    async def holders(self) -> tuple[str, ...]:
        return (await self.service()).holders


@pytest.fixture
async def office(runtime: Runtime) -> Office:
    await a_service(runtime)
    head = await a_desk_mate(runtime, "head", "head", "balvi")
    zane = await a_desk_mate(runtime, "zane", "worker", "balvi")
    await an_own_key(runtime, head)
    return Office(runtime, head, zane)


async def the_first_key(office: Office) -> Identity:
    identity = Identity.generate()
    await makes_the_first_key(office.runtime, office.head, identity)
    return identity


async def reachable(office: Office) -> bool:
    return (await contact.get_offer(office.runtime, "balvu-novads", "lv")).open


async def test_two_who_make_the_first_key_at_once_make_one(postgres_url: str, clock: Clock, shipped: Content) -> None:
    async with runtime_on(postgres_url, clock, shipped) as runtime:
        await a_service(runtime)
        mates = [await a_desk_mate(runtime, login, "worker", "balvi") for login in ("ilze", "zane")]
        made = []
        for mate in mates:
            await an_own_key(runtime, mate)
            made.append(makes_the_first_key(runtime, mate, Identity.generate()))
        (second,) = [refusal for refusal in await asyncio.gather(*made, return_exceptions=True) if refusal]
        assert isinstance(second, AlreadyTaken)
        assert len((await keys.get_own_service(runtime, mates[0])).holders) == 1


async def test_people_can_write_once_two_hold_the_key(office: Office) -> None:
    identity = await the_first_key(office)
    assert not await reachable(office)
    assert not (await office.service()).enough
    await an_own_key(office.runtime, office.zane)
    await gives_the_key(office.runtime, office.head, office.zane, identity)
    assert await reachable(office)
    assert (await office.service()).enough
    assert await office.holders() == ("Head", "Zane")


async def test_a_second_first_key_is_refused(office: Office) -> None:
    await the_first_key(office)
    with pytest.raises(AlreadyTaken):
        await the_first_key(office)


@pytest.mark.parametrize(
    "copy", [b"AGE-SECRET-KEY-1OPEN", LOCKED, b"", b"age-encryption.org/v1\n-> X25519 " + b"x" * 2000]
)
async def test_only_a_sealed_key_is_taken(office: Office, copy: bytes) -> None:
    sealed = replace(a_sealed_copy(OWN, office.head), wrapped=copy)
    with pytest.raises(NotAKey):
        await keys.make(office.runtime, office.head, str(Identity.generate().to_public()), sealed, b"")
    assert await office.holders() == ()


@pytest.mark.parametrize("wrapped", [b"AGE-SECRET-KEY-1OPEN", b"age-encryption.org/v1\n-> X25519 to someone", b""])
async def test_an_open_key_of_her_own_is_never_taken(office: Office, wrapped: bytes) -> None:
    with pytest.raises(NotAKey):
        await keys.make_own(office.runtime, office.zane, OWN_RECIPIENT, wrapped, b"")
    with pytest.raises(NotAKey):
        await keys.make_own(office.runtime, office.zane, "age1nonsense", LOCKED, b"")
    with pytest.raises(NotFound):
        await keys.get_held_keys(office.runtime, office.zane)


async def test_who_has_no_key_of_her_own_makes_none_for_the_service(office: Office) -> None:
    with pytest.raises(NotAKey):
        await makes_the_first_key(office.runtime, office.zane, Identity.generate())


async def test_only_a_holder_gives_the_key_and_only_to_the_key_she_saw(office: Office) -> None:
    identity = await the_first_key(office)
    runtime, zane = office.runtime, office.zane
    copy = a_sealed_copy(identity, zane)
    await keys.set_wish(runtime, zane, wants_key=True)
    with pytest.raises(NotFound):  # zane has no key of her own yet
        await keys.grant(runtime, office.head, zane.id, copy)
    await an_own_key(runtime, zane)
    await keys.set_wish(runtime, zane, wants_key=True)
    with pytest.raises(NotAllowed):
        await keys.grant(runtime, zane, zane.id, copy)
    with pytest.raises(NotFound):  # she made another one meanwhile
        await keys.grant(runtime, office.head, zane.id, replace(copy, own=str(Identity.generate().to_public())))
    await a_service(runtime, "riga", "riga")
    stranger = await a_desk_mate(runtime, "stranger", "worker", "riga")
    await an_own_key(runtime, stranger)
    await keys.set_wish(runtime, stranger, wants_key=True)
    with pytest.raises(NotFound):
        await keys.grant(runtime, office.head, stranger.id, copy)
    assert await office.holders() == ("Head",)


async def test_a_key_is_given_only_while_its_receiver_wants_it(office: Office) -> None:
    identity = await the_first_key(office)
    runtime, zane = office.runtime, office.zane
    await an_own_key(runtime, zane)
    for wants in (None, False):
        if wants is not None:
            await keys.set_wish(runtime, zane, wants_key=True)
            await keys.set_wish(runtime, zane, wants_key=wants)
        with pytest.raises(NotAllowed):
            await keys.grant(runtime, office.head, zane.id, a_sealed_copy(identity, zane))
    await keys.set_wish(runtime, zane, wants_key=True)
    await an_own_key(runtime, zane)  # a new key of her own begins without a wish
    with pytest.raises(NotAllowed):
        await keys.grant(runtime, office.head, zane.id, a_sealed_copy(identity, zane))


async def test_a_given_key_counts_once_its_receiver_has_opened_it(office: Office) -> None:
    identity = await the_first_key(office)
    runtime, zane = office.runtime, office.zane
    await an_own_key(runtime, zane)
    await keys.set_wish(runtime, zane, wants_key=True)
    await keys.grant(runtime, office.head, zane.id, replace(a_sealed_copy(identity, zane), wrapped=GARBAGE))
    assert await office.holders() == ("Head",)
    assert not await reachable(office)
    assert (await keys.get_held_keys(runtime, zane)).copies == ()
    with pytest.raises(NotAllowed):
        await keys.grant(runtime, zane, office.head.id, a_sealed_copy(identity, office.head))
    await keys.grant(runtime, office.head, zane.id, a_sealed_copy(identity, zane))  # again, and rightly
    recipient = str(identity.to_public())
    with pytest.raises(NotProved):
        await keys.accept(runtime, zane, recipient, b"I have it")
    assert not await reachable(office)
    await keys.accept(runtime, zane, recipient, await opened_challenge(runtime, zane, "accept", identity))
    assert await office.holders() == ("Head", "Zane")
    assert await reachable(office)


async def test_what_a_colleague_holds_is_never_replaced_by_another(office: Office) -> None:
    identity = await a_key(office.runtime, office.head)
    runtime = office.runtime
    second = next(mate for mate in (await office.service()).colleagues if mate.name.startswith("Second"))
    as_second = SignedIn(second.id, second.name, "second-of-head", "worker", "balvi")
    before = (await keys.get_held_keys(runtime, as_second)).copies
    await keys.set_wish(runtime, as_second, wants_key=True)
    with pytest.raises(AlreadyTaken):
        await keys.grant(runtime, office.head, second.id, replace(a_sealed_copy(identity, as_second), wrapped=GARBAGE))
    assert (await keys.get_held_keys(runtime, as_second)).copies == before
    assert await reachable(office)


@pytest.mark.parametrize("purpose", ["own", "first", "restore", "change"])
async def test_whoever_registers_a_key_shows_that_she_has_it(office: Office, purpose: Purpose) -> None:
    """With an answer to another challenge: for another purpose, another key, another worker, or the same one twice."""
    runtime, head, other = office.runtime, office.head, Identity.generate()
    key = await the_first_key(office) if purpose in ("restore", "change") else Identity.generate()
    new = Identity.generate() if purpose == "change" else key
    recipient = OWN_RECIPIENT if purpose == "own" else str(new.to_public())
    shown = OWN if purpose == "own" else new

    async def registered(answer: bytes) -> None:
        copy = a_sealed_copy(new, head)
        match purpose:
            case "own":
                await keys.make_own(runtime, head, recipient, LOCKED, answer)
            case "first":
                await keys.make(runtime, head, recipient, copy, answer)
            case "restore":
                await keys.restore(runtime, head, recipient, copy, answer)
            case _:
                await key_change.change(runtime, head, recipient, {head.id: copy}, (), answer)

    right = await opened_challenge(runtime, head, purpose, shown)
    wrong = [
        b"",
        right[:-1] + bytes([right[-1] ^ 1]),
        await opened_challenge(runtime, head, "accept", shown),
        await opened_challenge(runtime, head, purpose, other),
        await opened_challenge(runtime, office.zane, purpose, shown),
    ]
    for answer in wrong:
        with pytest.raises(NotProved):
            await registered(answer)
    await registered(right)
    with pytest.raises(NotProved):
        await registered(right)
    async with runtime.database.store() as store:
        refused = [entry for entry in await store.audit.entries() if entry.event == "key_not_proved"]
    assert {(entry.actor, entry.reason) for entry in refused} == {(head.id, purpose)}
    assert len(refused) == len(wrong) + 1


async def test_an_answer_is_good_for_five_minutes(office: Office, clock: Clock) -> None:
    answer = await opened_challenge(office.runtime, office.zane, "own", OWN)
    clock.move(minutes=5)
    with pytest.raises(NotProved):
        await keys.make_own(office.runtime, office.zane, OWN_RECIPIENT, LOCKED, answer)


async def test_a_new_key_of_her_own_costs_her_the_copy_until_it_is_given_again(office: Office) -> None:
    await a_key(office.runtime, office.zane)
    assert (await keys.get_held_keys(office.runtime, office.zane)).copies
    await an_own_key(office.runtime, office.zane)
    assert (await keys.get_held_keys(office.runtime, office.zane)).copies == ()
    assert not await reachable(office)


async def test_the_recovery_sheet_gives_back_the_latest_key_and_no_other(office: Office) -> None:
    identity = await the_first_key(office)
    await an_own_key(office.runtime, office.head)  # her passphrase was lost
    assert await office.holders() == ()
    copy, head = a_sealed_copy(identity, office.head), office.head
    answer = await opened_challenge(office.runtime, head, "restore", OWN)
    with pytest.raises(NotAKey):
        await keys.restore(office.runtime, head, OWN_RECIPIENT, copy, answer)
    answer = await opened_challenge(office.runtime, head, "restore", identity)
    other = replace(copy, own=str(Identity.generate().to_public()))
    with pytest.raises(NotAKey):  # sealed to another key than her own
        await keys.restore(office.runtime, head, str(identity.to_public()), other, answer)
    answer = await opened_challenge(office.runtime, head, "restore", identity)
    await keys.restore(office.runtime, head, str(identity.to_public()), copy, answer)
    assert await office.holders() == ("Head",)


async def test_leaving_takes_the_key_away(office: Office) -> None:
    await a_key(office.runtime, office.head)
    assert await reachable(office)
    await workers.leave(office.runtime, "second-of-head")
    assert not await reachable(office)
    assert await office.holders() == ("Head",)
    async with office.runtime.database.store() as store:
        gone = await store.workers.by_login("second-of-head")
        assert gone
        assert await store.services.copies_of(gone.id) == []
        assert gone.own_wrapped is None
        events = [entry.event for entry in await store.audit.entries(subject=gone.id)]
    assert "key_taken_away" in events


async def copies_for_all(office: Office, identity: Identity) -> dict[str, Copy]:
    holders = [mate.id for mate in (await office.service()).colleagues if mate.holds]
    return {holder: a_sealed_copy(identity, replace(office.head, id=holder)) for holder in holders}


async def changes_the_key(
    office: Office, identity: Identity, copies: Mapping[str, Copy], left_out: Collection[str] = ()
) -> None:
    answer = await opened_challenge(office.runtime, office.head, "change", identity)
    recipient = str(identity.to_public())
    await key_change.change(office.runtime, office.head, recipient, copies, left_out, answer)


@dataclass
class Changed:
    """A service whose key was changed while one request waited."""

    office: Office
    before: Identity
    now: Identity
    reference: str
    code: str

    async def put_back(self, sealed: bytes, before: bytes | None = None) -> None:
        office, was = self.office, before or await self.letter()
        recipient = str(self.now.to_public())
        which = key_change.Piece(self.reference)
        await key_change.reseal(office.runtime, office.head, which, recipient, sha256(was).hexdigest(), sealed)

    async def letter(self) -> bytes:
        return await key_change.get_piece(self.office.runtime, self.office.head, key_change.Piece(self.reference))

    async def left(self) -> list[str]:
        return [request.reference for request in await key_change.list_unchanged(self.office.runtime, self.office.head)]


@pytest.fixture
async def changed(office: Office) -> Changed:
    before = await a_key(office.runtime, office.head)
    code = await a_request(office.runtime)
    identity = Identity.generate()
    await changes_the_key(office, identity, await copies_for_all(office, identity))
    return Changed(office, before, identity, await the_request(office.runtime), code)


async def test_a_changed_key_is_held_by_the_same_and_the_old_letter_waits_for_it(changed: Changed) -> None:
    office = changed.office
    assert await office.holders() == ("Head", "Second-Of-Head")
    assert await changed.left() == [changed.reference]
    assert (await office.service()).unsealed == 1
    opened = await letters.fetch(office.runtime, office.head, changed.reference)
    assert len(opened.copies) == 2  # both keys open what is on its way
    assert json.loads(decrypt(opened.ciphertext, [changed.before]))["service"] == "balvi"
    assert (await contact.get_offer(office.runtime, "balvu-novads", "lv")).recipient == str(changed.now.to_public())


async def test_a_letter_is_put_back_only_over_the_one_it_was_made_from(changed: Changed) -> None:
    good = b"age-encryption.org/v1\n-> X25519 ".ljust(key_change.RESEALED_SIZE, b"x")
    for bad in (b"", good[:-1], good.replace(b"X25519", b"scrypt")):
        with pytest.raises(NotAKey):
            await changed.put_back(bad)
    with pytest.raises(AlreadyTaken):
        await changed.put_back(good, before=b"something older")
    await changed.put_back(good)
    assert await changed.left() == []
    assert await changed.letter() == good


async def test_a_letter_withdrawn_meanwhile_stays_withdrawn(changed: Changed) -> None:
    was = await changed.letter()
    await contact.withdraw(changed.office.runtime, changed.code)
    assert await changed.left() == []
    with pytest.raises(Gone):
        await changed.put_back(b"age-encryption.org/v1\n-> X25519 ".ljust(key_change.RESEALED_SIZE, b"x"), before=was)


async def test_a_change_that_forgets_a_holder_is_refused(changed: Changed) -> None:
    office, identity = changed.office, Identity.generate()
    mine = {office.head.id: a_sealed_copy(identity, office.head)}
    with pytest.raises(AlreadyTaken):
        await changes_the_key(office, identity, mine)
    with pytest.raises(AlreadyTaken):  # nor can the head leave herself out
        await changes_the_key(
            office, identity, {}, [mate.id for mate in (await office.service()).colleagues if mate.holds]
        )
    answer = await opened_challenge(office.runtime, office.zane, "change", identity)
    with pytest.raises(NotAllowed):
        await key_change.change(office.runtime, office.zane, str(identity.to_public()), {}, (), answer)
    with pytest.raises(NoKey):
        await key_change.get_piece(office.runtime, office.zane, key_change.Piece(changed.reference))
    assert await office.holders() == ("Head", "Second-Of-Head")


async def test_a_change_waits_for_nobody_and_who_is_left_out_holds_nothing(changed: Changed) -> None:
    office, identity = changed.office, Identity.generate()
    left_out = next(mate for mate in (await office.service()).colleagues if mate.holds and mate.id != office.head.id)
    mine = {office.head.id: a_sealed_copy(identity, office.head)}
    await changes_the_key(office, identity, mine, [left_out.id])
    assert await office.holders() == ("Head",)
    async with office.runtime.database.store() as store:
        assert await store.services.copies_of(left_out.id) == []
        assert "few_holders.email" in [
            errand.kind for errand in await store.outbox.claim(office.runtime.now(), 50, HOUR)
        ]
    taker = SignedIn(left_out.id, left_out.name, "second-of-head", "worker", "balvi")
    await gives_the_key(office.runtime, office.head, taker, identity)
    assert await office.holders() == ("Head", "Second-Of-Head")


async def test_a_key_that_was_given_up_is_not_taken_up_again(changed: Changed) -> None:
    """Else its copies, which open what is not sealed anew yet, would be written over."""
    office = changed.office
    with pytest.raises(NotAKey):
        await changes_the_key(office, changed.before, await copies_for_all(office, changed.before))
    opened = await letters.fetch(office.runtime, office.head, changed.reference)
    assert len(opened.copies) == 2


async def test_each_change_of_hands_is_in_the_audit(changed: Changed) -> None:
    async with changed.office.runtime.database.store() as store:
        events = {entry.event for entry in await store.audit.entries()}
    assert {"own_key_made", "key_made", "key_wished", "key_granted", "key_accepted", "key_changed"} <= events
