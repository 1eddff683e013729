"""What all form pages share: which page was pressed, words with their facts, and answers of even length and time."""

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
"""Where Telegram opens the form; only this address may be framed by it."""
PAGE_SIZE = 12 * 1024
"""Pages that answer Send, Look and Withdraw are filled up to this (what is longer, to multiples of it), and answered in
steps of time: who watches the line cannot tell from length or delay whether a request was sent, found or taken back
(sO8). All of them fit, in every language."""
STEP = 0.25
LASTS = int(converse.IDLE.total_seconds())
CARRIED = "carried"
"""The one field in which pages hand on what others brought, sealed. All else that a page posts is an answer of its own,
or says which page it is."""
CHANGING = "changing"
"""Handed on by a page that was opened from a review, and after which the review comes again."""

Channel = Literal["web", "telegram"]


@dataclass(frozen=True, slots=True)
class Where:
    """In which language a page is shown, whose conversation it belongs to, and where it was opened."""

    language: str
    token: str
    channel: Channel


def where(request: web.Request) -> Where:
    """Read it from what the pressed page carried. A press on another language changes the language."""
    fields = request.get(FIELDS, {})
    do, _, wanted = fields.get("do", "").partition(".")
    known = request.app[pages.RUNTIME].content.dialogue.languages
    language = wanted if do in ("language", "code") and wanted in known else pages.spoken(request)
    token = fields.get("token") or leaving.new_token(request.app[pages.RUNTIME])
    channel: Channel = "web" if fields.get("from") == "web" else "telegram"
    return Where(language, token, channel)


def say(runtime: Runtime, key: str, language: str, words: Mapping[str, str] | None = None) -> Words:
    """A text of the request with its facts, the operator's words and those given.

    Where a service has no phone or no address that we know, a text made for that stands in place of the usual one.
    """
    today = runtime.today()
    known = {**converse.settings_words(runtime, language), **(words or {})}
    lacking = [f".no-{name}" for name in missing(runtime.content, known, language)]
    variants = [f"request.{key}{end}" for end in ("".join(lacking), *lacking[::-1], "")]
    fitting = next((one for one in variants if runtime.content.has(one, language)), variants[-1])
    return runtime.content.say(fitting, language, today, known)


def missing(content: Content, words: Mapping[str, str], language: str) -> list[str]:
    """Which of address and phone are not known of the service these words are about."""
    return [
        name
        for name in ("address", "phone")
        if words.get(f"service:{name}") == content.text(f"request.service.no-{name}", language)
    ]


def page(request: web.Request, template: str, at: Where, status: int = 200, **values: Any) -> web.Response:
    """A form page: the frame of all public pages, with the ways to help below. `carried` is what it hands on."""
    runtime = request.app[pages.RUNTIME]
    known = runtime.content.has("request.page.voiceless", at.language)  # content from before there was this text
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


def take_in(request: web.Request) -> bool:
    """Open what was handed on and lay it beside what the page asked itself. False where it cannot be opened."""
    posted: Sequence[Pair] = request.get(PAIRS, ())
    fields = dict(posted)
    carried = carrying.unseal(request.app[pages.RUNTIME], fields.get("token", ""), fields.get(CARRIED, ""))
    asked = [(name, text) for name, text in posted if name != CARRIED]
    names = {name for name, _ in asked}
    pairs: Sequence[Pair] = [*(one for one in carried or () if one[0] not in names), *asked]
    request[PAIRS], request[FIELDS] = pairs, dict(pairs)
    return carried is not None


async def even(request: web.Request, answer: web.Response, begun: float) -> web.Response:
    """Bring a page to one length, and its answer to one of few times."""
    text = answer.text or ""
    answer.text = f"{text}<!--{' ' * (-(len(text.encode()) + 7) % PAGE_SIZE)}-->"
    with pages.aside(request):
        await sleep(pause(asyncio.get_running_loop().time() - begun))
    return answer


def pause(spent: float) -> float:
    """Seconds until the next whole step, after so many."""
    return -spent % STEP
