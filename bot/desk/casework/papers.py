"""The risk conversation and the plan. The page's script fills them in, seals them, and sends them here."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import date
from typing import Any

from aiohttp import web

from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.casework import conversation_words
from bot.desk.page import answer, language_of, translated, writing_of
from bot.usecases.casework import papers
from bot.usecases.casework.papers import KINDS, NotAPaper, SealedPaper
from bot.usecases.refused import NotFound


async def save(request: web.Request) -> web.StreamResponse:
    form, reference = await request.post(), request.match_info["reference"]
    kind = next((code for code in KINDS if code == request.match_info["kind"]), None)
    if kind is None:
        raise NotFound
    try:
        sealed = b64decode(str(form.get("sealed", "")), validate=True)
        version = int(str(form.get("version", "0")))
        due = str(form.get("next_due", ""))
        next_due = date.fromisoformat(due) if due else None
    except ValueError as error:
        raise NotAPaper from error
    recipient = str(form.get("recipient", ""))
    saved = await papers.save(
        request.app[RUNTIME], request[WORKER], reference, kind, recipient, sealed, version, next_due
    )
    return answer(request, version=saved)


def paper_data(request: web.Request, paper: SealedPaper) -> Mapping[str, Any]:
    """Return a paper for the page's script: author, day in the worker's language, and the sealed text."""
    return {
        "kind": paper.kind,
        "by": paper.by,
        "at": writing_of(request).day(paper.at),
        "version": paper.version,
        "sealed": b64encode(paper.sealed).decode(),
    }


def words(request: web.Request) -> Mapping[str, Any]:
    """Return the texts and the questions that the page's script draws both papers from."""
    runtime, language = request.app[RUNTIME], language_of(request)
    form, today = runtime.content.conversation, runtime.today()
    headings, asked = translated(language, conversation_words.PARTS), translated(language, conversation_words.QUESTIONS)
    return {
        "version": form.version,
        "nearest": (today - papers.FURTHEST).isoformat(),
        "furthest": (today + papers.FURTHEST).isoformat(),
        "parts": [
            {"id": part, "heading": headings.get(part, part), "questions": questions}
            for part, questions in form.parts.items()
        ],
        "questions": {name: asked.get(name, name) for questions in form.parts.values() for name in questions},
        **{
            name.lower(): translated(language, getattr(conversation_words, name))
            for name in (
                "ANSWERS",
                "NEXT",
                "CONVERSATION",
                "PLAN",
                "INSTITUTIONS",
                "STEP_STATES",
                "SAVING",
            )
        },
    }
