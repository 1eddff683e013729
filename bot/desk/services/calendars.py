"""A service's calendar, for its head; every calendar, for the operator. Neither shows a request."""

from collections.abc import Mapping

from aiohttp import web

from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.page import language_of, page, see_other
from bot.desk.services import calendar_words, reach_words
from bot.usecases.services import calendars, key_alarm, sayings, trials
from bot.usecases.services.calendars import ChangedMeanwhile, NotValid
from bot.usecases.services.trials import NobodyToTell

SAID = ("saved", "same", "tried", "not-tried", "settled")
"""What a page may say of the action that led to it."""


async def show_all(request: web.Request) -> web.StreamResponse:
    """List all calendars for the operator; send a head to her own."""
    if service := request[WORKER].service_id:
        return see_other(f"/calendar/{service}")
    return page(request, "services/calendar_list.html", services=await calendars.service_names(request.app[RUNTIME]))


async def show(request: web.Request) -> web.StreamResponse:
    said = request.query.get("said", "")
    return await _page(request, None, said if said in SAID else "")


async def change(request: web.Request) -> web.StreamResponse:
    """Preview what a change would lead to, or save it."""
    form = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    if form.get("do") == "look":
        return await _page(request, form, "unsaved")
    service = request.match_info["service"]
    try:
        changed = await calendars.change(request.app[RUNTIME], request[WORKER], service, form, form.get("version", ""))
    except NotValid:
        return await _page(request, form, "wrong", 400)
    except ChangedMeanwhile:
        return await _page(request, form, "meanwhile", 409)
    return see_other(f"/calendar/{service}?said={'saved' if changed else 'same'}")


async def try_addresses(request: web.Request) -> web.StreamResponse:
    service = request.match_info["service"]
    try:
        await trials.send(request.app[RUNTIME], request[WORKER], service)
    except NobodyToTell:
        return see_other(f"/calendar/{service}?said=not-tried")
    return see_other(f"/calendar/{service}?said=tried")


async def settle_key(request: web.Request) -> web.StreamResponse:
    """Clear the alarm of a browser that found a different key, once the cause is known and fixed."""
    service = request.match_info["service"]
    await key_alarm.settle(request.app[RUNTIME], request[WORKER], service)
    return see_other(f"/calendar/{service}?said=settled")


async def _page(request: web.Request, typed: Mapping[str, str] | None, said: str, status: int = 200) -> web.Response:
    runtime, language = request.app[RUNTIME], language_of(request)
    view = await calendars.get_view(runtime, request[WORKER], request.match_info["service"], typed)
    return page(
        request,
        "services/calendar.html",
        status,
        view=view,
        missing=reach_words.missing(language, view.reach),
        reader_missing=reach_words.reader_missing(language, view.reader_lack),
        said=calendar_words.SAID.get(said, ""),
        clash=said == "meanwhile",
        problem=calendar_words.PROBLEMS,
        days=calendar_words.DAYS,
        fields=calendar_words.FIELDS,
        moments=calendar_words.MOMENTS,
        steps=calendar_words.STEPS,
        promise=lambda at: sayings.said_time(runtime.content, at, language),
        holidays=calendars.public_holidays(runtime.today(), language),
        mail=bool(runtime.settings.smtp.get_secret_value()),
    )
