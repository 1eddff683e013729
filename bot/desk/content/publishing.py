"""Publish a draft: see what changes and what blocks it, propose, approve or send it back."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.content import Content
from bot.desk import refusals
from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.content.differences import pieces
from bot.desk.content.drafts import get_draft
from bot.desk.content.naming import content_language, fact_name, ordered, screen_name
from bot.desk.content.preview import EXAMPLES
from bot.desk.content.problem_words import all_in_words, in_words
from bot.desk.page import language_of, page, say, see_other
from bot.runtime import Runtime
from bot.texts import plain
from bot.usecases.content import publishing, rounds, upgrades
from bot.usecases.content.changes import Changes, RowChange, TextChange
from bot.usecases.content.drafts import Draft, Unreadable, may_edit
from bot.usecases.content.publishing import Behind, Blocked, ToMend
from bot.usecases.content.rounds import Unheard


async def show(request: web.Request) -> web.StreamResponse:
    draft = await get_draft(request)
    return await _page(request, draft)


async def propose(request: web.Request) -> web.StreamResponse:
    """Propose the draft for a second person's approval. If the check blocks it, say what to fix and where."""
    draft_id = request.match_info["draft"]
    note = str((await request.post()).get("note", ""))
    try:
        await publishing.propose(request.app[RUNTIME], request[WORKER], draft_id, note)
    except Blocked as blocked:
        return await _page(request, await get_draft(request), blocked.problems, note=note, status=409)
    except (Unheard, Behind) as refused:
        refusal, language = refusals.refusal_of(refused), language_of(request)
        why = f"{say(language, refusal.heading)}. {say(language, refusal.explanation)}"
        return await _page(request, await get_draft(request), note=note, why=why, status=409)
    return see_other(f"/content/drafts/{draft_id}/changes?told=proposed")


async def approve(request: web.Request) -> web.StreamResponse:
    draft_id = request.match_info["draft"]
    read = str((await request.post()).get("read", ""))
    try:
        number = await publishing.approve(request.app[RUNTIME], request[WORKER], draft_id, read)
    except Blocked as blocked:
        return await _page(request, await get_draft(request), blocked.problems, status=409)
    return see_other(f"/content/history?published={number}")


async def send_back(request: web.Request) -> web.StreamResponse:
    draft_id = request.match_info["draft"]
    why = str((await request.post()).get("why", ""))
    await publishing.send_back(request.app[RUNTIME], request[WORKER], draft_id, why)
    return see_other("/content/drafts")


async def still_right(request: web.Request) -> web.StreamResponse:
    """Note that a text needs no change although its counterparts in other languages changed."""
    draft_id, form = request.match_info["draft"], await request.post()
    name, language = str(form.get("name", "")), str(form.get("language", ""))
    await publishing.still_right(request.app[RUNTIME], request[WORKER], draft_id, name, language)
    return see_other(f"/content/drafts/{draft_id}/changes#outdated")


async def catch_up(request: web.Request) -> web.StreamResponse:
    """Rebase the draft onto what was published meanwhile."""
    draft_id = request.match_info["draft"]
    both = await publishing.catch_up(request.app[RUNTIME], request[WORKER], draft_id)
    return await _page(request, await get_draft(request), both=both)


async def choose(request: web.Request) -> web.StreamResponse:
    """Choose one side of a text that both the desk and an upgraded program changed."""
    draft_id, form = request.match_info["draft"], await request.post()
    clash, theirs = str(form.get("clash", "")), form.get("side") == "program"
    try:
        await upgrades.choose(request.app[RUNTIME], request[WORKER], draft_id, clash, theirs)
    except Unreadable as unreadable:
        why = all_in_words(language_of(request), unreadable.problems)
        return await _page(request, await get_draft(request), why=why, status=409)
    return see_other(f"/content/drafts/{draft_id}/changes#clashes")


