"""The code of the receipt shows how the request stands; it is stored nowhere, and a wrong one tells nothing."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.usecases.casework import receipts
from bot.usecases.person.contact import withdraw
from bot.usecases.person.standing import get_standing
from tests.faces import Clock
from tests.usecases.person.contact_service import CALL, ONCE, Service, files, sent, standing


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
