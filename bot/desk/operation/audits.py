"""The data-protection officer's pages: the whole audit in words, filtered, page by page and as a file."""

import csv
import io
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from aiohttp import web
from multidict import MultiMapping

from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.operation.audit_words import EVENTS, REASONS, WHO
from bot.desk.page import language_of, page, say
from bot.engine.spelling import order
from bot.runtime import RIGA
from bot.usecases.operation import audit, consent_records
from bot.usecases.operation.audit import AuditLine, AuditSearch

FILTER = ("about", "who", "event", "from", "to")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula: a reason is typed by hand."""


YEARS = range(2000, 3000)
"""Of what can be asked for: near the ends of the calendar a day more or another zone is no date."""


async def show_audit(request: web.Request) -> web.StreamResponse:
    runtime, language, asked = request.app[RUNTIME], language_of(request), request.query
    before = asked.get("before", "")
    oldest = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None
    lines = await audit.list_events(runtime, _search(asked), oldest, audit.PAGE + 1)
    more, shown = len(lines) > audit.PAGE, lines[: audit.PAGE]
    chosen = {name: asked.get(name, "") for name in FILTER}
    older = urlencode({**chosen, "before": shown[-1].number}) if more else ""
    number, link = await audit.newest_link(runtime)
    return page(
        request,
        "operation/audit.html",
        entries=[_in_words(language, line) for line in shown],
        broken_at=await audit.find_break(runtime),
        chosen=chosen,
        people=[*((code, say(language, words)) for code, words in WHO.items()), *await audit.list_people(runtime)],
        events=sorted(
            ((code, say(language, words)) for code, words in EVENTS.items()), key=lambda event: order(event[1])
        ),
        older=older,
        paged=oldest is not None,
        number=number,
        link=link,
        back="/audit",
    )


async def export_audit(request: web.Request) -> web.StreamResponse:
    """Download what fits the filter as CSV, with codes beside the words, so that a program can read it, too."""
    runtime, language = request.app[RUNTIME], language_of(request)
    wanted, written = _search(await request.post()), io.StringIO()
    table = csv.writer(written)
    table.writerow(("number", "at", "event", "what", "who", "about", "reason", "link"))
    async for line in audit.export(runtime, request[WORKER], wanted):
        words = _in_words(language, line)
        row = (line.number, line.at.astimezone(RIGA).isoformat(), line.event, words["what"], words["by"])
        table.writerow(map(_harmless, (*row, line.about, words["reason"], line.chain)))
    named = {"Content-Disposition": f'attachment; filename="audit-{runtime.today():%Y-%m-%d}.csv"'}
    return web.Response(body=written.getvalue().encode("utf-8-sig"), content_type="text/csv", headers=named)


async def export_consents(request: web.Request) -> web.StreamResponse:
    """Download the consents as JSON: the officer files them, nobody reads them on a page."""
    made = await consent_records.export(request.app[RUNTIME], request[WORKER])
    named = {"Content-Disposition": f'attachment; filename="consents-{made.exported_at:%Y-%m-%d}.json"'}
    return web.Response(text=made.model_dump_json(indent=2), content_type="application/json", headers=named)


def _search(asked: MultiMapping[object]) -> AuditSearch:
    """Read the filter. What cannot be read asks for nothing."""
    about, who, event, since, until = (str(asked.get(name, "")).strip() for name in FILTER)
    last = _midnight(until)
    return AuditSearch(about, who, event, _midnight(since), last and last + timedelta(days=1))


def _midnight(day: str) -> datetime | None:
    try:
        midnight = datetime.combine(date.fromisoformat(day), time(), RIGA)
    except ValueError:
        return None
    return midnight if midnight.year in YEARS else None


def _in_words(language: str, line: AuditLine) -> dict[str, object]:
    """Say the codes of a line in words. One of an earlier version, without words, stands as it is."""
    return {
        "at": line.at,
        "what": say(language, EVENTS.get(line.event, "")) or line.event,
        "by": say(language, WHO.get(line.actor, "")) or line.by,
        "about": line.about,
        "reason": say(language, REASONS.get(line.reason, "")) or line.reason,
    }


def _harmless(value: object) -> object:
    """Return a cell that no spreadsheet computes."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
