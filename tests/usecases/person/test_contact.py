"""A contact request: sent once or not at all, read by the service alone, looked up and taken back with the code."""

import asyncio
import hashlib
import json
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pyrage import decrypt
from pyrage.x25519 import Identity

from bot.content import Content, parse
from bot.editing import Edit, apply
from bot.engine.request import Filled, Pair, read
from bot.runtime import RIGA, Runtime
from bot.sealing import seal
from bot.usecases.casework import receipts
from bot.usecases.person import contact
from bot.usecases.person.contact import Receipt, Sending, agreement, get_offer, send, withdraw
from bot.usecases.person.standing import get_standing
from bot.usecases.refused import AlreadyErased, ConsentMissing, NotAddressable, NotAllowed
from bot.usecases.services.first_call import Unanswerable
from storage.base import Trouble
from storage.consents import Consent
from storage.contact_requests import ContactRequest
from storage.outbox import Errand
from tests.conftest import runtime_on
from tests.faces import Clock
from tests.patience import PATIENCE
from tests.storage.rows import a_key, a_service, a_worker, reachable

ONCE = "0123456789abcdef" * 2
NO_CLEANING_UP = (
    """CREATE FUNCTION fails(given text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN
    IF current_setting('lock_timeout') <> '0' THEN RAISE 'no room'; END IF; RETURN given; END $$""",
    "CREATE INDEX ON contact_requests (fails(id::text))",
)
"""Writing the table anew fails, as on a full disk, and nothing else does."""
BOTH = ("send_request", "contact_me_as_described")
PULL: dict[str, str] = {
    "contact_mode": "i_will_call_you",
    "device_watched": "yes",
    "urgency_self": "this_week",
    "language": "ru",
    "age_band": "adult",
    "area": "balvu-novads",
}
CALL: list[Pair] = [
    *(PULL | {"contact_mode": "call", "device_watched": "no"}).items(),
    ("phone", "26123456"),
    ("phone_is", "mine_private"),
    ("windows1.day", "wed"),
    ("windows1.from", "12:00"),
    ("windows1.to", "14:30"),
    ("code_word", "umbrella"),
    ("note", "CANARY-note"),
]


@dataclass
class Service:
    """A service with a key, and who holds it."""

    runtime: Runtime
    identity: Identity

    async def letter(self, receipt: Receipt) -> dict[str, Any]:
        """What its worker reads."""
        request = await self.row(receipt)
        assert request.sealed
        return dict(json.loads(decrypt(request.sealed, [self.identity])))

    async def row(self, receipt: Receipt) -> ContactRequest:
        mark = await receipts.hashed(self.runtime, receipt.code)
        async with self.runtime.database.store() as store:
            found = await store.requests.by_receipt(mark)
            assert found
            whole = await store.requests.by_id(found.id)
            assert whole
            return whole

    async def errands(self) -> list[Errand]:
        async with self.runtime.database.store() as store:
            return await store.outbox.claim(self.runtime.now(), 10, timedelta(0))

    async def agreed(self, request: ContactRequest) -> Consent:
        async with self.runtime.database.store() as store:
            (consent,) = await store.consents.of_request(request.id)
            return consent

    async def audit(self) -> list[tuple[str, str]]:
        """Once the next notices have gone out. What people did since the last ones comes in an order of chance."""
        async with self.runtime.database.store() as store:
            await store.audit.enter(self.runtime.now() + timedelta(days=7))
        async with self.runtime.database.store() as store:
            return [(entry.event, entry.actor) for entry in await store.audit.entries()]

    async def empty(self) -> bool:
        async with self.runtime.database.store() as store:
            return not await store.requests.waiting("balvi")


@pytest.fixture
async def service(runtime: Runtime) -> Service:
    return await furnished(runtime)


@pytest.fixture
async def service_anywhere(database_url: str, clock: Clock, shipped: Content) -> AsyncIterator[Service]:
    """The same on SQLite and on PostgreSQL."""
    async with runtime_on(database_url, clock, shipped) as made:
        yield await furnished(made)


