"""Facts and social services of a draft as tables with forms: every value, where it comes from, until when it holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import web
from multidict import MultiDictProxy

from bot.content import Content
from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.content.drafts import the_draft, version
from bot.desk.content.naming import name_of, spoken
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
"""Kinds of facts that are written alike in every language."""


@dataclass(frozen=True, slots=True)
class Table:
    """Facts or services: the fields of a row, in the order in which they are filled in."""

    kind: Literal["fact", "service"]
    path: Literal["facts", "services"]
    fields: tuple[tuple[str, Shape], ...]

    def rows(self, content: Content) -> Mapping[str, Fact] | Mapping[str, SocialService]:
        return content.facts if self.kind == "fact" else content.services

    def fits(self, name: str) -> bool:
        return bool((FACT_ID if self.kind == "fact" else SERVICE_ID).fullmatch(name))


FACTS = Table("fact", "facts", (("kind", "one of"), ("value", "words"), ("use", "line"), *SOURCED))
SERVICES = Table(
    "service",
    "services",
    (("names", "words"), ("places", "places"), ("phone", "line"), ("hours", "words"), ("address", "line"),
     ("url", "line"), *SOURCED),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Input:
    """One field of the form. `said` are its words by language, `text` a single line, `chosen` what is ticked."""

    name: str
    shape: Shape
    text: str = ""
    said: Mapping[str, str] = field(default_factory=dict)
    chosen: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)


async def show_all(table: Table, request: web.Request) -> web.StreamResponse:
    draft = await the_draft(request)
    content = drafts.readable(draft)
    wanted, language = request.query.get("q", "").strip(), spoken(request, content)
    today = request.app[RUNTIME].today()
    rows = [one for one in table.rows(content).values() if plain(wanted) in plain(_everything(one))]
    return page(
        request,
        "content/draft_table.html",
        draft=draft,
        table=table,
        rows=[(one, _called(one, language), one.standing(today)) for one in rows],
        changed={one.edit.name for one in draft.edits if one.edit.kind in (table.kind, "withdrawn")},
        wanted=wanted,
        language_here=language,
        editing=drafts.may_edit(request[WORKER], draft.heading),
    )


async def begin(table: Table, request: web.Request) -> web.StreamResponse:
    """A new row: its id first, then its form."""
    name = str((await request.post()).get("id", "")).strip().lower()
    draft = await the_draft(request)
    if not table.fits(name):
        return see_other(f"/content/drafts/{draft.heading.id}/{table.path}?told=id")
    return see_other(f"/content/drafts/{draft.heading.id}/{table.path}/{name}")


async def show(table: Table, request: web.Request) -> web.StreamResponse:
    draft, name = await the_draft(request), request.match_info["row"]
    content = drafts.readable(draft)
    if name not in table.rows(content) and not (drafts.may_edit(request[WORKER], draft.heading) and table.fits(name)):
        raise NotFound
    return await _page(request, table, draft, _inputs(request, table, content, name))


async def save(table: Table, request: web.Request) -> web.StreamResponse:
    """Keep what differs from the row as the draft began. Where that cannot be done, the form stands as it was sent."""
    draft, name, form = await the_draft(request), request.match_info["row"], await request.post()
    base = await drafts.began(request.app[RUNTIME], draft)
    content = drafts.readable(draft)
    before = table.rows(base or content).get(name)
    wanted = _fields(table, form, content, before)
    edit = Edit(table.kind, name, wanted)
    seen = version(str(form.get("seen", "")))
    runtime, editor = request.app[RUNTIME], request[WORKER]
    try:
        if wanted:
            await drafts.edit(runtime, editor, draft.heading.id, edit, seen)
        elif draft.version_of(edit):
            await drafts.undo(runtime, editor, draft.heading.id, edit, seen)
    except Unreadable as unreadable:
        why = all_in_words(language_of(request), unreadable.problems)
        return await _page(request, table, draft, _sent(request, table, form, content), why=why, seen=seen, status=409)
    except EditedMeanwhile as other:
        draft = await the_draft(request)
        return await _page(
            request, table, draft, _sent(request, table, form, content),
            theirs=other.theirs, seen=other.theirs.version if other.theirs else 0, status=409,
        )  # fmt: skip
    return see_other(f"{request.path}?saved=yes")


async def switch(request: web.Request) -> web.StreamResponse:
    """Withdraw a fact in the draft, or say it again."""
    draft, name = await the_draft(request), request.match_info["row"]
    fact = drafts.readable(draft).facts.get(name)
    if fact is None:
        raise NotFound
    if fact.pinned and fact.pinned.always:
        raise NotAllowed
    wanted = (await request.post()).get("withdrawn") == "yes"
    edit = Edit("withdrawn", name, wanted)
    await drafts.edit(request.app[RUNTIME], request[WORKER], draft.heading.id, edit, draft.version_of(edit))
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
    language, row = spoken(request, content), table.rows(content).get(name)
    return page(
        request,
        "content/draft_row.html",
        status,
        draft=draft,
        table=table,
        id=name,
        row=row,
        called=_called(row, language) if row else name,
        inputs=inputs,
        spoken={code: content.text(f"language:{code}", code) for code in content.words},
        seen=draft.version_of(Edit(table.kind, name, None)) if seen is None else seen,
        saved=request.query.get("saved") == "yes",
        why=why,
        theirs=theirs,
        screens=[(one, name_of(content, one, language)) for one in _cited_on(content, name)],
        editing=drafts.may_edit(request[WORKER], draft.heading),
    )


def _shape(table: Table, name: str, shape: Shape, kind: str) -> Shape:
    return "line" if table.kind == "fact" and name == "value" and kind in ONE_FOR_ALL else shape


def _options(request: web.Request, name: str, content: Content) -> Mapping[str, str]:
    if name == "places":
        language = spoken(request, content)
        return {one.id: one.said(language) for one in content.dialogue.municipalities.values()}
    words = {"kind": KINDS, "confidence": CONFIDENCE}.get(name, {})
    return {code: say(language_of(request), one) for code, one in words.items()}


def _inputs(request: web.Request, table: Table, content: Content, name: str) -> list[Input]:
    """The form of a row as it stands in the draft; of a new one, with what most rows have."""
    row = table.rows(content).get(name)
    kind, inputs = str(getattr(row, "kind", "")), []
    fresh = {"owner": "content", "confidence": "high"}
    for one, shape in table.fields:
        value = getattr(row, one) if row else fresh.get(one, "")
        shape = _shape(table, one, shape, kind)
        said = value if isinstance(value, Mapping) else {}
        text = next(iter(said.values()), "") if said and shape == "line" else "" if said else str(value or "")
        chosen = tuple(value) if shape == "places" else ()
        options = _options(request, one, content)
        inputs.append(Input(one, shape, text, said or dict.fromkeys(content.words, ""), chosen, options))
    return inputs


def _sent(request: web.Request, table: Table, form: Posted, content: Content) -> list[Input]:
    """The form as it was sent."""
    kind, inputs = str(form.get("kind", "")), []
    for one, shape in table.fields:
        said = {code: str(form.get(f"{one}|{code}", "")) for code in content.words}
        chosen = tuple(str(place) for place in form.getall("places", [])) if shape == "places" else ()
        options = _options(request, one, content)
        shape = "line" if f"{one}|lv" not in form and shape == "words" else _shape(table, one, shape, kind)
        inputs.append(Input(one, shape, str(form.get(one, "")), said, chosen, options))
    return inputs


def _fields(table: Table, form: Posted, content: Content, before: Any) -> dict[str, Any]:
    """What differs from the row as the draft began."""
    wanted: dict[str, Any] = {}
    for name, shape in table.fields:
        new = _read(name, shape, form, content)
        old = getattr(before, name, None) if before is not None else None
        if not _same(old, new):
            wanted[name] = new
    return wanted


def _read(name: str, shape: Shape, form: Posted, content: Content) -> Any:
    if shape == "places":
        return [str(one) for one in form.getall("places", [])]
    if shape == "tick":
        return True if name in form else None
    if shape == "words" and name not in form:
        said = {code: " ".join(str(form.get(f"{name}|{code}", "")).split()) for code in content.words}
        return said if any(said.values()) else None
    return " ".join(str(form.get(name, "")).split()) or None


def _same(old: Any, new: Any) -> bool:
    """Whether a value is the one that stood there; nothing, an empty line and no words are the same."""
    if isinstance(old, Mapping) and isinstance(new, str):
        return all(one == new for one in old.values())
    if isinstance(old, Mapping):
        return dict(old) == (new or {})
    if isinstance(old, tuple):
        return list(old) == (new or [])
    return str(old or "") == str(new or "")


def _everything(row: Fact | SocialService) -> str:
    said = row.value if isinstance(row, Fact) else row.names
    more = row.note if isinstance(row, Fact) else f"{row.phone} {' '.join(row.places)}"
    return " ".join([row.id, *said.values(), more])


def _called(row: Fact | SocialService, language: str) -> str:
    said = row.value if isinstance(row, Fact) else row.names
    return said.get(language, row.id)


def _cited_on(content: Content, fact: str) -> list[str]:
    found = (
        key.partition(":")[0]
        for words in content.words.values()
        for key, text in words.items()
        if ("fact", fact) in placeholders(text)
    )
    return [one for one in dict.fromkeys(found) if one in content.dialogue.screens]
