"""The web chat as a person sees it in a real browser, so that transcripts can be played through it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playwright.async_api import Page

from tests.channels.web import Pressable, read_page
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
        pressed = next(pressable for pressable in self.buttons[-1] if pressable.label == label)
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
        shown = [button for button in page.buttons if "press" in button.fields or button.action == "/leave"]
        self.buttons.append(shown)
        labels = ["✓ " * (button.attributes.get("aria-pressed") == "true") + button.label for button in shown]
        return Sight(" ".join(" ".join(page.words).split()), tuple(sorted(labels)))