async def furnished(runtime: Runtime) -> Service:
    identity = Identity.generate()
    hours = {day: ["08:30", "17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
    async with runtime.database.store() as store:
        await store.services.put(a_service(hours=hours, reads_within_minutes=120))
        for holder in ("ilze", "janis"):
            await store.workers.add(a_worker(id=holder, login=holder))
            await store.services.add_key(a_key(recipient=str(identity.to_public()), held_by=holder))
        await reachable(store, "balvi")
    return Service(runtime, identity)


def filled(runtime: Runtime, *pairs: Pair, **over: str) -> Filled:
    form, places = runtime.content.request, runtime.content.dialogue.municipalities
    given = [pair for pair in pairs if pair[0] not in over] or list((PULL | over).items())
    return read(form, [*given, *over.items()], runtime.now().date(), places)


async def sent(
    service: Service, *pairs: Pair, once: str = ONCE, channel: contact.Channel = "web", **over: str
) -> Receipt:
    draft = filled(service.runtime, *pairs, **over)
    return await send(service.runtime, Sending(draft, BOTH, once, "ru", channel))


async def test_what_was_reviewed_is_what_the_service_reads(service: Service) -> None:
    receipt = await sent(service, *CALL)
    letter, row = await service.letter(receipt), await service.row(receipt)
    draft = filled(service.runtime, *CALL)
    expected = dict(draft.values) | {
        "code_word": "зонтик",
        "windows": [{"day": "wed", "begins": "12:00", "ends": "14:30"}],
    }
    assert letter["answers"] == expected
    assert (letter["request"], letter["service"]) == (row.id, "balvi")
    assert letter["form"] == service.runtime.content.request.version
    assert letter["consents"] == list(BOTH)


async def test_a_word_of_her_own_is_the_code_word(service: Service) -> None:
    receipt = await sent(service, code_word_own="kartupelis")
    answers = (await service.letter(receipt))["answers"]
    assert answers["code_word"] == "kartupelis"
    assert "code_word_own" not in answers


async def test_consent_request_errand_and_audit_stand_together(service_anywhere: Service) -> None:
    service = service_anywhere
    receipt = await sent(service, *CALL)
    row = await service.row(receipt)
    consent = await service.agreed(row)
    assert (row.priority, row.status, row.language) == ("next_working_day", "new", "ru")
    assert row.created_hour.minute == 0
    assert row.purge_at <= service.runtime.now() + timedelta(days=30)
    assert (consent.purposes, consent.recipient, consent.channel) == (list(BOTH), "balvi", "web")
    assert [(errand.kind, errand.service_id, errand.request_id) for errand in await service.errands()] == [
        ("something_waits", "balvi", row.id)
    ]
    assert await service.audit() == [("request_sent", "person")]


SATURDAY = [pair for pair in CALL if pair[0] != "windows1.day"] + [("windows1.day", "sat")]


async def test_what_nobody_can_answer_is_sent_only_by_who_knows_it(service: Service) -> None:
    draft = filled(service.runtime, *SATURDAY)
    for flood in (False, True):  # in a flood of invented requests hers is refused and explained no less
        with pytest.raises(Unanswerable):
            await send(service.runtime, Sending(draft, BOTH, ONCE, "ru", "web", flood=flood))
    assert await service.empty()
    receipt = await send(service.runtime, Sending(draft, BOTH, ONCE, "ru", "web", knowing=True))
    assert receipt.reach.unanswerable
    assert (await service.letter(receipt))["unanswerable"] is True
    again = await send(service.runtime, Sending(draft, BOTH, ONCE, "ru", "web"))
    assert (again.already, again.reach) == (True, receipt.reach)  # it is there: nothing is left to refuse


async def test_who_can_be_reached_is_told_when_first_and_nothing_is_marked(service: Service) -> None:
    receipt = await sent(service, *CALL)
    assert receipt.reach.first == datetime(2026, 11, 25, 12, tzinfo=RIGA)
    assert "unanswerable" not in await service.letter(receipt)
    own = await sent(service, once=ONCE[::-1])
    assert not own.reach.waits
    assert "unanswerable" not in await service.letter(own)


async def test_the_consent_keeps_the_very_words_that_were_shown(service: Service) -> None:
    runtime = service.runtime
    draft = filled(runtime, *CALL)
    shown = agreement(runtime, await get_offer(runtime, "balvu-novads", "ru"), draft.values, "ru")
    receipt = await sent(service, *CALL)
    consent = await service.agreed(await service.row(receipt))
    async with runtime.database.store() as store:
        kept = await store.consents.wording(consent.wording_hash)
    assert kept
    assert kept.text == shown.text
    assert (await service.letter(receipt))["consent_record"]["wording_hash"] == consent.wording_hash
    for said in ("Социальная служба Балвского края", "30", "Государственная инспекция данных", "[send_request]"):
        assert said in kept.text


async def test_the_words_agreed_to_do_not_change_with_the_hour(service: Service, clock: Clock) -> None:
    runtime, wording = service.runtime, "Darba laiks: {service:hours}."
    runtime.content = parse(apply(runtime.content.files, [Edit("text", "request.consent.limits", wording, "lv")]))
    versions = set[str]()
    for _ in range(3):
        clock.move(hours=4)
        to = await get_offer(runtime, "balvu-novads", "lv")
        versions.add(agreement(runtime, replace(to, promise=""), filled(runtime).values, "lv").version)
    assert len(versions) == 1


async def test_nobody_is_asked_to_agree_to_a_contact_they_make_themselves(service: Service) -> None:
    to = await get_offer(service.runtime, "balvu-novads", "lv")
    assert set(agreement(service.runtime, to, filled(service.runtime).values, "lv").purposes) == {"send_request"}
    receipt = await sent(service)
    assert (await service.agreed(await service.row(receipt))).purposes == ["send_request"]


async def test_nothing_is_sent_on_a_wording_that_is_not_the_one_in_use(service: Service) -> None:
    runtime, draft = service.runtime, filled(service.runtime)
    version = agreement(runtime, await get_offer(runtime, "balvu-novads", "lv"), draft.values, "lv").version
    runtime.content = parse(apply(runtime.content.files, [Edit("text", "request.consent.limits", "Cits.", "lv")]))
    with pytest.raises(ConsentMissing):
        await send(runtime, Sending(draft, BOTH, ONCE, "lv", "web", version))
    assert await service.empty()


@pytest.mark.parametrize("given", [(), ("send_request",), ("contact_me_as_described",), ("everything",)])
async def test_nothing_is_sent_or_kept_without_each_consent(service: Service, given: tuple[str, ...]) -> None:
    with pytest.raises(ConsentMissing):
        await send(service.runtime, Sending(filled(service.runtime, *CALL), given, ONCE, "lv", "web"))
    assert await service.empty()
    assert await service.audit() == []


@pytest.mark.parametrize(
    "over",
    [{"age_band": "16_17"}, {"area": "atlantis"}, {"contact_mode": "call"}],
)
async def test_an_unfinished_form_or_a_child_s_is_never_sent(service: Service, over: dict[str, str]) -> None:
    with pytest.raises(NotAllowed):
        await send(service.runtime, Sending(filled(service.runtime, **over), BOTH, ONCE, "lv", "web"))
    assert await service.empty()


@pytest.mark.parametrize("once", ["", "x" * 32, ONCE + "0", ONCE.upper()])
async def test_a_form_that_is_not_ours_is_not_sent(service: Service, once: str) -> None:
    with pytest.raises(NotAllowed):
        await sent(service, once=once)


async def test_a_service_without_a_living_key_is_sent_nothing(service: Service) -> None:
    with pytest.raises(NotAddressable):
        await sent(service, area="riga")
    async with service.runtime.database.store() as store:
        await store.services.retire(str(service.identity.to_public()), service.runtime.now())
    with pytest.raises(NotAddressable):
        await sent(service)
    assert await service.empty()


async def test_a_key_that_dies_while_the_letter_is_sealed_stops_it(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealing, go_on = threading.Event(), threading.Event()

    def slowly(recipient: str, payload: Mapping[str, Any]) -> bytes:
        sealing.set()
        go_on.wait(PATIENCE)
        return seal(recipient, payload)

    monkeypatch.setattr(contact, "seal", slowly)
    sending = asyncio.create_task(sent(service))
    await asyncio.to_thread(sealing.wait, PATIENCE)
    async with service.runtime.database.store() as store:
        await store.services.retire(str(service.identity.to_public()), service.runtime.now())
    go_on.set()
    with pytest.raises(NotAddressable):
        await sending
    assert await service.empty()


async def test_sending_the_same_form_again_gives_the_same_receipt_and_no_second_request(service: Service) -> None:
    first, again = await sent(service), await sent(service, urgency_self="today")
    assert again == Receipt(first.code, first.words, already=True, reach=first.reach)
    assert not first.already
    assert (await service.row(first)).priority == "next_working_day"
    assert len(await service.errands()) == 1


async def test_sending_twice_at_the_same_moment_makes_one_request(service_anywhere: Service) -> None:
    service = service_anywhere
    got = await asyncio.gather(*(sent(service, *CALL) for _ in range(6)))
    assert len({receipt.code for receipt in got}) == 1
    assert [receipt.already for receipt in got].count(False) == 1
    assert len(await service.errands()) == 1
    assert await service.audit() == [("request_sent", "person")]


async def test_after_a_crash_the_same_form_finds_its_receipt(tmp_path: Path, clock: Clock, shipped: Content) -> None:
    url = f"sqlite:///{tmp_path / 'crash.sqlite'}"
    async with runtime_on(url, clock, shipped) as before:
        service = await furnished(before)
        receipt = await sent(service)
    async with runtime_on(url, clock, shipped) as after:
        again = await sent(Service(after, service.identity))
    assert (again.code, again.already) == (receipt.code, True)


async def test_when_one_part_fails_nothing_is_kept(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contact, "NOTICE", None)  # a row that the database refuses
    with pytest.raises(Trouble):
        await sent(service)
    monkeypatch.undo()
    assert await service.empty()
    assert await service.audit() == []
    assert not (await sent(service)).already


async def test_a_receipt_code_looks_like_an_ordinary_number_and_is_different_each_time(service: Service) -> None:
    codes = {(await sent(service, once=f"{number:032x}")).code for number in range(5)}
    assert len(codes) == 5
    assert all(len(code) == 16 and code.isdecimal() for code in codes)
    assert receipts.grouped("1234567890123456") == "1234 5678 9012 3456"


async def test_the_database_holds_neither_code_nor_words(service: Service, tmp_path: Path) -> None:
    receipt = await sent(service, *CALL)
    await service.runtime.database.shrink()
    for secret in (receipt.code, "CANARY-note", "26123456", ONCE, "зонтик"):
        assert secret.encode() not in files(tmp_path)


# --- Look -------------------------------------------------------------------------------------------------------------


async def standing(service: Service, receipt: Receipt) -> str | None:
    found = await get_standing(service.runtime, receipts.grouped(receipt.code), "lv")
    return found.state if found else None


async def test_the_person_sees_how_her_request_stands(service: Service, clock: Clock) -> None:
    receipt = await sent(service)
    row = await service.row(receipt)
    assert await standing(service, receipt) == "new"
    clock.move(days=7)
    assert await standing(service, receipt) == "late"
    async with service.runtime.database.store() as store:
        await store.requests.hand_to(row.id, "ilze")
    assert await standing(service, receipt) == "late", "a letter that was fetched is not read yet"
    async with service.runtime.database.store() as store:
        await store.requests.note_reading(row.id, clock())
    assert await standing(service, receipt) == "read"
    async with service.runtime.database.store() as store:
        await store.requests.take(row, "ilze", clock() + timedelta(hours=4))
    assert await standing(service, receipt) == "taken"
    found = await get_standing(service.runtime, receipt.code, "lv")
    assert found
    assert (found.readers, found.in_time) == (1, False)


async def test_the_promise_she_sees_later_is_the_one_made_when_she_sent_it(service: Service, clock: Clock) -> None:
    receipt = await sent(service)
    clock.move(days=1)
    found = await get_standing(service.runtime, receipt.code, "ru")
    assert found
    assert found.words["service:read_by"] == receipt.words["service:read_by"]


@pytest.mark.parametrize("code", ["", "0" * 16, "1234", "no code", "9" * 500, "٠" * 16, "' OR 1=1 --"])
async def test_wrong_and_unknown_codes_answer_alike(service: Service, code: str) -> None:
    await sent(service)
    assert await get_standing(service.runtime, code, "lv") is None
    assert await withdraw(service.runtime, code) is False


async def test_wrong_and_unknown_codes_cost_the_same_work(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed: the slow hash is made exactly once, whatever was typed."""
    receipt = await sent(service)
    made: list[int] = []
    real: Callable[..., bytes] = hashlib.scrypt

    def counted(*given: Any, **how: Any) -> bytes:
        made.append(how["n"])
        return real(*given, **how)

    monkeypatch.setattr(hashlib, "scrypt", counted)
    for code in ("", "12", "0" * 16, receipt.code):
        await get_standing(service.runtime, code, "lv")
    assert made == [receipts.SCRYPT_N] * 4


# --- Withdraw ---------------------------------------------------------------------------------------------------------


async def test_withdrawing_erases_the_letter_at_once(service_anywhere: Service) -> None:
    service = service_anywhere
    receipt = await sent(service)
    assert await withdraw(service.runtime, receipts.grouped(receipt.code))
    row = await service.row(receipt)
    assert (row.sealed, row.status) == (None, "withdrawn")
    assert (await service.agreed(row)).withdrawn_at is not None
    assert await service.errands() == []
    assert sorted(await service.audit()) == [("request_sent", "person"), ("request_withdrawn", "person")]
    assert await standing(service, receipt) == "withdrawn"


async def test_withdrawing_twice_is_withdrawing_once(service: Service) -> None:
    receipt = await sent(service)
    assert await withdraw(service.runtime, receipt.code)
    assert await withdraw(service.runtime, receipt.code)
    assert len(await service.audit()) == 2


async def test_her_consent_is_taken_back_also_when_the_letter_has_gone_before(service: Service) -> None:
    receipt = await sent(service)
    row = await service.row(receipt)
    async with service.runtime.database.store() as store:
        await store.requests.erase(row.id, "closed")
    assert await withdraw(service.runtime, receipt.code)
    assert (await service.agreed(row)).withdrawn_at is not None
    assert await standing(service, receipt) == "done"


async def test_what_was_withdrawn_is_so_although_the_database_cannot_be_cleaned_up(
    postgres_url: str, clock: Clock, shipped: Content
) -> None:
    async with runtime_on(postgres_url, clock, shipped) as runtime:
        service = await furnished(runtime)
        receipt = await sent(service)
        with psycopg.connect(postgres_url, autocommit=True) as intruder:
            for statement in NO_CLEANING_UP:
                intruder.execute(statement)
        assert await withdraw(runtime, receipt.code)
        assert await standing(service, receipt) == "withdrawn"
        with pytest.raises(Trouble):
            await runtime.database.shrink()
        assert not (await sent(service, once="f" * 32)).already, "nothing stays of it on the connection"


@pytest.mark.parametrize("channel", ["web", "telegram"])
async def test_a_withdrawn_request_is_not_sent_again_by_its_old_form_and_gets_no_receipt(
    service: Service, channel: contact.Channel
) -> None:
    receipt = await sent(service, channel=channel)
    await withdraw(service.runtime, receipt.code)
    with pytest.raises(AlreadyErased):
        await sent(service, channel=channel)
    assert await service.empty()


async def test_a_letter_that_was_withdrawn_is_in_no_file(service: Service, tmp_path: Path) -> None:
    receipt = await sent(service)
    sealed = (await service.row(receipt)).sealed
    assert sealed
    assert sealed[600:1000] in files(tmp_path)
    await withdraw(service.runtime, receipt.code)
    assert sealed[600:1000] not in files(tmp_path)


def files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
