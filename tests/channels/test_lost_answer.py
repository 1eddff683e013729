"""An answer that is lost on the way costs an older browser nothing: the page that is still there can be pressed again.

There each press moves on to another token. The one before keeps what was known when its page was shown, until the page
that followed is pressed. So whoever else knows it sees what that page showed, and nothing that came after.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.usecases.person import leaving
from tests.channels.test_fixation import OLD, looks_on, pressed, walks
from tests.channels.web import OF_TODAY, Seen, WebChat, web_chat


@pytest.fixture
async def chat(tmp_path: Path) -> AsyncIterator[WebChat]:
    async with web_chat(tmp_path) as one:
        yield one


async def conversations(chat: WebChat) -> int:
    async with chat.runtime.database.store() as store:
        return await store.conversations.count()


async def at_the_menu(chat: WebChat, headers: dict[str, str]) -> Seen:
    return await pressed(chat, await chat.get(), "go", headers)


@pytest.mark.parametrize("headers", OLD)
@pytest.mark.parametrize("times", [1, 3])
async def test_the_press_whose_answer_was_lost_finds_the_conversation_again(
    chat: WebChat, headers: dict[str, str], times: int
) -> None:
    menu = await at_the_menu(chat, headers)
    lost = [await pressed(chat, menu, "helplines", headers) for _ in range(times)]
    again = await pressed(chat, menu, "helplines", headers)
    assert again.text == lost[0].text
    assert again.token not in {menu.token, *(page.token for page in lost)}, "each answer has a token of its own"
    assert (await pressed(chat, again, "back", headers)).screen == "menu", "with the way that led there"


@pytest.mark.parametrize("headers", OLD)
async def test_where_something_else_is_pressed_after_a_lost_answer_that_counts(
    chat: WebChat, headers: dict[str, str]
) -> None:
    menu = await at_the_menu(chat, headers)
    await pressed(chat, menu, "helplines", headers)
    assert (await pressed(chat, menu, "police", headers)).screen == "police-separation"


@pytest.mark.parametrize("headers", OLD)
async def test_only_what_was_known_before_the_last_press_is_kept(chat: WebChat, headers: dict[str, str]) -> None:
    pages = await walks(chat, await at_the_menu(chat, headers), headers)
    assert [await chat.remembers(page.token) for page in pages] == [False, False, True, True]
    assert await conversations(chat) == 2


@pytest.mark.parametrize("headers", OLD)
async def test_what_was_known_before_ends_when_it_would_have_ended(chat: WebChat, headers: dict[str, str]) -> None:
    menu = await at_the_menu(chat, headers)
    chat.clock.pass_by(timedelta(minutes=29))
    there = await pressed(chat, menu, "helplines", headers)
    chat.clock.pass_by(timedelta(minutes=1))
    assert (await looks_on(chat, menu.token)).screen == "start"
    assert (await looks_on(chat, there.token)).screen == "helplines"


@pytest.mark.parametrize("headers", OLD)
async def test_who_put_a_page_there_sees_after_each_of_her_presses_what_he_had_put_there_or_nothing(
    chat: WebChat, headers: dict[str, str]
) -> None:
    """He looks, and he presses what was pressed: in a browser of his own, and as one that says no more than hers."""
    first = await chat.get()
    his = await pressed(chat, first, "go", OF_TODAY)
    hers, told = his, set[str]()
    for choice, screen in (
        ("helplines", "helplines"),
        ("back", "menu"),
        ("police", "police-separation"),
        ("human", "human"),
    ):
        hers = await pressed(chat, hers, choice, headers)
        told.add(hers.token)
        assert hers.screen == screen, "whatever he does, her own walk goes on"
        for token in (first.token, his.token):
            assert (await looks_on(chat, token)).screen in {"start", his.screen}
        for disguise in (*OLD, OF_TODAY):
            answer = await pressed(chat, his, "language.ru", disguise)
            assert answer.screen in {"start", his.screen}
            assert answer.token not in told, "no answer to him carries a token of hers"


@pytest.mark.parametrize("headers", OLD)
async def test_who_put_a_page_there_and_presses_it_first_leaves_her_what_he_had_put_there(
    chat: WebChat, headers: dict[str, str]
) -> None:
    his = await at_the_menu(chat, OF_TODAY)
    ahead = await pressed(chat, his, "helplines", headers)
    hers = await pressed(chat, his, "police", headers)
    assert (hers.screen, ahead.screen) == ("police-separation", "helplines")
    assert (await pressed(chat, ahead, "back", headers)).screen == "menu"
    assert (await pressed(chat, hers, "back", headers)).screen == "menu", "they are two conversations from here on"
    lost = await pressed(chat, his, "police", headers)
    assert lost.screen == "start", "he has gone on, so a repeated press begins anew"


@pytest.mark.parametrize("headers", [*OLD, OF_TODAY])
async def test_leaving_empties_every_branch_of_what_came_from_one_first_page(
    chat: WebChat, headers: dict[str, str]
) -> None:
    first = await chat.get()
    tabs = [await pressed(chat, first, "go", headers) for _ in range(3)]
    pages = [await pressed(chat, tab, "helplines", headers) for tab in tabs]
    other = await at_the_menu(chat, headers)
    assert await conversations(chat) > len(pages)
    await chat.post({"token": pages[1].token}, "/leave", **headers)
    assert await conversations(chat) == 1, "at once, without any job"
    assert await chat.remembers(other.token), "and nobody else's"


async def test_leaving_while_the_database_is_gone_empties_every_branch_when_it_is_back(chat: WebChat) -> None:
    first = await chat.get()
    tabs = [await pressed(chat, first, "go", OF_TODAY) for _ in range(2)]
    chat.runtime.database.is_open = False
    await chat.post({"token": tabs[0].token}, "/leave", **OF_TODAY)
    chat.runtime.database.is_open = True
    assert await conversations(chat) == 2
    await leaving.write_down(chat.runtime)
    assert await conversations(chat) == 0


@pytest.mark.parametrize("headers", [*OLD, OF_TODAY])
async def test_a_press_that_is_on_its_way_while_she_leaves_keeps_nothing(
    chat: WebChat, headers: dict[str, str]
) -> None:
    for _ in range(20):
        menu = await at_the_menu(chat, headers)
        presses = [pressed(chat, menu, choice, headers) for choice in ("helplines", "police", "human") * 3]
        leaving_now = chat.post({"token": menu.token}, "/leave", **headers)
        await asyncio.gather(*presses[:4], leaving_now, *presses[4:])
        assert await conversations(chat) == 0
