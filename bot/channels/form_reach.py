"""What the form says about reaching a person: the first possible moment, what would help if there is none, and who
answers now. None of it is a promise.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.channels.form_frame import missing, say
from bot.channels.form_view import PREFIX
from bot.content import filled_words
from bot.engine.priority import priority
from bot.engine.request import ABOUT, HARMED, Pair, Values, inputs
from bot.runtime import RIGA, Runtime
from bot.texts import Words
from bot.usecases.person.additions import TIMES
from bot.usecases.services import first_call
from bot.usecases.services.first_call import FirstCall, Mend
from bot.usecases.services.offers import Offer
from bot.usecases.services.reading_hours import Calendar
from bot.usecases.services.sayings import said_hours, said_moment

WAYS = {"phone": "i_will_call_you", "address": "i_will_come"}
"""How she can make contact herself, by what must be known of the service for it."""
NEVER = "none"
FIRST_YEAR, LAST_YEAR = 2020, 2999


@dataclass(frozen=True, slots=True)
class Help:
    """A press that lets the service reach her. `answers` are the inputs for her times after it."""

    id: str
    label: str
    how: str
    answers: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class ReviewText:
    """What the review says about it. `knowing` names the times of which she is told that nobody can reach her."""

    first: Words = ()
    none: Words = ()
    helps: tuple[Help, ...] = ()
    knowing: str = ""
    own: Words = ()
    today: Words = ()


@dataclass(frozen=True, slots=True)
class ReceiptState:
    """What the receipt says and cannot be looked up by its code. The page carries it, to say it in another language.

    `first` is the first possible moment, NEVER, or empty if she calls or comes herself. `closed`: she needs help today
    and the service was closed. `harmed`: it is about what is done to her, so that the risk questions can be offered.
    """

    mode: str
    first: str = ""
    closed: bool = False
    harmed: bool = True

    @property
    def fields(self) -> tuple[Pair, ...]:
        yes = {name: "yes" if said else "" for name, said in (("closed", self.closed), ("harmed", self.harmed))}
        return (("mode", self.mode), ("first", self.first), *yes.items())


def receipt_state(to: Offer, values: Values, reach: FirstCall, now: datetime) -> ReceiptState:
    """What the receipt of a request just sent says."""
    first = reach.first.isoformat(timespec="minutes") if reach.first else ""
    return ReceiptState(
        mode=str(values["contact_mode"]),
        first=NEVER if reach.unanswerable else first,
        closed=is_closed_today(to, values, now),
        harmed=values.get(ABOUT, HARMED) == HARMED,
    )


def read_receipt_state(fields: Mapping[str, str]) -> ReceiptState:
    """Read back what the receipt carries. An invalid moment counts as none."""
    first = fields.get("first", "")
    known = first == NEVER or _moment(first)
    return ReceiptState(
        fields.get("mode", ""), first if known else "", bool(fields.get("closed")), bool(fields.get("harmed", "yes"))
    )


def review_text(runtime: Runtime, to: Offer, values: Values, language: str) -> ReviewText:
    """What the review says before anything is sent."""
    now, content = runtime.now(), runtime.content
    reach = first_call.find_first_call(values, to.calendar, now)
    ways = [way for known, way in WAYS.items() if known not in missing(content, to.words, language)]
    nobody = reach.unanswerable
    step = {"i_will_call_you": "receipt.call_them", "i_will_come": "receipt.come"}.get(str(values.get("contact_mode")))
    return ReviewText(
        first=first_text(runtime, reach.first, language) if reach.first else (),
        none=say(runtime, "reach.none", language) if nobody else (),
        helps=helps(runtime, values, to.calendar, language, ways) if nobody and to.calendar else (),
        knowing=first_call.times_of(values) if nobody else "",
        own=say(runtime, step, language, to.words) if step else (),
        today=say(runtime, "today.closed", language, to.words) if is_closed_today(to, values, now) else (),
    )


def is_closed_today(to: Offer, values: Values, now: datetime) -> bool:
    """Whether she needs somebody today and the service is closed now."""
    return priority(values) == "today" and to.calendar is not None and to.calendar.open_until(now) is None


def first_text(runtime: Runtime, at: datetime, language: str, key: str = "reach.first") -> Words:
    moment = {"moment": said_moment(runtime.content, at, language)}
    return filled_words(f"request.{key}", say(runtime, key, language), moment)


def helps(
    runtime: Runtime, values: Values, calendar: Calendar, language: str, ways: Collection[str] = ()
) -> tuple[Help, ...]:
    """Only the changes that really help, each with the first moment it would give."""
    form = runtime.content.request
    found = first_call.mends(form, values, calendar, runtime.now(), ways)
    days = {"days": str(form.fields["valid_until"].longest)}
    return tuple(
        Help(
            id=mend.id,
            label=runtime.content.filled(f"request.reach.{mend.id}", language, days),
            how=_how(runtime, mend, language),
            answers=tuple((PREFIX + name, text) for name, text in inputs(form, _times(mend.values))),
        )
        for mend in found
    )


def apply_help(runtime: Runtime, to: Offer, values: Values, wanted: str) -> Values:
    """The values after a press on one of these changes. Unchanged if it no longer helps."""
    if to.calendar is None:
        return values
    found = first_call.mends(runtime.content.request, values, to.calendar, runtime.now(), WAYS.values())
    return next((mend.values for mend in found if mend.id == wanted), values)


def next_steps(runtime: Runtime, sent: ReceiptState, words: Mapping[str, str], language: str) -> Sequence[Words]:
    """The steps on the receipt: when she can be reached, or where she calls or comes and what to say there."""

    def step(key: str) -> Words:
        return say(runtime, f"receipt.{key}", language, words)

    match sent.mode:
        case "call" | "sms":
            if sent.first == NEVER:
                return [step("none")]
            moment = _moment(sent.first)
            first = [first_text(runtime, moment, language)] if moment else []
            word = [step("windows.word")] if sent.mode == "call" else []
            return [step("windows"), *first, *word]
        case "i_will_come":
            return [step("come"), step("come.say")]
        case _:
            return [step("call_them"), step("call_them.say")]


def _how(runtime: Runtime, mend: Mend, language: str) -> str:
    content = runtime.content
    if mend.first is None:
        return content.text("request.reach.then.own", language)
    said = {"moment": said_moment(content, mend.first, language)}
    if mend.id == "longer":
        return content.filled("request.reach.then", language, said)
    hours = first_call.as_hours(first_call.windows_of(mend.values))
    wider = {**said, "times": said_hours(content, hours, language)}
    return content.filled("request.reach.then.wider", language, wider)


def _times(values: Values) -> Values:
    return {name: value for name, value in values.items() if name in TIMES}


def _moment(text: str) -> datetime | None:
    """Parse a moment that our page wrote. Anybody can post another, so anything implausible is None."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.replace(tzinfo=at.tzinfo or RIGA) if FIRST_YEAR <= at.year <= LAST_YEAR else None
