"""A request that was sent, what a worker does about it, and the page behind its code as the person uses it."""

import json
import re
from typing import Any

from pyrage import decrypt
from pyrage.x25519 import Identity

from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework import handling, letters, requests
from bot.usecases.casework.states import Outcome
from storage.contact_requests import ContactRequest
from tests.channels import form_requests
from tests.channels.forms import Shown, Visitor

ILZE = SignedIn("ilze", "Ilze Bērziņa", "ilze", "worker", "balvi")
HEAD = SignedIn("janis", "Jānis Kalns", "janis", "head", "balvi")
OTHER_TIMES = {"windows1.day": ["mon"], "windows1.from": "08:00", "windows1.to": "09:30"}
TODAYS = {
    "no_answer": {
        "lv": "neviens neatbildēja",
        "ru": "никто не ответил",
        "en": "nobody answered",
        "uk": "ніхто не відповів",
    },
    "other_person": {
        "lv": "atbildēja kāds cits",
        "ru": "ответил кто-то другой",
        "en": "somebody else answered",
        "uk": "відповів хтось інший",
    },
    "wrong_number": {
        "lv": "izrādījās nepareizs",
        "ru": "оказался неверным",
        "en": "wrong number",
        "uk": "виявився неправильним",
    },
    "reached_not_safe": {
        "lv": "runāt nevarējāt",
        "ru": "не могли говорить",
        "en": "you could not talk",
        "uk": "не могли говорити",
    },
}
KEPT = {
    "lv": "Solījums ir izpildīts",
    "ru": "Обещание выполнено",
    "en": "The promise was kept",
    "uk": "Обіцянку виконано",
}


async def sent(visitor: Visitor, runtime: Runtime, language: str = "lv", **over: str) -> str:
    return await form_requests.sent(visitor, runtime, language, **{"urgency_self": "when_possible"} | over)


async def looked(visitor: Visitor, code: str, language: str = "lv") -> Shown:
    await visitor.go("/form")
    await visitor.press(f"code.{language}")
    return await visitor.press("look", code=code)


async def row(runtime: Runtime) -> ContactRequest:
    async with runtime.database.store() as store:
        (one,) = await store.requests.waiting("balvi")
        return one


async def added(runtime: Runtime, identity: Identity) -> list[dict[str, Any]]:
    request = await row(runtime)
    async with runtime.database.store() as store:
        letters = await store.additions.of_request(request.id)
    return [json.loads(decrypt(letter.sealed, [identity])) for letter in letters]


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


async def closed(runtime: Runtime, reason: requests.Reason) -> None:
    await requests.close(runtime, ILZE, await taken(runtime), reason)


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
