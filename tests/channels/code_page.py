"""What a worker does about the only request, and the page behind its code, as the person reads and changes it."""

import re

from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework import handling, letters, requests
from bot.usecases.casework.states import Outcome
from storage.contact_requests import ContactRequest
from tests.channels.forms import Shown, Visitor
from tests.channels.test_form_code import looked

ILZE = SignedIn("ilze", "Ilze Bērziņa", "ilze", "worker", "balvi")
HEAD = SignedIn("janis", "Jānis Kalns", "janis", "head", "balvi")
OTHER_TIMES = {"windows1.day": ["mon"], "windows1.from": "08:00", "windows1.to": "09:30"}


async def read(runtime: Runtime, worker: SignedIn = ILZE) -> None:
    reference = (await anything(runtime)).id
    await letters.fetch(runtime, worker, reference)
    await letters.confirm(runtime, worker, reference)


async def tried(runtime: Runtime, outcome: Outcome, most: int = 3) -> None:
    reference = (await anything(runtime)).id
    await handling.note_attempt(runtime, ILZE, reference, outcome, most)


async def taken(runtime: Runtime) -> str:
    await read(runtime)
    reference = (await anything(runtime)).id
    await requests.take(runtime, ILZE, reference)
    return reference


async def anything(runtime: Runtime) -> ContactRequest:
    """The only request, whatever its state."""
    every = {"new", "taken", "awaited", "contacted", "met", "closed", "withdrawn", "expired"}
    async with runtime.database.store() as store:
        (found,) = await store.requests.of_service("balvi", every)  # type: ignore[arg-type]
        return found


async def change_times(visitor: Visitor, code: str, word: str = "", language: str = "lv") -> Shown:
    await looked(visitor, code, language)
    await visitor.press("times")
    form = visitor.page.form("new-times")
    for name, value in OTHER_TIMES.items():
        form.set(f"a.{name}", value)
    more = [("word", word)] if word else []
    fields = [pair for pair in form.fields() if pair[0] != "word"]
    return await visitor.post([*fields, *more, ("do", "new-times")], form.action)


def lines(page: Shown) -> list[str]:
    """The timeline, as it is read."""
    inside = page.html.split('id="timeline">')[1].split("</ol>")[0]
    return [re.sub(r"<[^>]*>", "", item).strip() for item in inside.split("<li>")[1:]]


def first(page: Shown) -> str:
    """What stands before the timeline."""
    return page.html.split("<h1")[1].split('id="timeline"')[0]
