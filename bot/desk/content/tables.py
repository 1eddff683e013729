"""A draft's facts and social services as tables with forms: each value, its source, and how long it holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import web
from multidict import MultiDictProxy

from bot.content import Content
from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.content.drafts import get_draft, parse_version
from bot.desk.content.naming import content_language, fact_name, screen_name
from bot.desk.content.problem_words import all_in_words
from bot.desk.content.words import CONFIDENCE, KINDS
from bot.desk.page import language_of, page, say, see_other
from bot.engine.facts import FACT_ID, Fact
from bot.engine.services import SERVICE_ID, SocialService
from bot.engine.spelling import plain
from bot.texts import placeholders
from bot.usecases.content import drafts
from bot.usecases.content.drafts import Draft, Edit, Edited, EditedMeanwhile, Unreadable
from bot.usecases.refused import NotAllowed, NotFound

Shape = Literal["line", "words", "day", "one of", "places", "tick"]
Posted = MultiDictProxy[Any]
Row = Fact | SocialService

SOURCED: tuple[tuple[str, Shape], ...] = (
    ("source", "line"),
    ("law", "line"),
    ("verified_on", "day"),
    ("expires_on", "day"),
    ("owner", "line"),
    ("confidence", "one of"),
    ("doubt", "words"),
    ("ends", "tick"),
    ("note", "line"),
)
ONE_FOR_ALL = ("phone", "url")
"""Kinds of facts whose value is the same in every language."""


@dataclass(frozen=True, slots=True)
class Table:
    """The table of facts or of services, with a row's fields in the order of the form."""

    kind: Literal["fact", "service"]
    path: Literal["facts", "services"]
    fields: tuple[tuple[str, Shape], ...]

    def rows(self, content: Content) -> Mapping[str, Fact] | Mapping[str, SocialService]:
        return content.facts if self.kind == "fact" else content.services

    def fits(self, name: str) -> bool:
        return bool((FACT_ID if self.kind == "fact" else SERVICE_ID).fullmatch(name))


FACTS = Table("fact", "facts", (("kind", "one of"), ("value", "words"), ("open", "line"), ("use", "line"), *SOURCED))
SERVICES = Table(
    "service",
    "services",
    (("names", "words"), ("places", "places"), ("phone", "line"), ("hours", "words"), ("address", "line"),
     ("url", "line"), *SOURCED),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Input:
    """One field of the form: `said` by language, `text` as a single line, or the `chosen` options."""

    name: str
    shape: Shape
    text: str = ""
    said: Mapping[str, str] = field(default_factory=dict)
    chosen: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)


async def show_all(table: Table, request: web.Request) -> web.StreamResponse:
    draft = await get_draft(request)
    content = drafts.readable(draft)
    wanted, language = request.query.get("q", "").strip(), content_language(request, content)
    today = request.app[RUNTIME].today()
    rows = [row for row in table.rows(content).values() if plain(wanted) in plain(_searchable_text(row))]
    return page(
        request,
        "content/draft_table.html",
        draft=draft,
        table=table,
        rows=[(row, row_name(content, row, language), row.standing(today)) for row in rows],
        language_here=language,
        changed={edited.edit.name for edited in draft.edits if edited.edit.kind in (table.kind, "withdrawn")},
        wanted=wanted,
        editing=drafts.may_edit(request[WORKER], draft.heading),
    )


async def begin(table: Table, request: web.Request) -> web.StreamResponse:
    """Start a new row: take its id, then show its form."""
    name = str((await request.post()).get("id", "")).strip().lower()
    draft = await get_draft(request)
    if not table.fits(name):
        return see_other(f"/content/drafts/{draft.heading.id}/{table.path}?told=id")
    return see_other(f"/content/drafts/{draft.heading.id}/{table.path}/{name}")


async def show(table: Table, request: web.Request) -> web.StreamResponse:
    draft, name = await get_draft(request), request.match_info["row"]
    content = drafts.readable(draft)
    if name not in table.rows(content) and not (drafts.may_edit(request[WORKER], draft.heading) and table.fits(name)):
        raise NotFound
    return await _page(request, table, draft, _inputs(request, table, content, name))


async def save(table: Table, request: web.Request) -> web.StreamResponse:
    """Save what differs from the row the draft started from. If that fails, show the form again as it was sent."""
    draft, name, form = await get_draft(request), request.match_info["row"], await request.post()
    base = await drafts.read_base(request.app[RUNTIME], draft)
    content = drafts.readable(draft)
    before = table.rows(base or content).get(name)
    wanted = _fields(table, form, content, before)
    edit = Edit(table.kind, name, wanted)
    seen = parse_version(str(form.get("seen", "")))
    runtime, editor = request.app[RUNTIME], request[WORKER]
    try:
        if wanted:
            await drafts.save_edit(runtime, editor, draft.heading.id, edit, seen)
        elif draft.version_of(edit):
            await drafts.undo(runtime, editor, draft.heading.id, edit, seen)
    except Unreadable as unreadable:
        why = all_in_words(language_of(request), unreadable.problems)
        return await _page(
            request, table, draft, _inputs_sent(request, table, form, content), why=why, seen=seen, status=409
        )
    except EditedMeanwhile as other:
        draft = await get_draft(request)
        return await _page(
            request, table, draft, _inputs_sent(request, table, form, content),
            theirs=other.theirs, seen=other.theirs.version if other.theirs else 0, status=409,
        )  # fmt: skip
    return see_other(f"{request.path}?saved=yes")


