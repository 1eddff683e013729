"""One turn at a time: kept sealed, answered once, ended in time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.content import Content
from bot.engine.heard import Heard, Pressed, Sent, Started, Typed
from bot.runtime import Runtime
from bot.usecases.person import converse, expiry
from bot.usecases.person.converse import Address, Arrival, Reply
from storage.database import Database
from tests.conftest import runtime_on
from tests.faces import Clock, chats_to_empty

PERSON = Address("telegram", "7001")
OTHER = Address("telegram", "7002")


async def say(
    runtime: Runtime, heard: Heard, update: int | None = None, message: int | None = None, theirs: int | None = None
) -> Reply:
    return await converse.hear(runtime, PERSON, heard, Arrival(update, message, theirs))


async def on(runtime: Runtime) -> str | None:
    reply = await converse.current(runtime, PERSON)
    return reply.card.screen if reply and reply.card else None


async def test_a_conversation_goes_on_where_it_was_after_a_restart(
    database_url: str, clock: Clock, shipped: Content
) -> None:
    async with runtime_on(database_url, clock, shipped) as before:
        await say(before, Started())
        await say(before, Pressed("start", "go"))
    async with runtime_on(database_url, clock, shipped) as after:
        assert await on(after) == "menu"


async def test_an_update_heard_twice_is_answered_once(runtime: Runtime) -> None:
    await say(runtime, Started(), update=1)
    assert not (await say(runtime, Pressed("start", "go"), update=2)).repeated
    assert (await say(runtime, Pressed("start", "go"), update=2)).repeated
    assert await on(runtime) == "menu"


async def test_an_update_is_known_for_as_long_as_the_conversation_lives(runtime: Runtime) -> None:
    """Telegram may bring it again after many others: what could not be handled waits for hours."""
    await say(runtime, Started(), update=1)
    for number in range(2, 120):
        await say(runtime, Pressed("start", "language.ru" if number % 2 else "language.lv"), update=number)
    assert (await say(runtime, Pressed("start", "go"), update=2)).repeated
    assert await on(runtime) == "start"


async def test_a_repeated_update_does_not_bring_a_hidden_conversation_back(runtime: Runtime, clock: Clock) -> None:
    await say(runtime, Started(), update=1)
    await say(runtime, Pressed("start", "hide"), update=2)
    assert (await say(runtime, Started(), update=1)).repeated
    clock.move(hours=25)
    await chats_to_empty(runtime)
    assert not (await say(runtime, Started(), update=3)).repeated


async def test_many_presses_of_one_person_at_once_are_all_answered_and_none_is_lost(
    database_url: str, clock: Clock, shipped: Content
) -> None:
    async with runtime_on(database_url, clock, shipped) as runtime:
        await say(runtime, Started(), update=0)
        replies = await asyncio.gather(*(say(runtime, Typed("?"), update=number) for number in range(1, 6)))
        assert all(reply.card for reply in replies)
        again = await asyncio.gather(*(say(runtime, Typed("?"), update=number) for number in range(1, 6)))
        assert all(reply.repeated for reply in again)


async def test_after_thirty_idle_minutes_the_state_is_gone(runtime: Runtime, clock: Clock) -> None:
    await say(runtime, Started())
    await say(runtime, Pressed("start", "go"))
    clock.move(minutes=29)
    assert await on(runtime) == "menu"
    await say(runtime, Typed("?"))
    clock.move(minutes=30)
    assert await on(runtime) is None
    reply = await say(runtime, Pressed("menu", "helplines"))
    assert reply.card
    assert (reply.card.screen, bool(reply.card.notice)) == ("start", True)


async def test_after_two_hours_the_state_is_gone_even_of_somebody_who_reads_on(runtime: Runtime, clock: Clock) -> None:
    await say(runtime, Started())
    await say(runtime, Pressed("start", "go"))
    for _ in range(7):
        clock.move(minutes=15)
        await say(runtime, Typed("?"))
        assert await on(runtime) == "menu"
    clock.move(minutes=15)
    assert await on(runtime) is None


async def test_expiry_takes_the_state_and_names_the_messages_to_take_away(runtime: Runtime, clock: Clock) -> None:
    await say(runtime, Started(), update=1, theirs=10)
    await converse.remember_messages(runtime, PERSON, (10, 11))
    clock.move(minutes=31)
    (traces,) = await chats_to_empty(runtime)
    assert (traces.address, traces.messages) == (PERSON, (10, 11))
    assert await on(runtime) is None
    assert await chats_to_empty(runtime) == (traces,), "until the channel has emptied the chat, it is asked again"
    await expiry.forget_traces(runtime, traces.key)
    assert await chats_to_empty(runtime) == ()


async def test_traces_are_given_up_when_nothing_can_be_deleted_any_more(runtime: Runtime, clock: Clock) -> None:
    await say(runtime, Started(), update=1, theirs=10)
    clock.move(minutes=31)
    await chats_to_empty(runtime)
    clock.move(hours=47)
    assert await chats_to_empty(runtime) == ()


async def test_whoever_comes_back_before_the_chat_is_emptied_keeps_the_one_message(
    runtime: Runtime, clock: Clock
) -> None:
    await say(runtime, Started())
    await converse.remember_messages(runtime, PERSON, (11,))
    clock.move(minutes=31)
    await chats_to_empty(runtime)
    assert (await say(runtime, Started())).messages == (11,)
    assert await chats_to_empty(runtime) == ()


async def test_hiding_forgets_the_state_and_names_every_message(runtime: Runtime) -> None:
    await say(runtime, Started(), theirs=10)
    await converse.remember_messages(runtime, PERSON, (10, 11, 12))
    reply = await say(runtime, Pressed("start", "hide"), message=12)
    assert (reply.hide, reply.messages, reply.tell) == (True, (10, 11, 12), None)
    assert await on(runtime) is None


async def test_one_person_does_not_see_another(runtime: Runtime) -> None:
    await say(runtime, Started())
    await say(runtime, Pressed("start", "go"))
    assert await converse.current(runtime, OTHER) is None


@pytest.mark.parametrize("heard", [Typed("kanārijputniņš"), Sent("voice")])
async def test_what_is_typed_or_sent_is_answered_kindly_and_leaves_nothing(
    runtime: Runtime, tmp_path: Path, heard: Heard
) -> None:
    await say(runtime, Started())
    reply = await say(runtime, heard)
    assert reply.card
    assert reply.card.notice
    await runtime.database.shrink()
    written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert written
    assert not [data for data in written if "kanārijputniņš".encode() in data]


async def test_the_database_names_neither_the_chat_nor_the_screen(runtime: Runtime, tmp_path: Path) -> None:
    await say(runtime, Started())
    await say(runtime, Pressed("start", "go"))
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("blakus.sqlite*"))
    assert b"7001" not in stored
    assert b"menu" not in stored


@asynccontextmanager
async def another_key(runtime: Runtime) -> AsyncIterator[None]:
    """The same database under a changed BOT_SECRET."""
    other = Database(runtime.settings.database.get_secret_value(), b"1" * 32)
    await other.take_key(runtime.now())
    await other.open()
    runtime.database, before = other, runtime.database
    await before.close()
    try:
        yield
    finally:
        await other.close()


async def test_with_another_key_the_conversation_begins_anew_and_nobody_is_stuck(runtime: Runtime) -> None:
    await say(runtime, Started())
    await say(runtime, Pressed("start", "go"))
    async with another_key(runtime):
        reply = await say(runtime, Pressed("menu", "helplines"))
    assert reply.card
    assert reply.card.screen == "start"


async def test_with_another_key_a_chat_that_nobody_can_name_any_more_keeps_no_other_from_being_emptied(
    runtime: Runtime, clock: Clock
) -> None:
    await say(runtime, Started(), theirs=10)
    clock.move(minutes=31)
    await chats_to_empty(runtime)
    async with another_key(runtime):
        await converse.hear(runtime, OTHER, Started(), Arrival(theirs=20))
        clock.move(minutes=31)
        (traces,) = await chats_to_empty(runtime)
    assert (traces.address, traces.messages) == (OTHER, (20,))
