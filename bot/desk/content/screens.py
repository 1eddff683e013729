"""Edit one screen of a draft: its texts in every language, a preview, and what the check will say."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from aiohttp import web

from bot.content import Content
from bot.desk.app_keys import RUNTIME, WORKER
from bot.desk.content.drafts import get_draft, parse_version
from bot.desk.content.findings import Checked, Findings, Unknown, check_texts, findings, unknown_words, with_texts
from bot.desk.content.naming import content_language, screen_name, text_keys
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
    """One text in one language, ready to edit. `typed` differs from the draft's `text` only if saving failed."""

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
        """Whether this text replaces another while a fact that one cites is withheld."""
        return self.key.endswith(WITHOUT)

    @property
    def mark(self) -> str:
        """Tells a text changed on this page from one changed elsewhere meanwhile."""
        return text_mark(self.text)


@dataclass(frozen=True, slots=True)
class SentText:
    """One text as the page sent it; `seen` is the version the page was showing, `mark` its text."""

    key: str
    language: str
    text: str
    seen: int
    mark: str

    @property
    def changed(self) -> bool:
        return text_mark(self.text) != self.mark


@dataclass(frozen=True, slots=True)
class Unsaved:
    """A text that could not be saved, and why: a colleague changed it, or the content would be unreadable."""

    text: str
    theirs: Edited | None = None
    clash: bool = False
    why: str = ""


Unkept = Mapping[tuple[str, str], Unsaved]


async def show(request: web.Request) -> web.StreamResponse:
    draft = await get_draft(request)
    return await _page(request, draft, {})


async def save(request: web.Request) -> web.StreamResponse:
    """Save what changed on the page. A script sends one text at a time and gets its new version."""
    draft = await get_draft(request)
    screen = _screen(request, drafts.readable(draft))
    form = {name: str(value) for name, value in (await request.post()).items()}
    texts = _sent_texts(form, screen, drafts.readable(draft))
    if "insert" in form and form.get("fact"):
        texts = [_citing(text, form["fact"]) if text.key == screen.id else text for text in texts]
    kept, unkept = await _keep(request, draft, [text for text in texts if text.changed])
    if request.headers.get("Accept") == "application/json":
        return web.json_response({"kept": kept, "unkept": _unkept_data(unkept)}, status=409 if unkept else 200)
    if unkept:
        return await _page(request, await get_draft(request), unkept, status=409)
    return see_other(request.path + "?saved=yes")


async def look(request: web.Request) -> web.StreamResponse:
    """Tell the page's script how unsaved texts would look and what is wrong with them."""
    content = drafts.readable(await get_draft(request))
    screen = _screen(request, content)
    form = {name: str(value) for name, value in (await request.post()).items()}
    content = with_texts(content, {(sent.key, sent.language): sent.text for sent in _sent_texts(form, screen, content)})
    language, unknown = language_of(request), await unknown_words(content, text_keys(content, screen))
    checked = await check_texts(request.app[RUNTIME], content, text_keys(content, screen))
    return web.json_response(
        {
            "found": {
                f"{key}|{code}": _findings_data(findings(content, key, code, unknown, checked), language)
                for key in text_keys(content, screen)
                for code in content.words
            },
            "previews": {
                code: _preview_data(preview(request.app[RUNTIME], content, screen.id, code)) for code in content.words
            },
        }
    )


def text_mark(text: str) -> str:
    """Return a short hash of a text, unaffected by what browsers do to line endings."""
    return sha256(_lines(text).encode()).hexdigest()[:12]


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _screen(request: web.Request, content: Content) -> Screen:
    screen = content.dialogue.screens.get(request.match_info["screen"])
    if screen is None or screen.branch:
        raise NotFound
    return screen


def _sent_texts(form: Mapping[str, str], screen: Screen, content: Content) -> list[SentText]:
    return [
        SentText(
            key, code, _lines(form[name]), parse_version(form.get(f"seen|{name}", "")), form.get(f"mark|{name}", "")
        )
        for key in text_keys(content, screen)
        for code in content.words
        if (name := f"{key}|{code}") in form
    ]


def _citing(sent: SentText, fact: str) -> SentText:
    return SentText(sent.key, sent.language, f"{sent.text} {{fact:{fact}}}".strip(), sent.seen, sent.mark)


async def _keep(
    request: web.Request, draft: Draft, changed: list[SentText]
) -> tuple[Mapping[str, Mapping[str, Any]], Unkept]:
    runtime, editor = request.app[RUNTIME], request[WORKER]
    kept: dict[str, Mapping[str, Any]] = {}
    unkept: dict[tuple[str, str], Unsaved] = {}
    for sent in changed:
        edit = Edit("text", sent.key, sent.text, sent.language)
        try:
            version = await drafts.save_edit(runtime, editor, draft.heading.id, edit, sent.seen)
            kept[f"{sent.key}|{sent.language}"] = {"seen": version, "mark": text_mark(sent.text)}
        except EditedMeanwhile as other:
            unkept[sent.key, sent.language] = Unsaved(sent.text, other.theirs, clash=True)
        except Unreadable as unreadable:
            why = all_in_words(language_of(request), unreadable.problems)
            unkept[sent.key, sent.language] = Unsaved(sent.text, why=why)
    return kept, unkept


