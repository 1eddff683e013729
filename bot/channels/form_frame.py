"""What all form pages share: where a page was opened, words with facts, and answers of uniform length and time."""

import asyncio
from asyncio import sleep
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from aiohttp import web

from bot.channels import pages
from bot.channels.pages import FIELDS, PAIRS
from bot.content import Content
from bot.engine.request import Pair
from bot.runtime import Runtime
from bot.texts import Words
from bot.usecases.person import carrying, converse, leaving

ADDRESS = "/form"
"""Where Telegram opens the form. Telegram may frame this address only."""
PAGE_SIZE = 20 * 1024
"""Bytes. Answers to Send, Look and Withdraw are padded to multiples of this, and delayed to multiples of STEP: whoever
watches the line cannot tell from length or delay whether a request was sent, found or withdrawn (sO8). All of them fit
into one such size, in every language."""
STEP = 0.25
"""Seconds."""
LASTS = int(converse.IDLE.total_seconds())
"""Seconds until a page left alone goes."""
CARRIED = "carried"
"""The one sealed field with what earlier pages collected. All other fields are the page's own answers, or say which
page it is."""
CHANGING = "changing"
"""Handed on by a page opened from the review, which the review follows again."""

Channel = Literal["web", "telegram"]


@dataclass(frozen=True, slots=True)
class Where:
    """The language of a page, the token of its conversation, and the channel it was opened in."""

    language: str
    token: str
    channel: Channel


def where(request: web.Request) -> Where:
    """Read the place from the fields of the pressed page. A press on another language changes the language."""
    fields = request.get(FIELDS, {})
    do, _, wanted = fields.get("do", "").partition(".")
    known = request.app[pages.RUNTIME].content.dialogue.languages
    language = wanted if do in ("language", "code") and wanted in known else pages.page_language(request)
    token = fields.get("token") or leaving.new_token(request.app[pages.RUNTIME])
    channel: Channel = "web" if fields.get("from") == "web" else "telegram"
    return Where(language, token, channel)


def say(runtime: Runtime, key: str, language: str, words: Mapping[str, str] | None = None) -> Words:
    """A text of the request with its facts, the operator's words, the hours of today and those given.

    If the phone or address of a service is unknown, a variant written for that replaces the usual text.
    """
    today = runtime.today()
    known = {**converse.moment_words(runtime, language), **(words or {})}
    lacking = [f".no-{name}" for name in missing(runtime.content, known, language)]
    variants = [f"request.{key}{end}" for end in ("".join(lacking), *lacking[::-1], "")]
    key = next((variant for variant in variants if runtime.content.has(variant, language)), variants[-1])
    return runtime.content.say(key, language, today, known)


def missing(content: Content, words: Mapping[str, str], language: str) -> list[str]:
    """Which of “address” and “phone” are unknown for the service in these words."""
    return [
        name
        for name in ("address", "phone")
        if words.get(f"service:{name}") == content.text(f"request.service.no-{name}", language)
    ]


def page(request: web.Request, template: str, at: Where, status: int = 200, **values: Any) -> web.Response:
    """A form page: the frame of all public pages, with the ways to help below. `carried` are the fields it hands on."""
    runtime = request.app[pages.RUNTIME]
    known = runtime.content.has("request.page.voiceless", at.language)  # older content lacks this text
    shown = {
        "lasts": LASTS,
        "carried": (),
        "carry": partial(carrying.seal, runtime, at.token),
        "wrong": "",
        "channel": at.channel,
        "address": "/" if at.channel == "web" else ADDRESS,  # on the web everything stays at one address
        "spoken": runtime.content.dialogue.languages,
        "human": say(runtime, "page.human", at.language),
        "voiceless": say(runtime, "page.voiceless", at.language) if known else (),
    }
    return pages.page(request, template, at.language, at.token, status, **{**shown, **values})


def unseal_fields(request: web.Request) -> bool:
    """Open the sealed field and add its answers to those of the page. Return False if it cannot be opened."""
    posted: Sequence[Pair] = request.get(PAIRS, ())
    fields = dict(posted)
    carried = carrying.unseal(request.app[pages.RUNTIME], fields.get("token", ""), fields.get(CARRIED, ""))
    asked = [(name, text) for name, text in posted if name != CARRIED]
    names = {name for name, _ in asked}
    pairs: Sequence[Pair] = [*(pair for pair in carried or () if pair[0] not in names), *asked]
    request[PAIRS], request[FIELDS] = pairs, dict(pairs)
    return carried is not None


async def pad_and_delay(request: web.Request, answer: web.Response, begun: float) -> web.Response:
    """Pad a page to PAGE_SIZE, and delay its answer to a whole STEP after `begun`."""
    text = answer.text or ""
    answer.text = f"{text}<!--{' ' * (-(len(text.encode()) + 7) % PAGE_SIZE)}-->"
    with pages.step_aside(request):
        await sleep(pause(asyncio.get_running_loop().time() - begun))
    return answer


def pause(spent: float) -> float:
    """Seconds until the next whole STEP."""
    return -spent % STEP
