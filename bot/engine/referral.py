"""The referral as a form: its fields from `dialogs/referral.yaml`. Pure.

The worker's browser fills it in and seals it, so the server never reads a referral; it only knows which fields there
are. Everything that follows from answers (what is left out, how urgent it is) is in bot/desk/static/referral.js, which
gets this table with the page.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal, Self

from pydantic import BaseModel, model_validator

from bot.engine.reading import read_model

FILE = "dialogs/referral.yaml"
SIGNS = ("seen", "told", "no", "not_asked")
"""The answers to each sign of danger. Whoever seals knows whether it was seen, told, denied, or never asked."""
Group = Literal["report", "signs", "rest"]
ReferralBasis = Literal["agreed", "police_duty", "child_duty"]
BASES: tuple[ReferralBasis, ...] = ("agreed", "police_duty", "child_duty")


class ReferralField(BaseModel, frozen=True, extra="forbid"):
    """One question. A field of the group `signs` has the answers SIGNS; one with `longest` is typed."""

    group: Group
    purpose: str
    options: tuple[str, ...] = ()
    several: bool = False
    longest: int = 0
    required: bool = False
    today: bool = False
    """Seen or told, it makes the referral as urgent as can be."""
    soon: bool = False
    """Seen or told, it makes the referral urgent on the next working day."""

    @model_validator(mode="after")
    def is_sound(self) -> Self:
        if not self.purpose.strip():
            raise ValueError("a field needs a purpose")
        if (self.group == "signs") == bool(self.options or self.longest):
            raise ValueError("a sign has no options of its own, any other field has options or a limit")
        if (self.today or self.soon) and self.group != "signs":
            raise ValueError("only a sign makes a referral urgent")
        return self

    @property
    def answers(self) -> tuple[str, ...]:
        return SIGNS if self.group == "signs" else self.options


class ReferralForm(BaseModel, frozen=True, extra="forbid"):
    """Everything a referral can say, in order. `contact` names questions of the request form."""

    version: str
    contact: tuple[str, ...]
    fields: Mapping[str, ReferralField]

    @model_validator(mode="after")
    def knows_its_bases(self) -> Self:
        """The server acts on the basis, so its options are not for a file to change."""
        if "basis" not in self.fields or self.fields["basis"].options != BASES:
            raise ValueError(f"the options of basis are {', '.join(BASES)}")
        return self


@lru_cache(maxsize=2)
def read_referral(text: str) -> ReferralForm:
    """Read the form from the text of `referral.yaml`. Raise BrokenContent."""
    return read_model(ReferralForm, FILE, text)
