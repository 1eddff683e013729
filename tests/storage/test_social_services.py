"""Only a service that can read may be asked."""

import asyncio

import sqlalchemy

from storage.database import Database
from storage.social_services import TriedAddress
from tests.storage.rows import HOUR, NOW, a_key, a_service, furnish, tried


async def held_by_two(database: Database) -> list[str]:
    async with database.store() as store:
        return [service for service, holders in (await store.services.holders()).items() if len(holders) > 1]


async def test_a_service_without_a_living_key_cannot_be_addressed(database: Database) -> None:
    await furnish(database)
    assert await held_by_two(database) == []
    async with database.store() as store:
        await store.services.add_key(a_key())
        assert await store.services.recipient("balvi") is None
    assert await held_by_two(database) == []  # R2: one holder is as good as none
    async with database.store() as store:
        await store.services.add_key(a_key(held_by="janis"))
    assert await held_by_two(database) == ["balvi"]
    async with database.store() as store:
        await store.services.retire("age1first", NOW)
        assert await store.services.recipient("balvi") is None
    assert await held_by_two(database) == []


async def test_a_closed_service_is_not_found_by_its_place(database: Database) -> None:
    await furnish(database)
    async with database.store() as store:
        await store.services.put(a_service(active=False))
        assert await store.services.by_place("balvu-novads") == []


async def test_who_holds_the_newest_key_is_counted_and_not_who_held_one_before(database: Database) -> None:
    await furnish(database)
    async with database.store() as store:
        await store.services.add_key(a_key())
        await store.services.add_key(a_key(held_by="janis"))
        await store.services.add_key(a_key(recipient="age1second", made_at=NOW + HOUR))
        assert await store.services.holders() == {"balvi": {"ilze"}}


async def test_an_address_that_comes_back_has_to_be_tried_again(database: Database) -> None:
    await furnish(database)
    async with database.store() as store:
        await tried(store, "balvi", "a@example.org")
        await tried(store, "balvi", "b@example.org")
        await store.services.keep_trials("balvi", {"b@example.org"})
        assert [trial.address for trial in await store.services.trials()] == ["b@example.org"]


async def test_a_test_mail_that_nobody_confirmed_is_forgotten_and_a_confirmed_one_is_not(database: Database) -> None:
    await furnish(database)
    async with database.store() as store:
        await tried(store, "balvi", "a@example.org")
        await store.services.add_trial(TriedAddress(service_id="balvi", address="b@example.org", sent_at=NOW))
        assert await store.services.expire_trials(NOW) == 0
        assert await store.services.expire_trials(NOW + HOUR) == 1
        assert [trial.address for trial in await store.services.trials()] == ["a@example.org"]


async def test_requests_are_sealed_to_the_newest_key_and_each_worker_has_a_copy(database: Database) -> None:
    await furnish(database)
    async with database.store() as store:
        await store.services.add_key(a_key())
        await store.services.add_key(a_key(held_by="janis"))
        for holder in ("ilze", "janis"):
            await store.services.add_key(a_key(recipient="age1second", held_by=holder, made_at=NOW + HOUR))
    async with database.store() as store:
        assert await store.services.recipient("balvi") == "age1second"
        keys = await store.services.keys("balvi")
    assert [key.recipient for key in keys] == ["age1second", "age1second", "age1first", "age1first"]
    assert {key.held_by for key in keys[2:]} == {"ilze", "janis"}


async def test_who_leaves_holds_no_copy_and_who_gets_it_again_holds_one(database: Database) -> None:
    await furnish(database)
    async with database.store() as store:
        await store.services.add_key(a_key())
        await store.services.add_key(a_key(held_by="janis"))
        assert await store.services.erase_copies("janis", NOW) == 1
    assert await held_by_two(database) == []
    async with database.store() as store:
        assert await store.services.copies_of("janis") == []
        assert await store.services.newest("balvi") == "age1first"
        await store.services.put_copy(a_key(held_by="janis", wrapped=b"again"))
    assert await held_by_two(database) == ["balvi"]
    async with database.store() as store:
        assert [key.wrapped for key in await store.services.copies_of("janis")] == [b"again"]


async def test_copies_of_a_changed_key_stay_readable_for_a_while(database: Database) -> None:
    await furnish(database)
    async with database.store() as store:
        await store.services.add_key(a_key())
        await store.services.retire("age1first", NOW)
        assert len(await store.services.copies_of("ilze")) == 1
        assert await store.services.newest("balvi") == "age1first"
        await store.services.add_key(a_key(recipient="age1second", made_at=NOW - HOUR))  # by a clock that went back
        assert await store.services.newest("balvi") == "age1second"
        assert [key.recipient for key in await store.services.copies_of("ilze")] == ["age1second", "age1first"]
        await store.services.retire("age1second", NOW)
        assert await store.services.expire(NOW) == 0
        assert await store.services.expire(NOW + HOUR) == 2
        assert await store.services.newest("balvi") is None


