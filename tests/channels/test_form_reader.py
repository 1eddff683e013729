"""“I know somebody who works there”: who alone would read it is said before sending, and only a yes sends it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from pyrage.x25519 import Identity

from bot.content import Content
from bot.runtime import Runtime
from bot.usecases.casework import receipts
from bot.usecases.person import contact
from bot.usecases.refused import NobodyMayRead
from tests.channels.form_requests import answers_read_by, requests
from tests.channels.forms import PULL, Visitor, furnish, name_reader
from tests.storage.rows import a_key, a_worker, tried
from tests.usecases.person.contact_service import filled

KNOWN = PULL | {"conflict_known": "yes"}
HEAD = "head@example.org"


@pytest.fixture
async def identity(runtime: Runtime) -> Identity:
    """Of a service whose head, Jānis, holds the key and has a mailbox of his own."""
    identity = await furnish(runtime)
    async with runtime.database.store() as store:
        head, service = await store.workers.by_id("janis"), await store.services.by_id("balvi")
        assert head
        assert service
        head.role, service.head_email = "head", HEAD
        await tried(store, "balvi", HEAD)
    return identity


async def to_the_question(visitor: Visitor, runtime: Runtime, language: str = "lv") -> None:
    await visitor.open(runtime, language)
    visitor.fill_in(KNOWN)
    await visitor.press("review")


@pytest.mark.parametrize(
    "language, head, named",
    [
        ("lv", "tikai dienesta vadītājs", "tikai viens darbinieks"),
        ("ru", "только руководитель службы", "только один сотрудник"),
        ("en", "Only the head of the service", "Only one worker"),
        ("uk", "тільки керівник служби", "тільки одна людина"),
    ],
)
async def test_who_alone_would_read_is_said_by_function_and_never_by_name(
    visitor: Visitor, runtime: Runtime, language: str, head: str, named: str
) -> None:
    await to_the_question(visitor, runtime, language)
    assert visitor.page.screen == "form.reader"
    assert head in visitor.page.text
    await name_reader(runtime)
    await to_the_question(visitor, runtime, language)
    assert named in visitor.page.text
    assert not [name for name in ("Ilze", "Jānis", "janis") if name in visitor.page.bare]


async def test_a_yes_leads_to_a_consent_that_says_so_and_to_sending(
    visitor: Visitor, runtime: Runtime, identity: Identity
) -> None:
    await to_the_question(visitor, runtime)
    page = await visitor.press("reader.may")
    assert page.screen == "form.review"
    assert "Lasa tikai dienesta vadītājs" in page.text
    assert (await visitor.agree()).screen == "form.receipt"
    (row,) = await requests(runtime)
    assert row.head_only
    assert "conflict_reader" not in await answers_read_by(identity, runtime)


async def test_the_answer_is_kept_when_the_database_goes_away_at_that_press(visitor: Visitor, runtime: Runtime) -> None:
    await to_the_question(visitor, runtime)
    runtime.database.is_open = False
    page = await visitor.press("reader.may")
    assert page.screen == "form.unsent"
    assert page.values("conflict_reader") == ["may"]


@pytest.mark.parametrize("answer", ["reader.may_not", "reader.not_sure"])
async def test_a_no_and_not_knowing_send_nothing_and_name_other_ways(
    visitor: Visitor, runtime: Runtime, answer: str
) -> None:
    await to_the_question(visitor, runtime)
    page = await visitor.press(answer)
    assert page.screen == "form.elsewhere"
    assert "116006" in page.text
    assert "tel:" in page.html.partition('id="other"')[2], "the telephone of another service"
    assert await requests(runtime) == []
    page = await visitor.press("change.conflict_known")
    assert page.values("conflict_known") == ["yes"]
    assert page.values("conflict_reader") == [], "whoever changes something is asked again"


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE workers SET role = 'worker'",
        "UPDATE workers SET active = 0 WHERE id = 'janis'",
        "DELETE FROM service_keys WHERE held_by = 'janis'",
        "UPDATE social_services SET head_email = NULL",
        "UPDATE social_services SET head_email = 'new@example.org'",
        "UPDATE social_services SET head_email = deputy_email",
        "UPDATE social_services SET reader_id = 'somebody who has left'",
    ],
)
async def test_where_nobody_could_alone_read_nobody_is_asked_and_nothing_is_sent(
    visitor: Visitor, runtime: Runtime, tmp_path: Path, spoil: str
) -> None:
    async with runtime.database.store() as store:  # a third holder, so that others can still write
        await store.workers.add(a_worker(id="zane", login="zane", role="dpo"))
        recipient = await store.services.recipient("balvi")
        await store.services.add_key(a_key(recipient=recipient, held_by="zane"))
    with closing(sqlite3.connect(tmp_path / "blakus.sqlite")) as connection, connection:
        connection.execute(spoil)
    await to_the_question(visitor, runtime)
    assert visitor.page.screen == "form.elsewhere"
    with pytest.raises(NobodyMayRead):
        await send(runtime, conflict_known="yes", conflict_reader="may")
    assert await requests(runtime) == []


async def test_sending_itself_refuses_without_a_yes(runtime: Runtime, identity: Identity) -> None:
    for answer in ({}, {"conflict_reader": "may_not"}, {"conflict_reader": "not_sure"}):
        with pytest.raises(NobodyMayRead):
            await send(runtime, conflict_known="yes", **answer)
    assert await requests(runtime) == []
    await send(runtime, conflict_known="yes", conflict_reader="may")
    assert len(await requests(runtime)) == 1


@pytest.mark.parametrize("answer", ["no", "skip"])
async def test_who_knows_nobody_or_skips_is_not_asked(visitor: Visitor, runtime: Runtime, answer: str) -> None:
    await visitor.open(runtime)
    visitor.fill_in(KNOWN | {"conflict_known": answer})
    assert (await visitor.press("review")).screen == "form.review"
    await visitor.agree()
    (row,) = await requests(runtime)
    assert not row.head_only


async def test_a_reader_of_another_function_since_she_agreed_is_asked_about_anew(
    visitor: Visitor, runtime: Runtime
) -> None:
    await to_the_question(visitor, runtime)
    await visitor.press("reader.may")
    await name_reader(runtime)
    page = await visitor.agree()
    assert page.screen == "form.review"
    assert "Lasa tikai viens darbinieks" in page.text
    assert await requests(runtime) == []


async def test_the_language_changes_without_losing_the_question(visitor: Visitor, runtime: Runtime) -> None:
    await to_the_question(visitor, runtime)
    page = await visitor.press("language.ru")
    assert (page.screen, page.language) == ("form.reader", "ru")
    page = await visitor.press("reader.not_sure")
    assert (page.screen, page.language) == ("form.elsewhere", "ru")
    assert (await visitor.press("language.en")).screen == "form.elsewhere"


def test_every_place_has_neighbours_and_each_of_them_is_a_place(shipped: Content) -> None:
    places = shipped.dialogue.municipalities
    assert [place for place, town in places.items() if not town.near or place in town.near] == []
    assert {near for town in places.values() for near in town.near} <= places.keys()


async def send(runtime: Runtime, **over: str) -> None:
    values = filled(runtime, **over)
    await contact.send(
        runtime, contact.Sending(values, ["send_request", "contact_me_as_described"], receipts.new_once(), "lv", "web")
    )
