"""Leaflet, poster and the duty officer's sheet as PDF: words from the content, set by `bot.typesetting`."""

import io
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import segno

from bot.content import Content, Values
from bot.engine import papers
from bot.engine.papers import Kind, Section
from bot.engine.problems import BrokenContent, Problem, broken
from bot.layout import blocks
from bot.renditions.paper import dates, without_buttons
from bot.texts import Words
from bot.typesetting import Form, typeset


def printed(
    content: Content, kind: Kind, language: str, today: date, public_url: str = "", form: Form = "pdf", ppi: int = 144
) -> Any:
    """Return a paper in one language with the facts valid on `today`: the bytes of a PDF, or a list of pages as PNG.

    Raise BrokenContent if `public_url` reveals what the service is about.
    """
    _require_neutral(content, public_url)
    paper = Paper(content, language, today, public_url)
    made = {"leaflet": paper.leaflet, "poster": paper.poster, "phone-script": paper.script}[kind]()
    return typeset(kind, made, today, form, ppi)


class Paper:
    """The texts of the papers in one language on one day, with every fact filled in or withheld."""

    def __init__(self, content: Content, language: str, today: date, public_url: str = "") -> None:
        self._content, self._language, self._today = without_buttons(content), language, today
        self._public_url = public_url.removesuffix("/")
        self._values: Values = {"setting:public_url": self._public_url.removeprefix("https://")}

    def leaflet(self) -> Mapping[str, Any]:
        """Two sides of A4, folded once: a neutral outside, and two pages inside."""
        sections = [[section for section in page if self._exists(section)] for page in papers.LEAFLET]
        keys = [key for page in sections for section in page for key in (section.title, section.text)]
        return {
            **self._common(keys),
            "cover": [self._plain(key) for key in ("leaflet.cover", "leaflet.cover.line", "leaflet.cover.inside")],
            "back": {"title": self._plain("leaflet.back"), "blocks": self._blocks("leaflet.back.text")},
            "heading": self._plain("leaflet.title"),
            "pages": [[self._section(section) for section in page] for page in sections],
            "keep": self._plain("leaflet.keep"),
        }

    def poster(self) -> Mapping[str, Any]:
        """A few lines, legible from across a corridor."""
        rings = papers.in_service(papers.POSTER, self._content.words[self._language], self._content.withdrawn)
        keys = [f"{key}{part}" for key in rings for part in ("", ".number", ".how")]
        return {
            **self._common(keys),
            "heading": self._plain("poster.title"),
            "line": self._plain("poster.line"),
            "numbers": [
                {"name": self._plain(key), "number": self._spans(f"{key}.number"), "how": self._plain(f"{key}.how")}
                for key in rings
            ],
            "service": self._plain("poster.service"),
        }

    def script(self) -> Mapping[str, Any]:
        """What to ask and say on the phone, in order."""
        keys = [section.text for section in papers.SCRIPT]
        return {
            **self._common(keys),
            "heading": self._plain("script.title"),
            "intro": self._plain("script.intro"),
            "steps": [self._section(section) for section in papers.SCRIPT],
        }

    def _common(self, keys: list[str]) -> dict[str, Any]:
        self._values = {**self._values, **dates(self._content, keys, self._language, self._today)}
        return {
            "language": self._language,
            "title": self._plain("paper.title"),
            "name": self._plain("page.title"),
            "checked": self._plain("paper.checked"),
            "web": self._plain("paper.web") if self._public_url else "",
            "code": _code(self._public_url) if self._public_url else "",
            "code_alt": self._plain("paper.code"),
        }

    def _exists(self, section: Section) -> bool:
        return not section.screen or section.text in self._content.dialogue.screens

    def _section(self, section: Section) -> Mapping[str, Any]:
        return {"title": self._plain(section.title), "blocks": self._blocks(section.text)}

    def _blocks(self, key: str) -> list[Mapping[str, Any]]:
        return [
            {"listed": block.listed, "lines": [_spans(line) for line in block.lines]}
            for block in blocks(self._say(key))
        ]

    def _plain(self, key: str) -> str:
        return "".join(span.text for span in self._say(key))

    def _spans(self, key: str) -> list[Mapping[str, str]]:
        return _spans(self._say(key))

    def _say(self, key: str) -> Words:
        return self._content.say(key, self._language, self._today, self._values)


def _spans(words: Words) -> list[Mapping[str, str]]:
    return [{"text": span.text, "tel": span.tel or ""} for span in words]


def _code(address: str) -> str:
    svg = io.BytesIO()
    segno.make(address, error="m", micro=False).save(svg, kind="svg", border=2, xmldecl=False)
    return svg.getvalue().decode()


def _require_neutral(content: Content, public_url: str) -> None:
    """The address hangs on a wall as a code: whoever scans it must not learn from its name what it is about."""
    problems = tuple(_revealing(content, public_url))
    if problems:
        raise BrokenContent(problems)


def _revealing(content: Content, public_url: str) -> Iterator[Problem]:
    for stems in content.revealing.values():
        for stem in stems:
            if not stem.isdigit() and stem.strip().lower() in public_url.lower():
                yield broken("revealing address", "BOT_PUBLIC_URL", stem=stem)
