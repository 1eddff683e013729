"""Rounds, the editors' side: open one on a draft, invite practitioners, answer comments, print a report."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from aiohttp import web
from multidict import MultiDictProxy

from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.content.drafts import edit_name, edit_path, get_draft
from bot.desk.content.naming import content_language
from bot.desk.content.practice_words import place_name
from bot.desk.content.round_words import KINDS, NOT_VALID, VERDICTS, shipped_cards
from bot.desk.page import LANGUAGES, page, see_other
from bot.usecases.content import drafts, round_reports, rounds
from bot.usecases.content.rounds import Held, NotValid, Scenario

Form = MultiDictProxy[str | bytes | bytearray | web.FileField]
OWN = ("own1", "own2")
USUAL = timedelta(days=14)


async def show_all(request: web.Request) -> web.StreamResponse:
    return await _list(request)


async def open_one(request: web.Request) -> web.StreamResponse:
    """Freeze the draft for practitioners, with the chosen situations and the editor's own."""
    form, runtime = await request.post(), request.app[RUNTIME]
    try:
        closes = date.fromisoformat(str(form.get("closes", "")))
    except ValueError:
        closes = date.min + timedelta(days=2)
    chosen = {str(card) for card in form.getall("card", [])}
    cards = [*(card for card in shipped_cards() if card.id in chosen), *_own_cards(form)]
    title, draft = str(form.get("title", "")), request.match_info["draft"]
    try:
        opened = await rounds.open_round(runtime, request[WORKER], draft, title, closes, cards)
    except NotValid as wrong:
        return await _list(request, wrong.what)
    return see_other(f"/content/rounds/{opened}")


async def show(request: web.Request) -> web.StreamResponse:
    return await _page(request)


async def invite(request: web.Request) -> web.StreamResponse:
    """Show invitation links, one for each line. They are shown only this once; we do not keep them."""
    lines = str((await request.post()).get("service", "")).splitlines()
    services = [" ".join(line.split()) for line in lines if line.strip()]
    try:
        paths = await rounds.invite(request.app[RUNTIME], request[WORKER], request.match_info["round"], *services)
    except NotValid as wrong:
        return await _page(request, problem=wrong.what)
    # Behind a proxy every request looks like http, so the setting comes first.
    desk = request.app[RUNTIME].settings.desk_url.rstrip("/") or request.url.origin()
    return await _page(
        request, links=[(service, f"{desk}{path}") for service, path in zip(services, paths, strict=True)]
    )


async def answer(request: web.Request) -> web.StreamResponse:
    form, held = await request.post(), request.match_info["round"]
    words = {name: str(form.get(name, "")) for name in ("comment", "verdict", "answer", "edit")}
    try:
        await rounds.answer(
            request.app[RUNTIME],
            request[WORKER],
            held,
            words["comment"],
            words["verdict"],
            words["answer"],
            words["edit"],
        )
    except NotValid as wrong:
        return await _page(request, problem=wrong.what)
    return see_other(f"/content/rounds/{held}#comment-{words['comment'][:32]}")


async def close(request: web.Request) -> web.StreamResponse:
    held = request.match_info["round"]
    await rounds.close(request.app[RUNTIME], request[WORKER], held)
    return see_other(f"/content/rounds/{held}")


async def report(request: web.Request) -> web.StreamResponse:
    """Render the report to print: who took part, the comments, what became of them, what the draft changed since."""
    found = await round_reports.make_report(request.app[RUNTIME], request.match_info["round"])
    language = content_language(request, found.frozen)
    return page(
        request,
        "content/round_report.html",
        report=found,
        held=found.held,
        by_screen=_by_screen(found.held),
        name=lambda place: place_name(found.frozen, place, language),
        kinds=KINDS,
        verdicts=VERDICTS,
    )


async def _list(request: web.Request, problem: str = "") -> web.Response:
    runtime, draft = request.app[RUNTIME], await get_draft(request)
    form = await request.post()
    today, held = runtime.today(), await rounds.list_rounds(runtime, draft.heading.id)
    return page(
        request,
        "content/rounds.html",
        400 if problem else 200,
        draft=draft,
        rounds=held,
        may_open=rounds.may_open(request[WORKER], draft.heading, held),
        cards=shipped_cards(),
        own={card: any(value for name, value in form.items() if name.startswith(f"{card}.")) for card in OWN},
        typed=form,
        closes=form.get("closes") or (today + USUAL).isoformat(),
        today=today.isoformat(),
        problem=NOT_VALID.get(problem, ""),
    )


async def _page(request: web.Request, *, problem: str = "", links: Sequence[tuple[str, str]] = ()) -> web.Response:
    runtime = request.app[RUNTIME]
    held = await rounds.view_round(runtime, request.match_info["round"])
    frozen = await rounds.frozen_content(runtime, held.id)
    draft = await drafts.read_draft(runtime, held.draft_id)
    language = content_language(request, frozen)
    edits = {"|".join(edited.edit.place): edited for edited in draft.edits}
    form = await request.post()
    return page(
        request,
        "content/round.html",
        400 if problem else 200,
        typed=form if problem else {},
        held=held,
        draft=draft,
        by_screen=_by_screen(held),
        card_names={card.id: card.names for card in held.cards},
        name=lambda place: place_name(frozen, place, language),
        screens=frozen.dialogue.screens,
        edits={
            place: f"{edit_name(frozen, edited, language)} ({edited.edit.language or edited.edit.kind})"
            for place, edited in edits.items()
        },
        edit_path=lambda place: edit_path(draft, edits[place]),
        may=drafts.may_edit(request[WORKER], draft.heading),
        may_lead=rounds.may_lead(request[WORKER], held),
        kinds=KINDS,
        verdicts=VERDICTS,
        problem=NOT_VALID.get(problem, ""),
        links=links,
        back=f"/content/rounds/{held.id}",
    )


def _by_screen(held: Held) -> dict[str, list[rounds.Said]]:
    """Group comments by screen, whoever wrote them."""
    found: dict[str, list[rounds.Said]] = {}
    for comment in held.comments:
        found.setdefault(comment.screen, []).append(comment)
    return found


def _own_cards(form: Form) -> Iterator[Scenario]:
    """Yield the situations an editor has begun to write."""
    codes = [code for code, _ in LANGUAGES]
    for card in OWN:
        names = {code: str(form.get(f"{card}.name.{code}", "")).strip()[:120] for code in codes}
        texts = {code: str(form.get(f"{card}.text.{code}", "")).strip()[:1000] for code in codes}
        if any([*names.values(), *texts.values()]):
            yield Scenario(card, _filled(names), _filled(texts))


def _filled(words: Mapping[str, str]) -> dict[str, str]:
    return {code: text for code, text in words.items() if text}
