"""A service that falls under two holders is told so at once, at every address, in words about the service only."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from pyrage.x25519 import Identity

from bot.runtime import Runtime
from bot.usecases.accounts import workers
from bot.usecases.acting import SignedIn
from bot.usecases.services import delivery, service_mails
from storage.outbox import Errand
from tests.people import a_desk_mate, a_key, a_service, an_own_key, gives_the_key
from tests.storage import rows
from tests.usecases.services.test_delivery import Post, listening, told_by


@dataclass
class Office:
    """A service with two holders that names a deputy and, at the same address as its notices, a head."""

    ilze: SignedIn
    key: Identity


@pytest.fixture
async def ilze(office: Office) -> SignedIn:
    return office.ilze


@pytest.fixture
async def office(runtime: Runtime) -> Office:
    await a_service(runtime)
    async with runtime.database.store() as store:
        service = await store.services.by_id("balvi")
        assert service
        service.head_email = service.email
    ilze = await a_desk_mate(runtime, "ilze", "worker", "balvi")
    return Office(ilze, await a_key(runtime, ilze))


async def told(runtime: Runtime) -> list[Errand]:
    async with runtime.database.store() as store:
        return await store.outbox.claim(runtime.now(), 50, timedelta(minutes=15))


async def test_a_passphrase_that_is_lost_is_told_at_once_to_each_address(runtime: Runtime, ilze: SignedIn) -> None:
    await an_own_key(runtime, ilze)
    errands = await told(runtime)
    assert sorted(errand.kind for errand in errands) == ["few_holders.deputy_email", "few_holders.email"]
    assert {errand.due_at for errand in errands} == {runtime.now()}, "not in the quarter of an hour, not when it opens"
    assert {errand.request_id for errand in errands} == {None}


async def test_a_head_with_an_address_of_her_own_gets_the_mail_there_too(runtime: Runtime, ilze: SignedIn) -> None:
    async with runtime.database.store() as store:
        service = await store.services.by_id("balvi")
        assert service
        service.head_email = "head@example.org"
    await an_own_key(runtime, ilze)
    post = Post()
    async with listening(post) as server:
        assert await delivery.deliver_due(told_by(runtime, server)) == 3
    assert sorted(mail["To"] for mail in post.mails) == [
        "balvi@example.org",
        "deputy-balvi@example.org",
        "head@example.org",
    ]
    assert {mail["Subject"] for mail in post.mails} == {service_mails.SUBJECTS["few_holders"]}


async def test_a_worker_who_leaves_is_told_too_and_the_command_line_knows_of_which_service(
    runtime: Runtime, ilze: SignedIn
) -> None:
    assert await workers.leave(runtime, "ilze") == "balvi"
    assert len(await told(runtime)) == 2


async def test_while_two_are_left_nobody_is_alarmed_and_below_it_nobody_twice(runtime: Runtime, office: Office) -> None:
    ilze = office.ilze
    third = await a_desk_mate(runtime, "zane", "worker", "balvi")
    await an_own_key(runtime, third)
    await gives_the_key(runtime, ilze, third, office.key)
    await an_own_key(runtime, third)
    assert await told(runtime) == []
    await an_own_key(runtime, ilze)
    assert len(await told(runtime)) == 2
    await workers.leave(runtime, "second-of-ilze")
    assert await told(runtime) == []


@pytest.mark.parametrize("about", ["few_holders", "key_differs"])
def test_the_mail_names_the_service_and_no_person(about: service_mails.About) -> None:
    text = service_mails.text(about, rows.a_service(), "")
    assert "Balvu novada Sociālais dienests" in text.body
    assert not [word for word in ("pieprasījum", "запрос", "request", "http") if word in text.body.lower()]