async def switch(request: web.Request) -> web.StreamResponse:
    """Withdraw a fact in the draft, or bring it back."""
    draft, name = await get_draft(request), request.match_info["row"]
    fact = drafts.readable(draft).facts.get(name)
    if fact is None:
        raise NotFound
    if fact.pinned and fact.pinned.always:
        raise NotAllowed
    wanted = (await request.post()).get("withdrawn") == "yes"
    edit = Edit("withdrawn", name, wanted)
    await drafts.save_edit(request.app[RUNTIME], request[WORKER], draft.heading.id, edit, draft.version_of(edit))
    return see_other(f"/content/drafts/{draft.heading.id}/facts/{name}?saved=yes")


async def _page(
    request: web.Request,
    table: Table,
    draft: Draft,
    inputs: list[Input],
    *,
    why: str = "",
    theirs: Edited | None = None,
    seen: int | None = None,
    status: int = 200,
) -> web.Response:
    content, name = drafts.readable(draft), request.match_info["row"]
    language, row = content_language(request, content), table.rows(content).get(name)
    return page(
        request,
        "content/draft_row.html",
        status,
        draft=draft,
        table=table,
        id=name,
        row=row,
        called=row_name(content, row, language) if row else name,
        inputs=inputs,
        spoken={code: content.text(f"language:{code}", code) for code in content.words},
        seen=draft.version_of(Edit(table.kind, name, None)) if seen is None else seen,
        saved=request.query.get("saved") == "yes",
        why=why,
        theirs=theirs,
        screens=[(screen, screen_name(content, screen, language)) for screen in cited_on(content, name)],
        editing=drafts.may_edit(request[WORKER], draft.heading),
    )


def shape_of(table: Table, name: str, shape: Shape, kind: str) -> Shape:
    return "line" if table.kind == "fact" and name == "value" and kind in ONE_FOR_ALL else shape


def _options(request: web.Request, name: str, content: Content) -> Mapping[str, str]:
    if name == "places":
        language = content_language(request, content)
        return {place.id: place.said(language) for place in content.dialogue.municipalities.values()}
    words = {"kind": KINDS, "confidence": CONFIDENCE}.get(name, {})
    return {code: say(language_of(request), text) for code, text in words.items()}


def _inputs(request: web.Request, table: Table, content: Content, name: str) -> list[Input]:
    """Build the form of a row in the draft; a new row starts with the usual values."""
    row = table.rows(content).get(name)
    kind, inputs = str(getattr(row, "kind", "")), []
    fresh = {"owner": "content", "confidence": "high"}
    for field_name, shape in table.fields:
        value = getattr(row, field_name) if row else fresh.get(field_name, "")
        shape = shape_of(table, field_name, shape, kind)
        said = value if isinstance(value, Mapping) else {}
        text = next(iter(said.values()), "") if said and shape == "line" else "" if said else str(value or "")
        chosen = tuple(value) if shape == "places" else ()
        options = _options(request, field_name, content)
        inputs.append(Input(field_name, shape, text, said or dict.fromkeys(content.words, ""), chosen, options))
    return inputs


def _inputs_sent(request: web.Request, table: Table, form: Posted, content: Content) -> list[Input]:
    """Build the form with what was sent."""
    kind, inputs = str(form.get("kind", "")), []
    for field_name, shape in table.fields:
        said = {code: str(form.get(f"{field_name}|{code}", "")) for code in content.words}
        chosen = tuple(str(place) for place in form.getall("places", [])) if shape == "places" else ()
        options = _options(request, field_name, content)
        as_line = shape == "words" and f"{field_name}|lv" not in form
        shape = "line" if as_line else shape_of(table, field_name, shape, kind)
        text = str(form.get(field_name, "")) or (said["lv"] if shape == "line" else "")  # sent before it was one line
        inputs.append(Input(field_name, shape, text, said, chosen, options))
    return inputs


def _fields(table: Table, form: Posted, content: Content, before: Any) -> dict[str, Any]:
    """Return the fields that differ from the row the draft started from."""
    wanted: dict[str, Any] = {}
    for name, shape in table.fields:
        new = parse_field(name, shape, form, content)
        old = getattr(before, name, None) if before is not None else None
        if not is_same(old, new):
            wanted[name] = new
    return wanted


def parse_field(name: str, shape: Shape, form: Posted, content: Content) -> Any:
    if shape == "places":
        return [str(place) for place in form.getall("places", [])]
    if shape == "tick":
        return True if name in form else None
    if shape == "words" and name not in form:
        said = {code: " ".join(str(form.get(f"{name}|{code}", "")).split()) for code in content.words}
        return said if any(said.values()) else None
    return " ".join(str(form.get(name, "")).split()) or None


def is_same(old: Any, new: Any) -> bool:
    """Tell whether a value is unchanged. None, an empty line and no words count as equal."""
    if isinstance(old, Mapping) and isinstance(new, str):
        return all(text == new for text in old.values())
    if isinstance(old, Mapping):
        return dict(old) == (new or {})
    if isinstance(old, tuple):
        return list(old) == (new or [])
    return str(old or "") == str(new or "")


def _searchable_text(row: Fact | SocialService) -> str:
    said = row.value if isinstance(row, Fact) else row.names
    more = row.note if isinstance(row, Fact) else f"{row.phone} {' '.join(row.places)}"
    return " ".join([row.id, *said.values(), more])


def row_name(content: Content, row: Fact | SocialService, language: str) -> str:
    """Return what people at the desk call a row."""
    return fact_name(content, row.id, language) if isinstance(row, Fact) else row.names.get(language, row.id)


def cited_on(content: Content, fact: str) -> list[str]:
    found = (
        key.partition(":")[0]
        for words in content.words.values()
        for key, text in words.items()
        if ("fact", fact) in placeholders(text)
    )
    return [screen for screen in dict.fromkeys(found) if screen in content.dialogue.screens]