async def _page(
    request: web.Request,
    draft: Draft,
    problems: tuple[ToMend, ...] | None = None,
    *,
    note: str = "",
    both: tuple[str, ...] = (),
    why: str = "",
    status: int = 200,
) -> web.Response:
    runtime, root = request.app[RUNTIME], f"/content/drafts/{draft.heading.id}"
    content = draft.content
    language = content_language(request, content or runtime.content)
    found = await publishing.compare_draft(runtime, draft.heading.id) if content else None
    unheard = [held for held in await rounds.list_rounds(runtime, draft.heading.id) if held.is_open or held.unanswered]
    certificate = ""
    if problems is None:
        certificate, problems = await publishing.prove_draft(runtime, draft.heading.id)

    def name(screen: str) -> str:
        return _name(content, runtime.content, screen, language)

    return page(
        request,
        "content/changes.html",
        status,
        draft=draft,
        found=found,
        texts=_by_key(found, ordered(content or runtime.content, language)),
        now_reads=lambda key, code: content.words.get(code, {}).get(key, "") if content else "",
        problems=[(mend, in_words(language_of(request), mend.problem), page_to_mend(root, mend)) for mend in problems],
        certificate=certificate,
        unheard=unheard,
        name=name,
        pieces=lambda change: pieces(_as_text(change.before), _as_text(change.after)),
        of_row=lambda change: _values(change, ordered(content or runtime.content, language)),
        spoken={
            code: runtime.content.text(f"language:{code}", code)
            for code in ordered(content or runtime.content, language)
        },
        called=lambda fact: fact_name(
            content if content and fact in content.facts else runtime.content, fact, language
        ),
        outdated=[(text, _current_text(runtime, content, text.name, text.language)) for text in found.outdated]
        if found
        else [],
        note=note or draft.heading.note,
        both=both,
        why=why,
        choices=await upgrades.list_choices(runtime, draft),
        told=request.query.get("told", ""),
        editing=may_edit(request[WORKER], draft.heading),
        may_approve=publishing.may_approve(request[WORKER], draft.heading),
    )


def page_to_mend(root: str, to_mend: ToMend) -> str:
    """Return the path of the page on which a problem can be fixed; empty if there is none."""
    if to_mend.screen:
        return f"{root}/screens/{to_mend.screen}"
    tables = {"fact": "facts", "service": "services"}
    if to_mend.kind in tables:
        return f"{root}/{tables[to_mend.kind]}/{to_mend.name}"
    lists = {"phrases": f"phrases/{to_mend.name}", "danger": "danger", "despair": "despair"}
    return f"{root}/{lists[to_mend.kind]}/{to_mend.language or 'lv'}" if to_mend.kind in lists else ""


def _by_key(found: Changes | None, codes: list[str]) -> dict[str, dict[str, TextChange | None]]:
    """Return the changed texts, side by side by language in the order of `codes`; None where one stays as it is."""
    by_key: dict[str, dict[str, TextChange | None]] = {}
    for change in found.texts if found else ():
        by_key.setdefault(change.key, dict.fromkeys(codes))[change.language] = change
    return by_key


def _values(change: RowChange, order: list[str]) -> list[tuple[str, str, str]]:
    """Return field, old value and new value for each changed field of a row, language by language."""
    values: list[tuple[str, str, str]] = []
    for field, before, after in change.fields:
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            if len({*before.values()}) == len({*after.values()}) == 1:  # the same in every language
                values.append((field, _as_text(next(iter(before.values()))), _as_text(next(iter(after.values())))))
                continue
            codes = dict.fromkeys([*order, *before, *after])
            values += [
                (f"{field} ({code})", _as_text(before.get(code)), _as_text(after.get(code)))
                for code in codes
                if before.get(code) != after.get(code)
            ]
        else:
            values.append((field, _as_text(before), _as_text(after)))
    return values


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)


def _current_text(runtime: Runtime, content: Content | None, name: str, language: str) -> str:
    """Return what an outdated text says now."""
    if content is None:
        return ""
    table, _, rest = name.partition(":")
    rows: Mapping[str, Any] = {"fact": content.facts, "service": content.services}.get(table, {})
    row, _, field = rest.rpartition(".")
    if row in rows:
        return str(getattr(rows[row], field, {}).get(language, ""))
    return plain(content.say(name, language, runtime.today(), EXAMPLES))


def _name(content: Content | None, live: Content, screen: str, language: str) -> str:
    known = content if content and screen in content.dialogue.screens else live
    return screen_name(known, screen, language) if screen in known.dialogue.screens else screen
