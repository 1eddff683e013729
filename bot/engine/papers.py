"""The contents of each printed page, in reading order: keys of texts, and screens printed unchanged."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from bot.engine.withheld import CITED

Kind = Literal["leaflet", "poster", "phone-script"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the text under it: its own text, or a screen of the dialogue, left out if the package lacks it."""

    title: str
    text: str
    screen: bool = False


LEAFLET = (
    (
        Section("leaflet.now.title", "leaflet.now"),
        Section("leaflet.talk.title", "human", screen=True),
        Section("leaflet.do.title", "safety-plan.home", screen=True),
        Section("leaflet.service.title", "leaflet.service"),
    ),
    (
        Section("menu:police", "police-separation", screen=True),
        Section("menu:court", "court-protection", screen=True),
        Section("menu.help:rehab", "rehab-adult", screen=True),
    ),
)
"""The two inner pages of the folded leaflet."""

OUTSIDE = ("paper.title", "leaflet.cover", "leaflet.cover.line", "leaflet.cover.inside", "leaflet.back",
           "leaflet.back.text", "site.heading", "site.topics")  # fmt: skip
"""What shows on the folded leaflet, in file names and browser tabs: neutral, like the title of the chat."""

POSTER = ("poster.danger", "poster.talk", "poster.children")
"""Each with `.number` and `.how`."""

SCRIPT = tuple(
    Section(f"script.{step}.title", f"script.{step}")
    for step in ("safe", "danger", "hurt", "listen", "never", "children", "police", "court", "help", "contact", "end")
)
"""The script of a call, step by step."""

KEYS = (
    *("paper.title", "paper.checked", "paper.web", "paper.code"),
    *("leaflet.cover", "leaflet.cover.line", "leaflet.cover.inside", "leaflet.back", "leaflet.back.text"),
    *("leaflet.title", "leaflet.now.title", "leaflet.now", "leaflet.talk.title", "leaflet.do.title"),
    *("leaflet.service.title", "leaflet.service", "leaflet.keep"),
    *("poster.title", "poster.line", "poster.service"),
    *(f"{key}{part}" for key in POSTER for part in ("", ".number", ".how")),
    *("script.title", "script.intro", *(key for section in SCRIPT for key in (section.title, section.text))),
    *("site.heading", "site.first", "site.dated", "site.closed", "site.kept"),
    *("site.topics", "site.services", "site.services.unknown"),
)
"""Every text of `leaflet.po`. Each language needs all of them."""

LONGEST = {"title": 60, "poster": 120, "text": 600}
"""How many characters fit, facts included: in a heading, in a line of the poster, elsewhere."""


def longest(key: str) -> int:
    if key.endswith("title") or key.startswith(("leaflet.cover", "site.heading")):
        return LONGEST["title"]
    return LONGEST["poster" if key.startswith("poster.") else "text"]


def in_service(names: Iterable[str], words: Mapping[str, str], withdrawn: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the names (such as `poster.talk`) whose number is not withdrawn. Without a number a line is no help."""
    return tuple(key for key in names if not any(map(withdrawn, CITED.findall(words.get(f"{key}.number", "")))))
