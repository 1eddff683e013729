"""The editors' glossary: one term for one thing in every language, and what no text may say, with the reason."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from aiohttp import web

from bot.desk.app_keys import RUNTIME
from bot.desk.content.naming import content_language, ordered
from bot.desk.page import page
from bot.engine.marking import N_


class Term(NamedTuple):
    """A thing and what it is called. The terms may hold a remark in brackets: what it is never called."""

    thing: str
    lv: str
    ru: str
    en: str
    uk: str


TERMS = (
    Term(
        N_("what a person sends to a social service"),
        "pieprasījums (never pieteikums)",
        "запрос (never заявка)",
        "request",
        "запит (never заявка)",
    ),
    Term(
        N_("what a person hands in at court"),
        "pieteikums",
        "заявление",
        "application",
        "заява",
    ),
    Term(
        N_("the word by which a worker knows her"),
        "sarunas parole (never vārds: it also means a first name)",
        "кодовое слово",
        "agreed word",
        "кодове слово",
    ),
    Term(
        N_("the 16 digits after sending"),
        "kods",
        "код",
        "code, receipt code",
        "код",
    ),
    Term(
        N_("who answers at a service"),
        "darbinieks, sociālais darbinieks",
        "сотрудник, социальный работник",
        "worker, social worker",
        "працівник, соціальний працівник",
    ),
    Term(
        N_("what *Hide* does with the conversation"),
        "aizver",
        "закрывает",
        "closes",
        "закриває",
    ),
    Term(
        N_("leaves the home by decision of the police"),
        "policijas lēmums par nošķiršanu",
        "решение полиции (policijas lēmums par nošķiršanu)",
        "a police decision on separation",
        "рішення поліції (policijas lēmums par nošķiršanu)",
    ),
    Term(
        N_("what the court gives"),
        "pagaidu aizsardzība pret vardarbību",
        "временная защита от насилия",
        "temporary protection against violence",
        "тимчасовий захист від насильства (never припис)",
    ),
    Term(
        N_("controlling somebody by fear"),
        "vardarbīga kontrole",
        "насильственный контроль",
        "coercive control",
        "примусовий контроль",
    ),
    Term(
        N_("who does it"),
        "cilvēks, kas dara pāri (never otra puse)",
        "тот, кто причиняет вред (never другая сторона)",
        "the person who does the harm (never the other side)",
        "той, хто завдає шкоди; людина, яка завдає шкоди (never кривдник)",
    ),
    Term(
        N_("papers from an office or a doctor"),
        "dokumenti (never papīri)",
        "документы (never бумаги)",
        "documents",
        "документи (never папери)",
    ),
    Term(
        N_("less dangerous"),
        "drošāk",
        "безопаснее (never надёжнее)",
        "safer",
        "безпечніше (never надійніше)",
    ),
)
"""The table of docs/words.md, which a test compares with this one."""
NEVER = re.compile(r"(?P<term>.*?) \(never (?P<never>[^:)]*)(?:: [^)]*)?\)")
LOOKAROUND = re.compile(r"\(\?<?[!=](?:[^()]|\([^()]*\))*\)")
LETTERS = re.compile(r"\[([^\]\\^-]+)\]")
SIGNS = (
    (re.compile(r"(?<=[\w)])(\w)\?"), r"[\1]"),
    (re.compile(r"\(\?:"), "("),
    (re.compile(r"\\b|\\B|\^|\$"), ""),
    (re.compile(r"\{\d*,?\d*\}"), ""),
    (re.compile(r"\\[sW][*+]?"), " "),
    (re.compile(r"\\d[*+]?"), "0"),
    (re.compile(r"\\w[*+]?|\.\*|\.\+"), "…"),
    (re.compile(r"(?<!\\)\(([^()]*[^()\\])\)\?"), r"[\1]"),
    (re.compile(r"\\(.)"), r"\1"),
)


async def show(request: web.Request) -> web.StreamResponse:
    content = request.app[RUNTIME].content
    language = content_language(request, content)
    codes = ordered(content, language)
    return page(
        request,
        "content/glossary.html",
        terms=[
            (term.thing, [(code, *parts(getattr(term, code))) for code in codes if code in term._fields])
            for term in TERMS
        ],
        forbidden=[(code, _said(content.forbidden.get(code, {}))) for code in codes],
        spoken={code: content.text(f"language:{code}", code) for code in codes},
    )


def parts(term: str) -> tuple[str, str]:
    """Split a term from what the thing is never called; that is empty where there is no such remark."""
    found = NEVER.fullmatch(term)
    return (found["term"], found["never"]) if found else (term, "")


def readable(pattern: str) -> str:
    """Return a pattern as a person reads it: `…` is an open end, `|` stands between alternatives, `[ ]` may be missing.

    What must not stand beside it is left out, so this tells what is meant and does not decide anything.
    """
    said = LETTERS.sub(lambda letters: f"({'|'.join(letters[1])})", LOOKAROUND.sub("", pattern))
    for sign, plain in SIGNS:
        said = sign.sub(plain, said)
    return " ".join(said.replace("|", " | ").split())


def _said(patterns: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(readable(pattern), why) for pattern, why in patterns.items()]
