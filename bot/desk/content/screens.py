"""One screen of a draft: its texts in every language side by side, what people will see, and what the gate will say."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from aiohttp import web

from bot.content import Content
from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.content.drafts import the_draft, version
from bot.desk.content.findings import Findings, Said, Unknown, findings, said_of, typed_into, unknown_words
from bot.desk.content.naming import keys_of, name_of, spoken
from bot.desk.content.preview import Preview, preview
from bot.desk.content.problem_words import all_in_words, in_words
from bot.desk.page import language_of, page, see_other
from bot.engine.dialogue import Screen, label
from bot.engine.withheld import WITHOUT
from bot.runtime import Runtime
from bot.texts import placeholders, plain
from bot.usecases.content import drafts
from bot.usecases.content.drafts import Draft, Edit, Edited, EditedMeanwhile, Unreadable
from bot.usecases.refused import NotFound


@dataclass(frozen=True, slots=True)
class Field:
    """One text in one language, ready to be edited. `typed` differs from what stands there where saving failed."""

    key: str
    language: str
    text: str
    typed: str
    seen: int
    found: Findings
    theirs: Edited | None = None
    clash: bool = False
    why: str = ""

    @property
    def name(self) -> str:
        return f"{self.key}|{self.language}"

    @property
    def stands_in(self) -> bool:
        """Whether it is said in another text's place while a fact of that one is withheld."""
        return self.key.endswith(WITHOUT)

    @property
    def mark(self) -> str:
        """Tells a text that was changed on the page from one that was changed elsewhere meanwhile."""
        return marked(self.text)


@dataclass(frozen=True, slots=True)
class Typed:
    """One text as the page sent it."""

    key: str
    language: str
    text: str
    seen: int
    mark: str

    @property
    def changed(self) -> bool:
        return marked(self.text) != self.mark


@dataclass(frozen=True, slots=True)
class Unsaved:
    """A text that could not be saved, and why: a colleague's is there, or it cannot be written."""

    text: str
    theirs: Edited | None = None
    clash: bool = False
    why: str = ""


Unkept = Mapping[tuple[str, str], Unsaved]


async def show(request: web.Request) -> web.StreamResponse:
    draft = await the_draft(request)
    return await _page(request, draft, {})


async def save(request: web.Request) -> web.StreamResponse:
    """Save what was changed on the page. A script sends one text at a time and is answered with its new version."""
    draft = await the_draft(request)
    screen = _screen(request, drafts.readable(draft))
    form = {name: str(value) for name, value in (await request.post()).items()}
    texts = _typed(form, screen, drafts.readable(draft))
    if "insert" in form and form.get("fact"):
        texts = [_citing(one, form["fact"]) if one.key == screen.id else one for one in texts]
    kept, unkept = await _keep(request, draft, [one for one in texts if one.changed])
    if request.headers.get("Accept") == "application/json":
        return web.json_response({"kept": kept, "unkept": _told(unkept)}, status=409 if unkept else 200)
    if unkept:
        return await _page(request, await the_draft(request), unkept, status=409)
    return see_other(request.path + "?saved=yes")


async def look(request: web.Request) -> web.StreamResponse:
    """For the page's script: how this would look, and what is wrong with it, before it is saved."""
    content = drafts.readable(await the_draft(request))
    screen = _screen(request, content)
    form = {name: str(value) for name, value in (await request.post()).items()}
    content = typed_into(content, {(one.key, one.language): one.text for one in _typed(form, screen, content)})
    language, unknown = language_of(request), await unknown_words(content, keys_of(content, screen))
    said = await said_of(request.app[RUNTIME], content, keys_of(content, screen))
    return web.json_response(
        {
            "found": {
                f"{key}|{code}": _findings(findings(content, key, code, unknown, said), language)
                for key in keys_of(content, screen)
                for code in content.words
            },
            "previews": {
                code: _drawn(preview(request.app[RUNTIME], content, screen.id, code)) for code in content.words
            },
        }
    )


def marked(text: str) -> str:
    """A short mark of a text, the same whatever a browser does to its line ends."""
    return sha256(_lines(text).encode()).hexdigest()[:12]


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _screen(request: web.Request, content: Content) -> Screen:
    screen = content.dialogue.screens.get(request.match_info["screen"])
    if screen is None or screen.branch:
        raise NotFound
    return screen


def _typed(form: Mapping[str, str], screen: Screen, content: Content) -> list[Typed]:
    return [
        Typed(key, code, _lines(form[name]), version(form.get(f"seen|{name}", "")), form.get(f"mark|{name}", ""))
        for key in keys_of(content, screen)
        for code in content.words
        if (name := f"{key}|{code}") in form
    ]


def _citing(one: Typed, fact: str) -> Typed:
    return Typed(one.key, one.language, f"{one.text} {{fact:{fact}}}".strip(), one.seen, one.mark)


