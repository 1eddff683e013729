"""What stands on which printed page, in reading order: keys of texts, and screens that are printed as they are."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from bot.engine.withheld import CITED

Kind = Literal["leaflet", "poster", "phone-script"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it: a text of its own, or a screen of the dialogue (left out where missing)."""

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
"""What anybody sees who sees the folded leaflet, a file's name or a browser's tab: neutral, like the chat's title."""

POSTER = ("poster.danger", "poster.talk", "poster.children")
"""Each with `.number` and `.how`."""

SCRIPT = tuple(
    Section(f"script.{step}.title", f"script.{step}")
    for step in ("safe", "danger", "hurt", "listen", "never", "children", "police", "court", "help", "contact", "end")
)
"""A call in the order in which it is led."""

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
"""Every text of `leaflet.po`: all of them are needed in every language."""

LONGEST = {"title": 60, "poster": 120, "text": 600}
"""How many characters fit, with their facts: a heading, a line of the poster, anything else."""


def longest(key: str) -> int:
    if key.endswith("title") or key.startswith(("leaflet.cover", "site.heading")):
        return LONGEST["title"]
    return LONGEST["poster" if key.startswith("poster.") else "text"]


def ringing(names: Iterable[str], words: Mapping[str, str], withdrawn: Callable[[str], bool]) -> tuple[str, ...]:
    """Those of these (`poster.talk`) whose number was not withdrawn: a name without one sends nobody anywhere."""
    return tuple(key for key in names if not any(map(withdrawn, CITED.findall(words.get(f"{key}.number", "")))))
