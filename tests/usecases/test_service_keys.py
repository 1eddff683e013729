"""Who holds the key of a service, how it is given on, taken away and changed. Nothing open is ever taken here."""

import asyncio
import json
from dataclasses import dataclass
from hashlib import sha256

import pytest
from pyrage import decrypt
from pyrage.x25519 import Identity

from bot.content import Content
from bot.runtime import Runtime
from bot.usecases import contact, key_change, letters, service_keys, workers
from bot.usecases.casework import Gone
from bot.usecases.refused import AlreadyTaken, NotAllowed, NotFound
from bot.usecases.service_keys import NotAKey
from bot.usecases.workers import SignedIn
from tests.conftest import runtime_on
from tests.desk.people import (
    OWN_RECIPIENT,
    a_copy,
    a_desk_mate,
    a_key,
    a_request,
    a_service,
    an_own_key,
    the_request,
)
from tests.faces import Clock

LOCKED = b"age-encryption.org/v1\n-> scrypt x"


@dataclass
class Office:
    """A service with one head, who has a key of her own, and one worker, who has none yet."""

    runtime: Runtime
    head: SignedIn
    zane: SignedIn

    async def service(self) -> service_keys.Service:
        return await service_keys.own_service(self.runtime, self.head)

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
    await service_keys.make(office.runtime, office.head, str(identity.to_public()), a_copy(identity))
    return identity


async def reachable(office: Office) -> bool:
    return (await contact.offer(office.runtime, "balvu-novads", "lv")).open


async def test_two_who_make_the_first_key_at_once_make_one(postgres_url: str, clock: Clock, shipped: Content) -> None:
    async with runtime_on(postgres_url, clock, shipped) as runtime:
        await a_service(runtime)
        mates = [await a_desk_mate(runtime, login, "worker", "balvi") for login in ("ilze", "zane")]
        made = []
        for mate in mates:
            await an_own_key(runtime, mate)
            key = Identity.generate()
            made.append(service_keys.make(runtime, mate, str(key.to_public()), a_copy(key)))
        (second,) = [one for one in await asyncio.gather(*made, return_exceptions=True) if one]
        assert isinstance(second, AlreadyTaken)
        assert len((await service_keys.own_service(runtime, mates[0])).holders) == 1


async def test_people_can_write_once_two_hold_the_key(office: Office) -> None:
    identity = await the_first_key(office)
    assert not await reachable(office)
    assert not (await office.service()).enough
    await an_own_key(office.runtime, office.zane)
    await service_keys.grant(office.runtime, office.head, office.zane.id, OWN_RECIPIENT, a_copy(identity))
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
    with pytest.raises(NotAKey):
        await service_keys.make(office.runtime, office.head, str(Identity.generate().to_public()), copy)
    assert await office.holders() == ()


@pytest.mark.parametrize("wrapped", [b"AGE-SECRET-KEY-1OPEN", b"age-encryption.org/v1\n-> X25519 to someone", b""])
async def test_an_open_key_of_her_own_is_never_taken(office: Office, wrapped: bytes) -> None:
    with pytest.raises(NotAKey):
        await service_keys.make_own(office.runtime, office.zane, OWN_RECIPIENT, wrapped)
    with pytest.raises(NotAKey):
        await service_keys.make_own(office.runtime, office.zane, "age1nonsense", LOCKED)
    with pytest.raises(NotFound):
        await service_keys.held(office.runtime, office.zane)


async def test_who_has_no_key_of_her_own_makes_none_for_the_service(office: Office) -> None:
    identity = Identity.generate()
    with pytest.raises(NotAKey):
        await service_keys.make(office.runtime, office.zane, str(identity.to_public()), a_copy(identity))


