"""Taking a request back takes no more steps than sending it did, counted from the first screen of web and Telegram.

A step is a press or a text sent: a button of a screen, a place that is typed, a button of a form page.
"""

from collections.abc import AsyncIterator, Sequence

import pytest

from bot.channels.form import form_token, token_maker
from bot.channels.telegram import Telegram
from bot.runtime import Runtime
from storage.contact_requests import Status
from tests.channels.fake_telegram import TOKEN, FakeTelegram
from tests.channels.forms import CALL, Visitor, furnish, visiting
from tests.channels.telegram_bot import PUBLIC
from tests.channels.web import read_page
from tests.faces import Clock

TO_THE_FORM = (
    ("start", "go"),
    ("menu", "contact"),
    ("request.start", "no"),
    ("request.place", "Balvu novads"),
    ("request.offer", "form"),
)
TO_THE_CODE = (("start", "code"), ("request.receipt", "code"))
"""The shortest way through the dialogue to each of the two pages: the screen, and what is pressed or typed there."""
KNOWN = ("area",)
"""What was answered in the dialogue and need not be answered on the form."""

Way = Sequence[tuple[str, str]]


class Web:
    """The first screen in a browser without a script."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor

    async def walk(self, way: Way) -> int:
        seen = read_page((await self.visitor.go("/")).html)
        for screen, what in way:
            assert seen.screen == screen
            fields = {"token": seen.token, "screen": screen, "language": "lv"}
            known = {"press": what} if what in seen.choices else {"text": what}
            seen = read_page((await self.visitor.post(list((fields | known).items()), "/")).html)
        return len(way)


class Chat:
    """The first screen in Telegram, whose last button opens our page."""

    def __init__(self, visitor: Visitor, runtime: Runtime, fake: FakeTelegram) -> None:
        self.visitor, self.runtime, self.fake = visitor, runtime, fake
        self.bot = Telegram(runtime, TOKEN, fake.root, form_token=token_maker(runtime), patience=0.01)

    async def walk(self, way: Way) -> int:
        person = self.fake.person()
        await person.start()
        await self._hand_over()
        *before, last = way
        for screen, what in before:
            label = self._label(screen, what)
            await (person.type(what) if label is None else person.press(label))
            await self._hand_over()
        label = self._label(*last)
        assert label
        token = person.opens(label).partition("#")[2]
        await self.visitor.post([("do", "open"), ("launch", token)])
        return len(way)

    def _label(self, screen: str, what: str) -> str | None:
        """What the button says; None where it is no button but a place that is typed."""
        content = self.runtime.content
        if what.startswith("place."):
            return content.dialogue.municipalities[what.removeprefix("place.")].names["lv"]
        if what == "done":
            return content.text("several:done", "lv")
        return content.text(f"{screen}:{what}", "lv") if content.has(f"{screen}:{what}", "lv") else None

    async def _hand_over(self) -> None:
        for update in self.fake.take_waiting():
            await self.bot.receive(update)


@pytest.fixture
async def visitor(runtime: Runtime) -> AsyncIterator[Visitor]:
    runtime.settings = runtime.settings.model_copy(update={"public_url": PUBLIC})
    await furnish(runtime)
    async with visiting(runtime) as one:
        yield one


@pytest.fixture
async def chat(visitor: Visitor, runtime: Runtime, clock: Clock) -> AsyncIterator[Chat]:
    fake = await FakeTelegram(clock).start()
    made = Chat(visitor, runtime, fake)
    yield made
    await made.bot.stop()
    await fake.stop()


async def send(visitor: Visitor) -> int:
    visitor.fill_in({name: value for name, value in CALL.items() if name not in KNOWN})
    pages = 0
    while visitor.page.screen == "form.fill":
        visitor.fill_in(CALL)
        await visitor.press(visitor.page.onward)
        pages += 1
    await visitor.agree()
    return pages + 1


async def take_back(visitor: Visitor, code: str) -> int:
    await visitor.press("withdraw", code=code)
    await visitor.press("withdraw-now")
    return 2


async def states(runtime: Runtime) -> list[str]:
    every: set[Status] = {"new", "withdrawn"}
    async with runtime.database.store() as store:
        return [request.status for request in await store.requests.of_service("balvi", every)]


async def steps(face: Web | Chat, visitor: Visitor, runtime: Runtime) -> tuple[int, int]:
    """Of sending, and of taking back what was sent."""
    sending = await face.walk(TO_THE_FORM) + await send(visitor)
    assert await states(runtime) == ["new"]
    code = visitor.page.code
    taking_back = await face.walk(TO_THE_CODE) + await take_back(visitor, code)
    assert await states(runtime) == ["withdrawn"]
    return sending, taking_back


async def test_from_the_first_screen_of_the_web(visitor: Visitor, runtime: Runtime) -> None:
    sending, taking_back = await steps(Web(visitor), visitor, runtime)
    assert taking_back <= sending


async def test_from_the_start_in_telegram(visitor: Visitor, runtime: Runtime, chat: Chat) -> None:
    sending, taking_back = await steps(chat, visitor, runtime)
    assert taking_back <= sending


async def test_on_the_form_pages_alone(visitor: Visitor, runtime: Runtime) -> None:
    """The button that opens the page is a step of both."""
    await visitor.post([("do", "open"), ("launch", form_token(runtime, {}, "lv"))])
    visitor.fill_in({name: CALL[name] for name in KNOWN})
    sending = await send(visitor)
    code = visitor.page.code
    await visitor.post([("do", "open"), ("launch", form_token(runtime, {}, "lv", "receipt"))])
    assert await take_back(visitor, code) <= sending
    assert await states(runtime) == ["withdrawn"]
