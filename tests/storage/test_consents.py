"""We can show what was agreed to, in its exact words, and nothing about who agreed."""

import pytest
import sqlalchemy

from storage.consents import Consent
from storage.database import Database
from tests.storage.rows import DAY, HOUR, NOW, a_consent


async def give(database: Database) -> str:
    async with database.store() as store:
        digest = await store.consents.keep_wording("lv", "Es piekrītu.")
        await store.consents.add(a_consent(digest))
    return digest


async def test_a_consent_leads_to_the_exact_words(database: Database) -> None:
    digest = await give(database)
    async with database.store() as store:
        assert await store.consents.keep_wording("lv", "Es piekrītu.") == digest
        assert await store.consents.keep_wording("lv", "Es piekrītu!") != digest
        [given] = await store.consents.of_request("one")
        wording = await store.consents.wording(given.wording_hash)
    assert wording
    assert wording.text == "Es piekrītu."
    assert given.purposes == ["send_request"]
    assert given.given_at == NOW.replace(minute=0, second=0)


def test_nothing_about_the_person_has_a_place_to_be_kept() -> None:
    allowed = """id request_id wording_id wording_hash language purposes recipient channel given_at action
                 withdrawal_wording withdrawn_at"""
    assert {column.key for column in sqlalchemy.inspect(Consent).columns} == set(allowed.split())


async def test_a_withdrawal_is_noted_once(database: Database) -> None:
    await give(database)
    async with database.store() as store:
        await store.consents.withdraw("one", NOW + HOUR)
        await store.consents.withdraw("one", NOW + DAY)
        [given] = await store.consents.of_request("one")
    assert given.withdrawn_at == (NOW + HOUR).replace(minute=0, second=0)


async def test_words_that_were_agreed_to_cannot_be_changed(database: Database, intruder: sqlalchemy.Connection) -> None:
    await give(database)
    with pytest.raises(sqlalchemy.exc.DBAPIError, match="append-only"):
        intruder.execute(sqlalchemy.text("UPDATE consent_wordings SET text = 'Es piekrītu visam.'"))


async def test_consents_are_forgotten_after_their_time(database: Database) -> None:
    await give(database)
    async with database.store() as store:
        assert await store.consents.expire(NOW - HOUR) == 0
        assert await store.consents.expire(NOW + HOUR) == 1
        assert await store.consents.of_request("one") == []
