"""Somebody at the web chat in a real browser: what is pressed and typed there, and the same steps by plain HTTP."""

import re
from typing import Any

from playwright.async_api import Page, expect

from bot.engine.dialogue import World
from bot.engine.heard import Pressed
from bot.engine.state import State
from bot.engine.step import step
from tests.channels.web import OF_TODAY, Seen, WebChat, place_screen
from tests.conftest import OpenPage


async def visit(chat: WebChat, open_page: OpenPage, **how: Any) -> Page:
    page = await open_page(**how)
    await page.goto(chat.url)
    return page


async def shows(page: Page, expected: Seen) -> None:
    main = page.locator("main")
    await expect(main).to_have_attribute("data-screen", expected.screen)
    await expect(main).to_have_text(re.sub(r"\s+", " ", expected.text).strip())
    await expect(page.locator("html")).to_have_attribute("lang", expected.language)


async def act(page: Page, action: str) -> None:
    kind, _, text = action.partition(":")
    if kind == "text":
        await page.fill("#text", text)
        await page.keyboard.press("Enter")
    else:
        if action.startswith("group."):
            await page.locator("summary").click()
        await page.locator(f'button[value="{action}"]').click()


async def answer(chat: WebChat, page: Seen, action: str) -> Seen:
    """The same step by plain HTTP."""
    kind, _, text = action.partition(":")
    if kind == "text":
        return await chat.post({"token": page.token, "screen": page.screen, "text": text})
    return await chat.press(page, action)


async def go_on_with(page: Page, token: str) -> None:
    """Let an open page ask for the conversation of this token by its own form."""
    await page.evaluate(
        """(token) => {
            const form = document.querySelector("form.choices");
            form.elements.token.value = token;
            form.requestSubmit();
        }""",
        token,
    )


async def come_to(chat: WebChat, page: Page, screen: str, language: str = "lv") -> Seen:
    """Bring an open page, by its own forms, to a screen."""
    token = await chat.stand(screen, language)
    await go_on_with(page, token)
    seen = await chat.post({"token": token}, **OF_TODAY)
    await shows(page, seen)
    return seen


def way(chat: WebChat, target: str, start: str | None = None) -> list[str]:
    """The presses that lead to a screen, fewest first."""
    dialogue = chat.runtime.content.dialogue
    ways: list[tuple[State, list[str]]] = [(State(start or dialogue.first, "lv"), [])]
    seen = set()
    for state, presses in ways:
        if state.screen == target:
            return presses
        for choice in dialogue.screens[state.screen].choices:
            after = step(dialogue, state, Pressed(state.screen, choice.id), World(form=True)).state
            if after and after.screen not in seen:
                seen.add(after.screen)
                ways.append((after, [*presses, choice.id]))
    raise LookupError(target)


def journey(chat: WebChat) -> list[str]:
    """Through every kind of screen and press: choices, exits, a place typed and a place in the list, a word told."""
    place = way(chat, place_screen(chat))
    telling = next(
        screen for screen in chat.runtime.content.dialogue.screens.values() if any(c.tells for c in screen.choices)
    )
    tells = next(choice.id for choice in telling.choices if choice.tells)
    told = way(chat, telling.id)
    return [
        *(*told, tells, *["back"] * len(told), "go", "language.ru", "back", *place),
        *("text:Вилак", "place.balvu-novads", "back", "text:nowhere at all", "group.1", "danger", "human", "back"),
        *("back", "language.lv", "skip"),
    ]
