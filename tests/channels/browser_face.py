"""The web chat as a person sees it, in a real browser or by its plain forms, so that transcripts can be played through
it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from aiohttp import ClientSession
from playwright.async_api import Page

from tests.channels.web import OF_TODAY, Pressable, Seen, read_page, seen
from tests.faces import Clock
from tests.patience import PATIENCE_MS

FORM = "! (request)"


@dataclass(frozen=True)
class Sight:
    """What is seen, without the order in which a page lays it out: words and button labels."""

    words: str
    labels: tuple[str, ...]


def told(shows: str) -> Sight:
    """A transcript's turn as a sight. A pop-up is a notice above the words here."""
    lines = [line.removeprefix("! ") for line in shows.splitlines() if line != FORM]
    buttons = [label for line in lines if line.startswith("[") for label in line.strip("[]").split("] [")]
    words = " ".join(line for line in lines if not line.startswith("["))
    return Sight(" ".join(words.split()), tuple(sorted(buttons)))


class BrowserFace:
    """A real browser, with the chat's script or without any."""

    def __init__(self, page: Page, url: str, clock: Clock, script: bool) -> None:
        self.page, self.url, self.clock, self.script = page, url, clock, script
        self.buttons: list[list[Pressable]] = []

    async def do(self, does: str) -> Sight | None:
        """None where a browser has no such thing as a voice message, or the page has gone elsewhere."""
        verb, _, what = does.partition(" ")
        match verb:
            case "start":
                await self.page.goto(self.url)
            case "press":
                if not await self._press(what):
                    return None
            case "type" if await self.page.locator("#text").count():
                await self.page.fill("#text", what)
                await self._turn("form.find button")
            case "wait":
                self.clock.move(minutes=int(what.split()[0]))
                return None
            case _:
                return None
        return await self._sees()

    async def _press(self, label: str) -> bool:
        """Press the button of a label. False where the press leads out of the dialogue."""
        pressed = labelled(self.buttons[-1], label)
        if "press" not in pressed.fields:  # hides the conversation: the browser goes elsewhere
            await self.page.locator("#leave").click()
            await self.page.wait_for_url(lambda url: not url.startswith(self.url))
            return False
        if pressed.attributes.get("data-form"):
            return False
        button = f'main button[value="{pressed.fields["press"]}"], nav button[value="{pressed.fields["press"]}"]'
        choice = self.page.locator(f'{button}, header button[value="{pressed.fields["press"]}"]').first
        if not await choice.is_visible():
            await self.page.locator("summary").click()
        await self._turn_by(choice.click)
        return True

    async def _turn(self, selector: str) -> None:
        await self._turn_by(self.page.locator(selector).click)

    async def _turn_by(self, click: Callable[[], Awaitable[None]]) -> None:
        if not self.script:
            async with self.page.expect_navigation():
                await click()
            return
        await self.page.evaluate(
            "() => { const before = document.querySelector('main'); window.turned = new Promise((turned, never) => {"
            " const look = () => document.querySelector('main') !== before && turned();"  # not what is said meanwhile
            " new MutationObserver(look).observe(document, {childList: true, subtree: true});"
            f" setTimeout(never, {PATIENCE_MS}) }}) }}"
        )
        await click()
        await self.page.evaluate("() => window.turned.then(() => null)")

    async def _sees(self) -> Sight:
        page = read_page(await self.page.content())
        self.buttons.append(offered(page))
        return sight(page)


class PlainFace:
    """What the server itself says to a browser without a script: pages, and what their forms post."""

    def __init__(self, session: ClientSession, url: str, clock: Clock) -> None:
        self.session, self.url, self.clock = session, url, clock
        self.page = Seen(0, {}, "")

    async def do(self, does: str) -> Sight | None:
        """None where plain forms have no such thing as a voice message, or lead elsewhere."""
        verb, _, what = does.partition(" ")
        match verb:
            case "start":
                async with self.session.get(self.url) as answer:
                    self.page = await seen(answer)
            case "press":
                pressed = labelled(offered(self.page), what)
                if pressed.attributes.get("data-form"):
                    return None
                await self._post(pressed)
                if "press" not in pressed.fields:  # hides the conversation: the browser goes elsewhere
                    assert self.page.status == 303
                    return None
            case "type" if 'id="text"' in self.page.html:
                await self._post(finds(self.page), text=what)
            case "wait":
                self.clock.move(minutes=int(what.split()[0]))
                return None
            case _:
                return None
        return sight(self.page)

    async def _post(self, pressed: Pressable, **typed: str) -> None:
        fields = {**pressed.fields, **typed}
        url = self.url.rstrip("/") + pressed.action
        async with self.session.post(url, data=fields, headers=OF_TODAY, allow_redirects=False) as answer:
            self.page = await seen(answer)


def offered(page: Seen) -> list[Pressable]:
    """The buttons that a transcript knows: choices, exits, and the one that hides."""
    return [button for button in page.buttons if "press" in button.fields or button.action == "/leave"]


def finds(page: Seen) -> Pressable:
    """The button beside the field for words: the only one that sends nothing of its own."""
    return next(button for button in page.buttons if "name" not in button.attributes and button.action == "/")


def labelled(buttons: Sequence[Pressable], label: str) -> Pressable:
    return next(button for button in buttons if button.label == label)


def sight(page: Seen) -> Sight:
    labels = ["✓ " * (button.attributes.get("aria-pressed") == "true") + button.label for button in offered(page)]
    return Sight(" ".join(" ".join(page.words).split()), tuple(sorted(labels)))
