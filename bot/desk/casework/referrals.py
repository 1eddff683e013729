"""The page on which a worker enters a referral.

What she fills in is sealed in her browser. Only the envelope is read here.
"""

from base64 import b64decode
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from aiohttp import web

from bot.content import Content
from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.casework import referral_words, request_words
from bot.desk.page import LANGUAGES, answer, language_of, page, translated
from bot.desk.services import calendar_words
from bot.engine.referral import ReferralField
from bot.engine.request import DAYS
from bot.engine.safe_times import BEGINNINGS, ENDS
from bot.texts import plain
from bot.usecases.casework import receipts, referrals
from bot.usecases.casework.referrals import FLOOR, NotAReferral, Referral
from bot.usecases.services import keys

CONTACT = ("contact_mode", "device_watched", "phone_is", "language", "interpreter")
"""Questions of the request form with options, as this page asks them."""


async def show(request: web.Request) -> web.StreamResponse:
    runtime, worker, language = request.app[RUNTIME], request[WORKER], language_of(request)
    content, today = runtime.content, runtime.today()
    until = content.request.fields["valid_until"]
    spoken = content.dialogue.languages
    wordings = {code: referrals.agreement(runtime, code) for code in spoken}
    hour = runtime.now().replace(minute=0, second=0, microsecond=0).isoformat()
    blank = referrals.new_blank(worker)
    data: Mapping[str, Any] = {
        "words": {
            **translated(language, referral_words.PAGE),
            "wrong": translated(language, referral_words.WRONG),
            "fields": translated(language, {**request_words.FIELDS, **referral_words.FIELDS}),
        },
        "table": {
            "version": content.referral.version,
            "contact": content.referral.contact,
            "careful": content.request.careful,
            "fields": {name: field.model_dump(exclude={"purpose"}) for name, field in content.referral.fields.items()},
            "floor": FLOOR,
            "languages": spoken,
        },
        "blank": {"reference": blank.reference, "once": blank.once, "service": blank.service},
        "version": {code: referrals.version_of(words) for code, words in wordings.items()},
        "hour": hour,
    }
    return page(
        request,
        "casework/referral.html",
        service=await keys.get_own_service(runtime, worker),
        data=data,
        papers=LANGUAGES,
        groups=_groups(request),
        contact={name: contact_options(content, language, name) for name in CONTACT},
        labels=labels(content, language),
        signs=translated(language, referral_words.SIGN_ANSWERS),
        wordings={code: plain(words) for code, words in wordings.items()},
        days=[(day, label) for day, label in translated(language, calendar_words.DAYS).items() if day in DAYS],
        beginnings=BEGINNINGS,
        ends=ENDS[1:],
        until=(today + timedelta(days=int(until.default or until.longest))).isoformat(),
        until_least=today.isoformat(),
        until_most=(today + timedelta(days=until.longest)).isoformat(),
    )


def labels(content: Content, language: str) -> Mapping[str, str]:
    """Return what each field is called. A package may ask more than the program has words for."""
    words = translated(language, {**request_words.FIELDS, **referral_words.FIELDS})
    return {name: name for name in content.referral.fields} | words


def _groups(request: web.Request) -> list[tuple[str, str, list[tuple[str, Any, Mapping[str, str]]]]]:
    """Return each group with its heading and its fields, each with its options in words."""
    language, form = language_of(request), request.app[RUNTIME].content.referral
    headings = translated(language, referral_words.GROUPS)
    return [
        (
            group,
            heading,
            [
                (name, field, answers(language, name, field))
                for name, field in form.fields.items()
                if field.group == group
            ],
        )
        for group, heading in headings.items()
    ]


def answers(language: str, name: str, field: ReferralField) -> Mapping[str, str]:
    """Return the options of a field with their words; one of another package has its code."""
    words = translated(language, referral_words.OPTIONS.get(name, {}))
    return {option: words.get(option, option) for option in field.options}


def contact_options(content: Content, language: str, name: str) -> Mapping[str, str]:
    """Return the options that the request form has for a question about a safe contact, with their words."""
    options = content.request.fields[name].options
    words = {option: request_words.OPTIONS[name][option] for option in options if option != "skip"}
    return translated(language, words)


async def enter(request: web.Request) -> web.StreamResponse:
    form = await request.post()

    def text(name: str) -> str:
        return str(form.get(name, ""))

    entered = await referrals.enter(
        request.app[RUNTIME],
        request[WORKER],
        Referral(
            reference=text("reference"),
            once=text("once"),
            recipient=text("recipient"),
            sealed=_decoded(text("sealed")),
            basis=referrals.read_basis(text("basis")),
            priority=referrals.read_priority(text("priority")),
            language=text("language"),
            call_until=_day(text("call_until")),
            head_only=text("head_only") == "yes",
            agreed=text("agreed"),
        ),
    )
    return answer(request, code=receipts.grouped(entered.code), then=f"/requests/{entered.reference}")


def _decoded(base64: str) -> bytes:
    try:
        return b64decode(base64, validate=True)
    except ValueError as error:  # bad Base64, or not even ASCII
        raise NotAReferral from error


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise NotAReferral from error
