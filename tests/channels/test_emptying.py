"""Chats are emptied while other conversations still end, and one that is slow or fails keeps no other waiting."""

import asyncio

import pytest

from bot.usecases.person import emptying, expiry
from bot.usecases.person.converse import IDLE
from bot.usecases.person.expiry import ChatTraces
from tests.channels.telegram_bot import Talk
from tests.channels.telegram_people import Person
from tests.channels.telegram_troubles import Hold
from tests.faces import chats_to_empty
from tests.patience import until


async def silent_people(talk: Talk, number: int) -> list[Person]:
    """Each has begun a conversation, and their time is over."""
    people = [talk.fake.person() for _ in range(number)]
    for person in people:
        await person.start()
    talk.clock.move(minutes=31)
    return people


async def open_conversations(talk: Talk) -> int:
    async with talk.runtime.database.store() as store:
        return len(await store.conversations.living(talk.clock() - 2 * IDLE))


async def test_each_chat_is_named_as_soon_as_its_conversation_has_ended(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expiry, "BITE", 1)
    await silent_people(talk, 3)
    left = [await open_conversations(talk) async for _ in expiry.expire(talk.runtime)]
    assert left == [2, 1, 0]


async def test_whatever_the_size_of_a_bite_each_chat_is_named_once_in_a_round(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expiry, "BITE", 2)
    await silent_people(talk, 4)
    named = await chats_to_empty(talk.runtime)
    assert len({chat.key for chat in named}) == len(named) == 4
    assert {chat.key for chat in await chats_to_empty(talk.runtime)} == {chat.key for chat in named}


async def test_a_chat_at_which_telegram_dawdles_delays_no_other(talk: Talk) -> None:
    people = await silent_people(talk, 5)
    dawdles = Hold()
    talk.fake.next("deleteMessages", dawdles)
    emptied = asyncio.create_task(talk.expire())
    await dawdles.reached.wait()
    await until(lambda: sum(not person.chat.alive for person in people) == 4)
    assert not emptied.done()
    dawdles.released.set()
    await emptied
    await talk.expire()
    assert not any(person.chat.alive for person in people)


async def test_a_chat_that_takes_too_long_is_left_for_the_next_round(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    (anna,) = await silent_people(talk, 1)
    dawdles = Hold()
    talk.fake.next("deleteMessages", dawdles)
    with monkeypatch.context() as hurried:
        hurried.setattr(emptying, "LONGEST", 0.05)
        await talk.expire()
    dawdles.released.set()
    assert anna.chat.alive
    await talk.expire()
    assert not anna.chat.alive
    assert await chats_to_empty(talk.runtime) == ()


async def test_a_chat_that_fails_keeps_no_other_from_being_emptied(talk: Talk) -> None:
    people = await silent_people(talk, 3)

    async def fails_once(traces: ChatTraces) -> bool:
        if traces.address.key == str(people[0].chat.id):
            raise ValueError(traces.address.key)
        return await talk.bot.vanish(traces)

    await emptying.end_and_empty(talk.runtime, fails_once)
    assert [bool(person.chat.alive) for person in people] == [True, False, False]
    await talk.expire()
    assert not any(person.chat.alive for person in people)


async def test_no_more_chats_are_emptied_at_a_time_than_there_are_hands(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emptying, "SIDE_BY_SIDE", 2)
    people = await silent_people(talk, 6)
    inside, most = set[bytes](), 0

    async def watched(traces: ChatTraces) -> bool:
        nonlocal most
        inside.add(traces.key)
        most = max(most, len(inside))
        done = await talk.bot.vanish(traces)
        inside.remove(traces.key)
        return done

    await emptying.end_and_empty(talk.runtime, watched)
    assert most == 2
    assert not any(person.chat.alive for person in people)
