"""Notices to workers, received by a real mail server in this process: the same words each time, sent once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope
from pydantic import SecretStr

from bot.content import Content
from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework import requests
from bot.usecases.person import contact
from bot.usecases.services import delivery, service_mails
from bot.usecases.services.notices import NOTICE, NOTICE_DEPUTY, NOTICE_HEAD, NOTICE_READER
from storage.outbox import Errand
from tests.conftest import runtime_on
from tests.faces import Clock
from tests.people import CANARIES, a_desk_mate, a_key, a_request, a_service, the_request


@dataclass
class Post:
    """A mail server, and what came in. `answer` is what it says to a mail."""

    answer: str = "250 OK"
    came: list[Envelope] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        if self.answer.startswith("250"):
            self.came.append(envelope)
        return self.answer

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(as_bytes(mail), policy=policy.default) for mail in self.came]


def as_bytes(envelope: Envelope) -> bytes:
    assert isinstance(envelope.content, bytes)
    return envelope.content


@asynccontextmanager
async def listening(post: Post) -> AsyncIterator[str]:
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(post, hostname="localhost"), "127.0.0.1", 0)
    async with server:
        yield f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.fixture
async def office(database_url: str, clock: Clock, shipped: Content) -> AsyncIterator[Runtime]:
    """A service with a key, on SQLite and on PostgreSQL."""
    async with runtime_on(database_url, clock, shipped) as runtime:
        await a_service(runtime)
        await a_key(runtime, await a_desk_mate(runtime, "ilze", "worker", "balvi"))
        yield runtime


def told_by(runtime: Runtime, server: str) -> Runtime:
    settings = runtime.settings.model_copy(update={"smtp": SecretStr(server), "mail_from": "blakus@example.org"})
    return replace(runtime, settings=settings)


async def test_a_request_is_announced_in_words_that_say_nothing(office: Runtime, clock: Clock) -> None:
    post = Post()
    clock.move(minutes=17)
    async with listening(post) as server:
        await a_request(office)
        reference = await the_request(office)
        assert await delivery.deliver_due(told_by(office, server)) == 0  # not at the minute in which it was sent
        clock.move(minutes=13)
        assert await delivery.deliver_due(told_by(office, server)) == 1
    (mail,) = post.mails
    assert (mail["To"], mail["Subject"]) == ("balvi@example.org", "Blakus")
    assert mail.get_content().replace("\r\n", "\n") == service_mails.SOMETHING_WAITS.body
    everything = b"".join(as_bytes(message) for message in post.came).decode()
    secrets = (*CANARIES, reference, "Sociālais", "Balvu", "today", "TODAY", "ŠODIEN", "10:17")
    assert not [secret for secret in secrets if secret in everything]


async def test_two_requests_cannot_be_told_apart_by_their_notices(office: Runtime, clock: Clock) -> None:
    post = Post()
    async with listening(post) as server:
        for urgency in ("today", "when_possible"):
            await a_request(office, urgency_self=urgency)
            await delivery.deliver_due(told_by(office, server))
            clock.move(minutes=30)
    first, second = post.mails
    del first["Message-ID"], second["Message-ID"]
    assert first.as_bytes() == second.as_bytes()


async def test_service_deputy_head_and_reader_get_one_and_the_same_mail(office: Runtime, clock: Clock) -> None:
    """Who it goes to is all that differs: a mailbox must not tell how long somebody waits, or for whom."""
    post, now = Post(), clock()
    addresses = ["balvi@example.org", "deputy@example.org", "head@example.org", "reader@example.org"]
    reader = await a_desk_mate(office, "zane", "worker", "balvi")
    async with office.database.store() as store:
        service = await store.services.by_id("balvi")
        assert service
        service.email, service.deputy_email, service.head_email, service.reader_email = addresses
        service.reader_id = reader.id
        for kind in (NOTICE, NOTICE_DEPUTY, NOTICE_HEAD, NOTICE_READER):
            await store.outbox.add(Errand(kind=kind, service_id="balvi", due_at=now))
    async with listening(post) as server:
        assert await delivery.deliver_due(told_by(office, server)) == 4
    mails = post.mails
    assert sorted(mail["To"] for mail in mails) == addresses
    for mail in mails:
        del mail["To"], mail["Message-ID"]
    assert len({mail.as_bytes() for mail in mails}) == 1


async def test_much_that_waits_makes_one_mail(office: Runtime) -> None:
    post = Post()
    async with listening(post) as server:
        for _ in range(3):
            await a_request(office)
        assert await delivery.deliver_due(told_by(office, server)) == 1
        assert await delivery.deliver_due(told_by(office, server)) == 0
    assert len(post.came) == 1


async def test_two_replicas_send_one_mail(office: Runtime) -> None:
    post = Post()
    async with listening(post) as server:
        await a_request(office)
        told = told_by(office, server)
        assert sum(await asyncio.gather(*(delivery.deliver_due(told) for _ in range(4)))) == 1
    assert len(post.came) == 1


@pytest.mark.parametrize("answer", ["451 try later", "550 no such mailbox"])
async def test_a_refused_mail_is_sent_again_later_and_later(office: Runtime, clock: Clock, answer: str) -> None:
    post = Post(answer)
    async with listening(post) as server:
        told = told_by(office, server)
        await a_request(office)
        assert await delivery.deliver_due(told) == 0
        clock.move(seconds=50)
        post.answer = "250 OK"
        assert await delivery.deliver_due(told) == 0  # not yet
        post.answer = answer
        clock.move(seconds=20)
        assert await delivery.deliver_due(told) == 0
        post.answer = "250 OK"
        clock.move(seconds=100)
        assert await delivery.deliver_due(told) == 0  # the pause has doubled
        clock.move(seconds=30)
        assert await delivery.deliver_due(told) == 1


async def test_an_unreachable_server_loses_no_notice(office: Runtime, clock: Clock) -> None:
    post = Post()
    async with listening(post) as server:
        pass  # gone again
    await a_request(office)
    assert await delivery.deliver_due(told_by(office, server)) == 0
    clock.move(minutes=2)
    post = Post()
    async with listening(post) as server:
        assert await delivery.deliver_due(told_by(office, server)) == 1


@pytest.mark.parametrize("how", ["taken", "withdrawn"])
async def test_nobody_is_told_of_what_no_longer_waits(office: Runtime, how: str) -> None:
    post = Post()
    receipt = await a_request(office)
    if how == "withdrawn":
        await contact.withdraw(office, receipt)
    else:
        async with office.database.store() as store:
            ilze, _ = await store.workers.of_service("balvi")
        mate = SignedIn(ilze.id, ilze.name, ilze.login, ilze.role, ilze.service_id)
        await requests.take(office, mate, await the_request(office))
    async with listening(post) as server:
        assert await delivery.deliver_due(told_by(office, server)) == 0
    assert post.came == []


async def test_without_a_mail_server_nothing_piles_up(office: Runtime) -> None:
    await a_request(office)
    assert await delivery.deliver_due(office) == 0
    async with office.database.store() as store:
        assert await store.outbox.waiting() == 0