async def test_only_a_holder_gives_the_key_and_only_to_the_key_she_saw(office: Office) -> None:
    identity = await the_first_key(office)
    runtime, zane = office.runtime, office.zane
    with pytest.raises(NotFound):  # zane has no key of her own yet
        await service_keys.grant(runtime, office.head, zane.id, OWN_RECIPIENT, a_copy(identity))
    await an_own_key(runtime, zane)
    with pytest.raises(NotAllowed):
        await service_keys.grant(runtime, zane, zane.id, OWN_RECIPIENT, a_copy(identity))
    with pytest.raises(NotFound):  # she made another one meanwhile
        await service_keys.grant(runtime, office.head, zane.id, str(Identity.generate().to_public()), a_copy(identity))
    await a_service(runtime, "riga", "riga")
    stranger = await a_desk_mate(runtime, "stranger", "worker", "riga")
    await an_own_key(runtime, stranger)
    with pytest.raises(NotFound):
        await service_keys.grant(runtime, office.head, stranger.id, OWN_RECIPIENT, a_copy(identity))
    assert await office.holders() == ("Head",)


async def test_a_new_key_of_her_own_costs_her_the_copy_until_it_is_given_again(office: Office) -> None:
    await a_key(office.runtime, office.zane)
    assert (await service_keys.held(office.runtime, office.zane)).copies
    await an_own_key(office.runtime, office.zane)
    assert (await service_keys.held(office.runtime, office.zane)).copies == ()
    assert not await reachable(office)


async def test_the_recovery_sheet_gives_back_the_latest_key_and_no_other(office: Office) -> None:
    identity = await the_first_key(office)
    await an_own_key(office.runtime, office.head)  # her passphrase was lost
    assert await office.holders() == ()
    with pytest.raises(NotAKey):
        await service_keys.restore(office.runtime, office.head, OWN_RECIPIENT, a_copy(identity))
    await service_keys.restore(office.runtime, office.head, str(identity.to_public()), a_copy(identity))
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
        events = [one.event for one in await store.audit.entries(subject=gone.id)]
    assert "key_taken_away" in events


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
        return await key_change.piece(self.office.runtime, self.office.head, key_change.Piece(self.reference))

    async def left(self) -> list[str]:
        return [one.reference for one in await key_change.left(self.office.runtime, self.office.head)]


@pytest.fixture
async def changed(office: Office) -> Changed:
    before = await a_key(office.runtime, office.head)
    code = await a_request(office.runtime)
    identity = Identity.generate()
    copies = {one.id: (OWN_RECIPIENT, a_copy(identity)) for one in (await office.service()).colleagues if one.holds}
    await key_change.change(office.runtime, office.head, str(identity.to_public()), copies)
    return Changed(office, before, identity, await the_request(office.runtime), code)


async def test_a_changed_key_is_held_by_the_same_and_the_old_letter_waits_for_it(changed: Changed) -> None:
    office = changed.office
    assert await office.holders() == ("Head", "Second-Of-Head")
    assert await changed.left() == [changed.reference]
    assert (await office.service()).unsealed == 1
    opened = await letters.fetch(office.runtime, office.head, changed.reference)
    assert len(opened.copies) == 2  # both keys open what is on its way
    assert json.loads(decrypt(opened.ciphertext, [changed.before]))["service"] == "balvi"
    assert (await contact.offer(office.runtime, "balvu-novads", "lv")).recipient == str(changed.now.to_public())


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
    with pytest.raises(AlreadyTaken):
        await key_change.change(
            office.runtime, office.head, str(identity.to_public()), {office.head.id: (OWN_RECIPIENT, a_copy(identity))}
        )
    with pytest.raises(NotAllowed):
        await key_change.change(office.runtime, office.zane, str(identity.to_public()), {})
    with pytest.raises(NotAllowed):
        await key_change.piece(office.runtime, office.zane, key_change.Piece(changed.reference))
    assert await office.holders() == ("Head", "Second-Of-Head")


async def test_each_change_of_hands_is_in_the_audit(changed: Changed) -> None:
    async with changed.office.runtime.database.store() as store:
        events = {one.event for one in await store.audit.entries()}
    assert {"own_key_made", "key_made", "key_granted", "key_changed"} <= events
