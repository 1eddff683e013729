"""Taking a request back erases its letter at once, from every file, and takes the consent back with it."""

from pathlib import Path

import psycopg
import pytest

from bot.content import Content
from bot.usecases.casework import receipts
from bot.usecases.person.contact import withdraw
from storage.base import Trouble
from tests.conftest import runtime_on
from tests.faces import Clock
from tests.usecases.person.contact_service import Service, files, furnished, sent, standing

NO_CLEANING_UP = (
    """CREATE FUNCTION fails(given text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN
    IF current_setting('lock_timeout') <> '0' THEN RAISE 'no room'; END IF; RETURN given; END $$""",
    "CREATE INDEX ON contact_requests (fails(id::text))",
)
"""Writing the table anew fails, as on a full disk, and nothing else does."""


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


async def test_a_letter_that_was_withdrawn_is_in_no_file(service: Service, tmp_path: Path) -> None:
    receipt = await sent(service)
    sealed = (await service.row(receipt)).sealed
    assert sealed
    assert sealed[600:1000] in files(tmp_path)
    await withdraw(service.runtime, receipt.code)
    assert sealed[600:1000] not in files(tmp_path)