def _unkept_data(unkept: Unkept) -> Mapping[str, Mapping[str, Any]]:
    return {
        f"{key}|{code}": {
            "why": unsaved.why,
            "clash": unsaved.clash,
            "by": unsaved.theirs.by if unsaved.theirs else "",
            "theirs": str(unsaved.theirs.edit.value) if unsaved.theirs else "",
            "seen": unsaved.theirs.version if unsaved.theirs else 0,
            "mark": text_mark(str(unsaved.theirs.edit.value)) if unsaved.theirs else "",
        }
        for (key, code), unsaved in unkept.items()
    }


async def _page(request: web.Request, draft: Draft, unkept: Unkept, status: int = 200) -> web.Response:
    runtime, content = request.app[RUNTIME], drafts.readable(draft)
    screen, language = _screen(request, content), content_language(request, content)
    others = await drafts.report_presence(runtime, request[WORKER], draft.heading.id, screen.id)
    typed = with_texts(content, {place: unsaved.text for place, unsaved in unkept.items()})
    unknown = await unknown_words(typed, text_keys(typed, screen))
    checked = await check_texts(runtime, typed, text_keys(typed, screen))

    def name(screen_id: str) -> str:
        return screen_name(content, screen_id, language)

    return page(
        request,
        "content/draft_screen.html",
        status,
        draft=draft,
        screen=screen,
        name=name,
        editing=drafts.may_edit(request[WORKER], draft.heading),
        saved=request.query.get("saved") == "yes",
        here_too=[editor.name for editor in others if editor.screen == screen.id],
        spoken={code: content.text(f"language:{code}", code) for code in content.words},
        rows=[
            [_field(draft, typed, key, code, unkept, unknown, checked) for code in content.words]
            for key in text_keys(content, screen)
        ],
        in_words_of=lambda problem: in_words(language_of(request), problem, beside=True),
        previews=_previews(runtime, typed, screen),
        words_of=lambda choice: content.text(label(screen.id, choice), language),
        screens=[other.id for other in content.dialogue.screens.values() if not other.branch],
        from_here=[target for target in screen.targets if target in content.dialogue.screens],
        to_here=[other.id for other in content.dialogue.screens.values() if screen.id in other.targets],
        cited=_cited(content, screen),
        facts=sorted(content.facts.values(), key=lambda fact: fact.id),
        language_here=language,
        plain=plain,
    )


def _field(
    draft: Draft, content: Content, key: str, code: str, unkept: Unkept, unknown: Unknown, checked: Checked
) -> Field:
    """Build one field. `content` includes unsaved texts, `draft` only saved ones."""
    stands = draft.content.words[code].get(key, "") if draft.content else ""
    failed = unkept.get((key, code))
    return Field(
        key=key,
        language=code,
        text=stands,
        typed=failed.text if failed else stands,
        seen=draft.version_of(Edit("text", key, "", code)),
        found=findings(content, key, code, unknown, checked),
        theirs=failed.theirs if failed else None,
        clash=failed.clash if failed else False,
        why=failed.why if failed else "",
    )


def _cited(content: Content, screen: Screen) -> list[str]:
    names = (
        name
        for words in content.words.values()
        for key in text_keys(content, screen)
        for kind, name in placeholders(words.get(key, ""))
        if kind == "fact" and name in content.facts
    )
    return list(dict.fromkeys(names))


def _previews(runtime: Runtime, content: Content, screen: Screen) -> dict[str, Preview | None]:
    return {code: preview(runtime, content, screen.id, code) for code in content.words}


def _findings_data(found: Findings, language: str) -> Mapping[str, Any]:
    return {
        "length": found.length,
        "most": found.most,
        "sentence": found.sentence,
        "wrong": [in_words(language, problem, beside=True) for problem in found.wrong],
    }


def _preview_data(seen: Preview | None) -> Mapping[str, Any]:
    """Return a preview as plain data, because scripts must not be given markup."""
    if seen is None:
        return {}
    return {
        "message": seen.message,
        "rows": [[button.label for button in row] for row in seen.keyboard],
        "heading": plain(seen.heading),
        "blocks": [{"listed": block.listed, "lines": [plain(line) for line in block.lines]} for block in seen.body],
        "buttons": [button.label for button in seen.buttons],
        "exits": [button.label for button in seen.exits],
        "aloud": seen.read_aloud,
    }
