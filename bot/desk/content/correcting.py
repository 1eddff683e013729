"""Correct a phone number, or another value, in one form: the value, its source, and the day somebody checked it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from aiohttp import web

from bot.content import Content
from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.content.drafts import get_draft, parse_version
from bot.desk.content.naming import content_language, screen_name
from bot.desk.content.problem_words import all_in_words
from bot.desk.content.tables import (
    FACTS,
    ONE_FOR_ALL,
    SERVICES,
    Posted,
    Row,
    Shape,
    Table,
    cited_on,
    is_same,
    parse_field,
    row_name,
)
from bot.desk.page import language_of, page, say, see_other
from bot.engine.marking import N_
from bot.engine.spelling import plain
from bot.usecases.content import drafts
from bot.usecases.content.drafts import Draft, Edit, EditedMeanwhile, Unreadable
from bot.usecases.refused import NotFound

NO_DAY = N_("That is no day.")
LAST_YEAR = 3000
NO_REASON = N_("The value is new, but its source and the day are the old ones. Change one of them, or say why.")
ELSEWHERE = N_("A colleague changed this meanwhile. What stands in the draft now is shown as the old value.")
BY_PATH: Mapping[str, Table] = {"facts": FACTS, "services": SERVICES}


@dataclass(frozen=True, slots=True)
class Number:
    """A phone number that people are told: of a fact, or of a social service."""

    path: str
    id: str
    name: str
    said: str


async def show_numbers(request: web.Request) -> web.StreamResponse:
    """List the phone numbers that people are told now, or those that fit a search for name or digits."""
    content, wanted = request.app[RUNTIME].content, request.query.get("q", "").strip()
    language, sought = content_language(request, content), _searchable(wanted)
    numbers = [number for number in _numbers(content, language) if sought in _searchable(f"{number.name}{number.said}")]
    return page(request, "content/numbers.html", numbers=numbers, wanted=wanted)


async def begin(request: web.Request) -> web.StreamResponse:
    """Open a draft for one correction and show its form."""
    form, runtime = await request.post(), request.app[RUNTIME]
    table, name = BY_PATH.get(str(form.get("table", ""))), str(form.get("row", ""))
    row = table.rows(runtime.content).get(name) if table else None
    if table is None or row is None:
        raise NotFound
    title = row_name(runtime.content, row, content_language(request, runtime.content))
    draft_id = await drafts.open_draft(runtime, request[WORKER], title)
    return see_other(f"/content/drafts/{draft_id}/{table.path}/{name}/correct")


async def show(table: Table, request: web.Request) -> web.StreamResponse:
    draft, row = await _row(table, request)
    return _page(request, table, draft, row)


async def save(table: Table, request: web.Request) -> web.StreamResponse:
    """Save the correction in the draft. Otherwise show the form again as it was sent, and why."""
    draft, row = await _row(table, request)
    form, runtime = await request.post(), request.app[RUNTIME]
    content = drafts.readable(draft)
    base = await drafts.read_base(runtime, draft)
    before = table.rows(base or content).get(row.id, row)
    new = {name: parse_field(name, shape, form, content) for name, shape in _fields(table, row)}
    new["note"] = " ".join(part for part in (row.note, *str(form.get("why", "")).split()) if part)
    if why := _refused(new, before, _value_field(table)):
        return _page(request, table, draft, row, form=form, why=say(language_of(request), why), status=409)
    edit = Edit(table.kind, row.id, _wanted(draft, table, new, before))
    seen = parse_version(str(form.get("seen", "")))
    try:
        await drafts.save_edit(runtime, request[WORKER], draft.heading.id, edit, seen)
    except Unreadable as unreadable:
        why = all_in_words(language_of(request), unreadable.problems)
        return _page(request, table, draft, row, form=form, why=why, status=409)
    except EditedMeanwhile:
        draft, row = await _row(table, request)
        return _page(request, table, draft, row, form=form, why=say(language_of(request), ELSEWHERE), status=409)
    return see_other(f"/content/drafts/{draft.heading.id}/changes?told=corrected")


def _refused(new: Mapping[str, Any], before: Row, field: str) -> str:
    """Return why this cannot be saved, in English; empty if it can."""
    try:
        is_day = date.fromisoformat(str(new["verified_on"])).year < LAST_YEAR
    except ValueError:
        return NO_DAY
    if not is_day:
        return NO_DAY
    as_before = all(is_same(getattr(before, name), new[name]) for name in ("source", "verified_on", "note"))
    return NO_REASON if as_before and not is_same(getattr(before, field), new[field]) else ""


def _wanted(draft: Draft, table: Table, new: Mapping[str, Any], before: Row) -> dict[str, Any]:
    """Return the whole edit of the row: what the draft already changed, with the new fields over it.

    A value that does not end of itself holds as long after the new day as it did after the old one.
    """
    place = Edit(table.kind, before.id, None).place
    known = next((edited.edit.value for edited in draft.edits if edited.edit.place == place), None)
    wanted = {**(known or {}), **new}
    checked = date.fromisoformat(str(new["verified_on"]))
    if not before.ends and checked != before.verified_on:
        wanted["expires_on"] = (checked + (before.expires_on - before.verified_on)).isoformat()
    return {name: value for name, value in wanted.items() if not is_same(getattr(before, name), value)}


def _page(
    request: web.Request,
    table: Table,
    draft: Draft,
    row: Row,
    *,
    form: Posted | None = None,
    why: str = "",
    status: int = 200,
) -> web.Response:
    content = drafts.readable(draft)
    language, field = content_language(request, content), _value_field(table)
    value = getattr(row, field)
    values: Mapping[str, str] = value if isinstance(value, Mapping) else {"": value}
    one = dict(_fields(table, row))[field] == "line"
    fields = {"": next(iter(values.values()), "")} if one else dict(values)
    names = {code: f"{field}|{code}" if code else field for code in fields}
    return page(
        request,
        "content/correct.html",
        status,
        draft=draft,
        table=table,
        row=row,
        called=row_name(content, row, language),
        is_phone=one and "url" not in (field, getattr(row, "kind", "")),
        values=fields,
        names=names,
        sent=form or {},
        spoken={code: content.text(f"language:{code}", code) for code in content.words},
        seen=draft.version_of(Edit(table.kind, row.id, None)),
        screens=[screen_name(content, screen, language) for screen in cited_on(content, row.id)],
        today=request.app[RUNTIME].today(),
        why=why,
    )


async def _row(table: Table, request: web.Request) -> tuple[Draft, Row]:
    draft = await get_draft(request)
    row = table.rows(drafts.readable(draft)).get(request.match_info["row"])
    if row is None or not drafts.may_edit(request[WORKER], draft.heading):
        raise NotFound
    return draft, row


def _value_field(table: Table) -> str:
    return "value" if table.kind == "fact" else "phone"


def _fields(table: Table, row: Row) -> tuple[tuple[str, Shape], ...]:
    shape: Shape = "line" if table.kind == "service" or getattr(row, "kind", "") in ONE_FOR_ALL else "words"
    return ((_value_field(table), shape), ("source", "line"), ("verified_on", "day"))


def _numbers(content: Content, language: str) -> list[Number]:
    facts = [fact for fact in content.facts.values() if fact.kind == "phone" and not fact.withdrawn]
    return [
        *(Number("facts", fact.id, row_name(content, fact, language), fact.value[language]) for fact in facts),
        *(
            Number("services", service.id, row_name(content, service, language), service.phone)
            for service in content.services.values()
            if service.phone
        ),
    ]


def _searchable(text: str) -> str:
    """Return the text without accents, capitals and spaces, so that a number is found however it is grouped."""
    return "".join(plain(text).split())
