"""The questions of a referral on one page of paper, for the officer at the door. It travels by the official channel.

Partners have no page at the desk (docs/decisions.md). There is no field, and must be none, for an identity.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from aiohttp import web

from bot.content import Content
from bot.desk.app_keys import RUNTIME
from bot.desk.casework import referral_words, referrals
from bot.desk.page import LANGUAGES, say, translated, writing_in
from bot.desk.printed import printed
from bot.desk.writing import Writing
from bot.engine.referral import ReferralField
from bot.texts import plain
from bot.usecases.casework import referrals as casework
from bot.usecases.refused import NotFound

SHAPE = "referral"
WORD = "code_word_own"
"""At the desk it stands beside a word that the program makes; on paper there is one word only."""
SPOKEN = ("language", "interpreter")
"""Asked also where there is no safe contact."""
OF_A_LINE = 100
"""Characters that somebody writes by hand on one line."""


async def download(request: web.Request) -> web.StreamResponse:
    language = request.match_info["language"]
    if language not in dict(LANGUAGES):
        raise NotFound
    runtime = request.app[RUNTIME]
    paper = sheet(runtime.content, writing_in(language, runtime.now()), runtime.today())
    return await printed(request, SHAPE, paper, f"report-{language}")


def sheet(content: Content, writing: Writing, today: date) -> Mapping[str, Any]:
    """Return what stands on the page: each field of the form once, to be marked or written on."""
    language, form = writing.language, content.referral
    words = translated(language, referral_words.PAPER)
    labels = {**referrals.labels(content, language), **translated(language, referral_words.ON_PAPER)}
    number = content.facts["emergency_phone"].say(language, today) or ""

    def field(name: str, asked: ReferralField) -> Mapping[str, Any]:
        note = words["reader"] if name in referral_words.BY_THE_READER else ""
        if asked.longest > OF_A_LINE:
            note = words["most"].format(most=asked.longest)
        return _line(labels[name], referrals.answers(language, name, asked).values(), note, asked.longest)

    def group(name: str) -> list[Mapping[str, Any]]:
        return [field(key, asked) for key, asked in form.fields.items() if asked.group == name]

    def contact(name: str) -> Mapping[str, Any]:
        if name in referrals.CONTACT:
            return _line(labels[name], referrals.contact_options(content, language, name).values())
        return _line(labels["code_word" if name == WORD else name], (), words["when"] if name == "windows" else "")

    return {
        "language": language,
        "title": words["heading"],
        "name": "Blakus",
        "heading": words["heading"],
        "warnings": [words["travels"], words["danger"].format(number=number), words["nobody"]],
        "report": {
            "title": say(language, referral_words.GROUPS["report"]),
            "lines": [*group("report"), *(contact(name) for name in SPOKEN)],
        },
        "signs": {
            "title": say(language, referral_words.GROUPS["signs"]),
            "note": words["signs"],
            "answers": [*translated(language, referral_words.SIGN_ANSWERS).values()],
            "lines": [labels[name] for name, asked in form.fields.items() if asked.group == "signs"],
        },
        "contact": {
            "title": words["contact"],
            "note": words["alone"],
            "lines": [contact(name) for name in form.contact if name not in SPOKEN],
        },
        "rest": {"title": say(language, referral_words.GROUPS["rest"]), "lines": group("rest")},
        "agreement": {
            "title": words["agreement"],
            "note": words["aloud"],
            "text": plain(content.say(casework.AGREEMENT, language, today)),
        },
        "printed": words["printed"].format(version=form.version, day=writing.full_day(today)),
    }


def _line(label: str, options: Iterable[str], note: str = "", longest: int = 0) -> Mapping[str, Any]:
    boxes = [*options]
    return {"label": label, "options": boxes, "note": note, "rows": 0 if boxes else 1 + longest // OF_A_LINE}