async def _keep(
    request: web.Request, draft: Draft, changed: list[Typed]
) -> tuple[Mapping[str, Mapping[str, Any]], Unkept]:
    runtime, editor = request.app[RUNTIME], request[WORKER]
    kept: dict[str, Mapping[str, Any]] = {}
    unkept: dict[tuple[str, str], Unsaved] = {}
    for one in changed:
        edit = Edit("text", one.key, one.text, one.language)
        try:
            version = await drafts.edit(runtime, editor, draft.heading.id, edit, one.seen)
            kept[f"{one.key}|{one.language}"] = {"seen": version, "mark": marked(one.text)}
        except EditedMeanwhile as other:
            unkept[one.key, one.language] = Unsaved(one.text, other.theirs, clash=True)
        except Unreadable as unreadable:
            unkept[one.key, one.language] = Unsaved(
                one.text, why=all_in_words(language_of(request), unreadable.problems)
            )
    return kept, unkept


def _told(unkept: Unkept) -> Mapping[str, Mapping[str, Any]]:
    return {
        f"{key}|{code}": {
            "why": one.why,
            "clash": one.clash,
            "by": one.theirs.by if one.theirs else "",
            "theirs": str(one.theirs.edit.value) if one.theirs else "",
            "seen": one.theirs.version if one.theirs else 0,
            "mark": marked(str(one.theirs.edit.value)) if one.theirs else "",
        }
        for (key, code), one in unkept.items()
    }


async def _page(request: web.Request, draft: Draft, unkept: Unkept, status: int = 200) -> web.Response:
    runtime, content = request.app[RUNTIME], drafts.readable(draft)
    screen, language = _screen(request, content), spoken(request, content)
    others = await drafts.present(runtime, request[WORKER], draft.heading.id, screen.id)
    typed = typed_into(content, {place: one.text for place, one in unkept.items()})
    unknown = await unknown_words(typed, keys_of(typed, screen))
    said = await said_of(runtime, typed, keys_of(typed, screen))

    def name(one: str) -> str:
        return name_of(content, one, language)

    return page(
        request,
        "content/draft_screen.html",
        status,
        draft=draft,
        screen=screen,
        name=name,
        editing=drafts.may_edit(request[WORKER], draft.heading),
        saved=request.query.get("saved") == "yes",
        here_too=[one.name for one in others if one.screen == screen.id],
        spoken={code: content.text(f"language:{code}", code) for code in content.words},
        rows=[
            [_field(draft, typed, key, code, unkept, unknown, said) for code in content.words]
            for key in keys_of(content, screen)
        ],
        in_words_of=lambda problem: in_words(language_of(request), problem, beside=True),
        previews=_previews(runtime, typed, screen),
        words_of=lambda choice: content.text(label(screen.id, choice), language),
        screens=[one.id for one in content.dialogue.screens.values() if not one.branch],
        from_here=[one for one in screen.targets if one in content.dialogue.screens],
        to_here=[one.id for one in content.dialogue.screens.values() if screen.id in one.targets],
        cited=_cited(content, screen),
        facts=sorted(content.facts.values(), key=lambda one: one.id),
        language_here=language,
        plain=plain,
    )


def _field(draft: Draft, content: Content, key: str, code: str, unkept: Unkept, unknown: Unknown, said: Said) -> Field:
    """`content` holds what was typed, saved or not; the draft what stands there."""
    stands = draft.content.words[code].get(key, "") if draft.content else ""
    failed = unkept.get((key, code))
    return Field(
        key=key,
        language=code,
        text=stands,
        typed=failed.text if failed else stands,
        seen=draft.version_of(Edit("text", key, "", code)),
        found=findings(content, key, code, unknown, said),
        theirs=failed.theirs if failed else None,
        clash=failed.clash if failed else False,
        why=failed.why if failed else "",
    )


def _cited(content: Content, screen: Screen) -> list[str]:
    names = (
        name
        for words in content.words.values()
        for key in keys_of(content, screen)
        for kind, name in placeholders(words.get(key, ""))
        if kind == "fact" and name in content.facts
    )
    return list(dict.fromkeys(names))


def _previews(runtime: Runtime, content: Content, screen: Screen) -> dict[str, Preview | None]:
    return {code: preview(runtime, content, screen.id, code) for code in content.words}


def _findings(found: Findings, language: str) -> Mapping[str, Any]:
    return {
        "length": found.length,
        "most": found.most,
        "sentence": found.sentence,
        "wrong": [in_words(language, one, beside=True) for one in found.wrong],
    }


def _drawn(seen: Preview | None) -> Mapping[str, Any]:
    """A preview as plain data: a script may not be given any markup."""
    if seen is None:
        return {}
    return {
        "message": seen.message,
        "rows": [[one.label for one in row] for row in seen.keyboard],
        "heading": plain(seen.heading),
        "blocks": [{"listed": one.listed, "lines": [plain(line) for line in one.lines]} for one in seen.body],
        "buttons": [one.label for one in seen.buttons],
        "exits": [one.label for one in seen.exits],
        "aloud": seen.read_aloud,
    }
