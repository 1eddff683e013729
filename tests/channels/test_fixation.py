"""A page that somebody else put into a person's browser lets nobody look on: its token is exchanged at the first press.

Browsers before 2023 do not say which site a press comes from, and our own pages say `Origin: null`. So there a press of
ours and one that another site makes look alike, and none of them can be refused.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.runtime import Runtime
from bot.usecases.person import leaving
from bot.usecases.person.converse import Address
from tests.channels.forms import CALL, furnish, visiting
from tests.channels.web import OF_TODAY, Seen, WebChat, web_chat

OLD: tuple[dict[str, str], ...] = ({"Sec-Fetch-Site": ""}, {"Sec-Fetch-Site": "", "Origin": "null"})
"""What an older browser says of where a press comes from."""


@pytest.fixture
async def chat(tmp_path: Path) -> AsyncIterator[WebChat]:
    async with web_chat(tmp_path) as one:
        yield one


async def pressed(chat: WebChat, page: Seen, choice: str, headers: dict[str, str]) -> Seen:
    return await chat.post(page.button(choice).fields, **headers)


async def looks_on(chat: WebChat, token: str) -> Seen:
    """What a stranger sees who asks for the page of a token again and again."""
    return await chat.post({"token": token}, **OF_TODAY)


async def walks(chat: WebChat, page: Seen, headers: dict[str, str]) -> list[Seen]:
    """Her presses from this page on: always the first button that leads on."""
    seen = [page]
    for _ in range(3):
        onward = next(
            button for button in seen[-1].buttons if button.fields.get("screen") and button.fields.get("press")
        )
        seen.append(await chat.post(onward.fields, **headers))
    return seen


@pytest.mark.parametrize("headers", [*OLD, OF_TODAY])
async def test_the_token_of_the_first_page_names_no_conversation(chat: WebChat, headers: dict[str, str]) -> None:
    first = await chat.get()
    there = await pressed(chat, first, "go", headers)
    assert there.screen == "menu"
    assert there.token != first.token
    assert not await chat.remembers(first.token)
    assert await chat.remembers(there.token)
    assert (await looks_on(chat, first.token)).screen == "start"


@pytest.mark.parametrize("headers", OLD)
@pytest.mark.parametrize("begun", [False, True])
async def test_who_put_a_page_into_an_older_browser_sees_nothing_of_what_she_does_there(
    chat: WebChat, headers: dict[str, str], begun: bool
) -> None:
    """He takes a token, also that of a conversation he has begun, and makes her browser post it."""
    his = await chat.get()
    known = {his.token}
    if begun:
        his = await pressed(chat, his, "go", OF_TODAY)
        known.add(his.token)
    hers = await chat.post(next(button for button in his.buttons if "press" in button.fields).fields, **headers)
    pages = await walks(chat, hers, headers)
    assert known.isdisjoint({page.token for page in pages})
    assert len({page.token for page in pages}) == len(pages), "each press ends what was known before it"
    for token in known:
        assert not await chat.remembers(token)
        assert (await looks_on(chat, token)).screen == "start"


async def test_pressed_twice_or_in_two_tabs_each_page_goes_on_by_itself(chat: WebChat) -> None:
    first = await chat.get()
    one, other = await asyncio.gather(*(pressed(chat, first, "go", OF_TODAY) for _ in range(2)))
    assert (one.screen, other.screen) == ("menu", "menu")
    assert one.token != other.token
    left = await pressed(chat, one, "helplines", OF_TODAY)
    assert left.screen == "helplines"
    assert (await looks_on(chat, other.token)).screen == "menu"


async def test_after_back_to_the_first_page_it_can_be_pressed_again(chat: WebChat) -> None:
    first = await chat.get()
    there = await pressed(chat, first, "go", OF_TODAY)
    await pressed(chat, there, "helplines", OF_TODAY)
    assert (await pressed(chat, first, "go", OF_TODAY)).screen == "menu"


async def test_in_a_current_browser_a_conversation_keeps_its_token(chat: WebChat) -> None:
    there = await pressed(chat, await chat.get(), "go", OF_TODAY)
    again = await pressed(chat, there, "helplines", OF_TODAY)
    assert again.token == there.token
    assert (await pressed(chat, there, "helplines", OF_TODAY)).screen == "helplines", "pressed twice"


@pytest.mark.parametrize("headers", [*OLD, OF_TODAY])
async def test_leaving_ends_every_page_that_came_from_the_same_first_page(
    chat: WebChat, headers: dict[str, str]
) -> None:
    first = await chat.get()
    pages = [first, await pressed(chat, first, "go", headers)]
    pages.append(await pressed(chat, pages[-1], "helplines", headers))
    await chat.post({"token": pages[-1].token}, "/leave", **headers)
    assert not await chat.remembers(pages[-1].token)
    for page in pages:
        for posted in (page.buttons[-1].fields, {"token": page.token, "screen": "start", "press": "go"}):
            shown = await chat.post(posted, **headers)
            assert (shown.screen, leaving.is_opening(shown.token)) == ("start", True)


async def test_the_first_page_left_from_another_tab_ends_it_too(chat: WebChat) -> None:
    first = await chat.get()
    there = await pressed(chat, first, "go", OF_TODAY)
    await chat.post({"token": first.token}, "/leave", **OF_TODAY)
    assert (await looks_on(chat, there.token)).screen == "start"


async def test_a_stranger_who_knows_an_earlier_token_cannot_make_the_one_that_follows(runtime: Runtime) -> None:
    first = leaving.opening_token(runtime)
    followers = {leaving.next_token(runtime, first) for _ in range(50)}
    assert len(followers) == 50
    for token in followers:
        assert leaving.end_of(runtime, token)
        assert not leaving.is_opening(token)
        assert Address("web", token).family == Address("web", first).family
        assert leaving.end_of(runtime, first[:16] + token[16:28] + first[28:]) is None, "the seal is of the whole"
    firsts = [leaving.opening_token(runtime) for _ in range(50)]
    assert len({Address("web", token).family for token in firsts}) == 50, "of one second, and each a family of its own"


@pytest.mark.parametrize("headers", [*OLD, OF_TODAY])
async def test_form_pages_carry_on_with_the_exchanged_token(runtime: Runtime, headers: dict[str, str]) -> None:
    await furnish(runtime)
    first = leaving.opening_token(runtime)
    async with visiting(runtime) as visitor:
        visitor.session.headers.update(headers)
        await visitor.post([("token", first), ("language", "lv"), ("form", "request")], "/")
        visitor.fill_in(CALL)
        tokens = [visitor.page.forms[0].fields()[0]]
        await visitor.press("review")
        tokens.append(visitor.page.forms[0].fields()[0])
        await visitor.agree()
        assert visitor.page.screen == "form.receipt"
        tokens.append(visitor.page.forms[0].fields()[0])
    assert {name for name, _ in tokens} == {"token"}
    assert len(set(tokens)) == 1
    assert tokens[0][1] != first