async def test_a_service_is_found_by_place_and_brought_up_to_date(database: Database) -> None:
    async with database.store() as store:
        await store.services.put(a_service())
        await store.services.put(a_service(id="cesis", places=["cesu-novads"]))
    async with database.store() as store:
        await store.services.put(a_service(phone="+371 11111111"))
    async with database.store() as store:
        assert [service.phone for service in await store.services.by_place("balvu-novads")] == ["+371 11111111"]
        assert [service.id for service in await store.services.all()] == ["balvi", "cesis"]
        found = await store.services.by_id("balvi")
    assert found
    assert found.hours == {"mon": ["08:30", "17:00"]}


async def test_eight_who_change_calendars_at_once_lose_no_change(database: Database, replica: Database) -> None:
    await furnish(database)

    async def closes(number: int) -> None:
        async with (database if number % 2 else replica).store() as store:
            (service, *_) = await store.services.held()
            await asyncio.sleep(0)  # where nothing is held, another one reads the same here
            service.closed_days = [*service.closed_days, f"2026-12-0{number}"]

    await asyncio.gather(*map(closes, range(1, 9)))
    async with database.store() as store:
        (service, *_) = await store.services.all()
        assert len(service.closed_days) == 8


async def test_a_key_that_was_changed_without_ours_is_not_sealed_to(
    database: Database, intruder: sqlalchemy.Connection
) -> None:
    await furnish(database)
    async with database.store() as store:
        await store.services.add_key(a_key())
        await store.services.add_key(a_key(held_by="janis"))
        assert await store.services.forged() == frozenset()
    intruder.execute(sqlalchemy.text("UPDATE service_keys SET recipient = 'age1stranger'"))
    intruder.commit()
    async with database.store() as store:
        assert await store.services.recipient("balvi") is None
        assert await store.services.forged() == {"balvi"}
    assert await held_by_two(database) == []


async def test_a_key_that_was_added_without_ours_is_not_sealed_to(
    database: Database, intruder: sqlalchemy.Connection
) -> None:
    """Nor one whose mark was copied from a row of another holder."""
    await furnish(database)
    async with database.store() as store:
        await store.services.add_key(a_key())
        await store.services.add_key(a_key(held_by="janis"))
    intruder.execute(
        sqlalchemy.text("""
            INSERT INTO service_keys (id, service_id, recipient, wrapped, held_by, made_at, unopened, mark)
            SELECT held_by, service_id, 'age1stranger', wrapped, held_by, '2027-01-01 00:00:00', unopened, mark
            FROM service_keys
        """)
    )
    intruder.commit()
    async with database.store() as store:
        assert await store.services.recipient("balvi") is None
    assert await held_by_two(database) == []


async def test_a_key_that_was_given_up_is_not_made_the_present_one_by_the_database_alone(
    database: Database, intruder: sqlalchemy.Connection
) -> None:
    await furnish(database)
    async with database.store() as store:
        await store.services.add_key(a_key())
        await store.services.add_key(a_key(held_by="janis"))
        await store.services.retire(a_key().recipient, NOW)
        for holder in ("ilze", "janis"):
            await store.services.add_key(a_key(recipient="age1new", held_by=holder, made_at=NOW))
        assert await store.services.recipient("balvi") == "age1new"
    intruder.execute(sqlalchemy.text("UPDATE service_keys SET retired_at = NULL, made_at = '2027-01-01 00:00:00'"
                                     " WHERE recipient <> 'age1new'"))  # fmt: skip
    intruder.commit()
    async with database.store() as store:
        assert await store.services.recipient("balvi") is None
        assert await store.services.forged() == {"balvi"}


async def test_a_copy_that_was_given_counts_once_it_was_opened_and_ends_with_the_key(database: Database) -> None:
    await furnish(database)
    async with database.store() as store:
        await store.services.add_key(a_key())
        await store.services.put_copy(a_key(held_by="janis", unopened=True))
    assert await held_by_two(database) == []
    async with database.store() as store:
        assert await store.services.copies_of("janis") == []
        given = await store.services.given_to("janis")
        assert given
        given.unopened = False
    assert await held_by_two(database) == ["balvi"]
    async with database.store() as store:
        await store.services.put_copy(a_key(held_by="janis", unopened=True, wrapped=b"another"))
        await store.services.retire("age1first", NOW)
        assert await store.services.given_to("janis") is None


async def test_a_service_whose_key_differs_is_sealed_to_nothing(database: Database) -> None:
    await furnish(database)
    async with database.store() as store:
        await store.services.add_key(a_key())
        await store.services.add_key(a_key(held_by="janis"))
        assert await store.services.recipient("balvi")
        service = await store.services.by_id("balvi")
        assert service
        service.key_differs_at = NOW
        assert await store.services.recipient("balvi") is None
