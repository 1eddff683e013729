"""Bars of an edition, for its page and its paper: words and a number first, the bar beside them says no more."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.desk.page import say
from bot.desk.services import quarter_words


@dataclass(frozen=True, slots=True)
class Bar:
    """One row. The bar is filled up to `sure` and outlined up to `most`, both as parts of all, from 0 to 1."""

    label: str
    said: str
    sure: float = 0
    most: float = 0


def of_all(label: str, said: str, sure: int, most: int, total: int) -> Bar:
    """Return a bar from numbers among all; one that is blurred may be a little more than all."""
    return Bar(label, said, min(sure / total, 1), min(most / total, 1))


def sentence(language: str, total: str, new: int | str | None, *, blurred: bool = False) -> str:
    """Return what partners pass on: how many cases, and whether the families were known before, if that is told."""
    number = "about" if blurred else "number"
    said = quarter_words.FAMILIES.get(number if isinstance(new, int) else str(new), "")
    return f"{say(language, quarter_words.CASES).format(total=total)} {say(language, said).format(number=new)}".strip()


def on_paper(bar: Bar) -> Mapping[str, Any]:
    """Return a bar as `print/edition.typ` draws it."""
    return {"label": bar.label, "said": bar.said, "sure": bar.sure, "most": bar.most}
