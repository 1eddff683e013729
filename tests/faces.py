"""Whole conversations, told as text, and the faces they are played through. A social worker can read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from bot import cards
from bot.cards import Button, Card
from bot.channels import terminal
from bot.content import Content
from bot.engine.dialogue import World
from bot.engine.effects import HideTraces, OpenForm, Show, Tell
from bot.engine.heard import Heard, Pressed, Sent, Started, Typed
from bot.engine.state import State
from bot.engine.step import step
from bot.runtime import RIGA, Runtime
from bot.texts import plain
from bot.usecases.person import converse, expiry
from bot.usecases.person.converse import Address, Arrival, Reply
from bot.usecases.person.expiry import ChatTraces
from bot.usecases.services.sayings import now_words

ROOT = Path(__file__).parent
TRANSCRIPTS = ROOT / "transcripts"
NOON = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
"""A Monday, 12:00 in Riga: offices are open."""
TODAY = NOON.astimezone(RIGA).date()


@dataclass
class Clock:
    """The time of a test, which stands still until it is moved."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: int) -> None:
        self.now += timedelta(**by)


@dataclass(frozen=True)
class Told:
    """One thing a person does, and what was shown for it."""

    does: str
    shows: str


@dataclass(frozen=True)
class Transcript:
    """A conversation: a sentence about it, and its turns."""

    path: Path
    about: str
    turns: tuple[Told, ...]

    @property
    def language(self) -> str:
        return self.path.name.split(".")[-2]

    @property
    def name(self) -> str:
        return self.path.name.removesuffix(".txt")

    def rewritten(self, shows: list[str]) -> str:
        turns = [f"> {turn.does}\n{seen}\n" for turn, seen in zip(self.turns, shows, strict=True)]
        return "\n".join([f"# {self.about}", "", *turns])


class Face(Protocol):
    """One way in which people reach us, as seen by a person."""

    async def do(self, does: str) -> str:
        """Do what the transcript says, and answer with what is seen: words, buttons, exits."""


def read(path: Path) -> Transcript:
    about, _, rest = path.read_text().partition("\n")
    turns = [turn.partition("\n") for turn in f"\n{rest.strip()}".split("\n> ")[1:]]
    return Transcript(path, about.removeprefix("# "), tuple(Told(does, shows.strip()) for does, _, shows in turns))


def transcripts() -> list[Transcript]:
    return [read(path) for path in sorted(TRANSCRIPTS.glob("*.txt"))]


def picture(card: Card | None, tell: str | None = None, form: str | None = None) -> str:
    """What a person sees, as every face must show it."""
    lines = [f"! {tell}"] if tell else []
    lines += [f"! ({form})"] if form else []
    if card:
        lines += card.text.splitlines()
        lines += [button_line(button) for button in card.buttons]
        lines.append(" ".join(button_line(button) for button in card.exits))
    return "\n".join(line.rstrip() for line in lines).strip()


def button_line(button: Button) -> str:
    return f"[✓ {button.label}]" if button.on else f"[{button.label}]"


class Memory:
    """The buttons a person has seen, by their labels, so that an old one can be pressed, too."""

    def __init__(self) -> None:
        self.seen: list[tuple[Button, ...]] = []

    def remember(self, card: Card | None) -> None:
        if card:
            self.seen.append((*card.buttons, *card.exits))

    def pressed(self, label: str, back: int = 1) -> Pressed:
        for button in self.seen[-back]:
            if button.label == label:
                return Pressed(button.screen, button.choice)
        raise LookupError(f"no button “{label}” among {[button.label for button in self.seen[-back]]}")

    def heard(self, does: str, language: str) -> Heard:
        verb, _, what = does.partition(" ")
        match verb:
            case "start":
                return Started(language)
            case "press":
                return self.pressed(what)
            case "stale":
                return self.pressed(what, back=2)
            case "type":
                return Typed(what)
            case "send":
                return Sent(what)
        raise LookupError(f"nobody can “{does}”")


class EngineFace:
    """The pure engine: the state is written down and read back between any two steps."""

    def __init__(
        self, content: Content, language: str, world: World, services: Mapping[tuple[str, str], Mapping[str, str]]
    ) -> None:
        """`services` are the words of the social services, by municipality and language."""
        self.content, self.language, self.world, self.services = content, language, world, services
        self.kept: str | None = None
        self.memory = Memory()

    async def do(self, does: str) -> str:
        if does.startswith("wait"):
            self.kept = None
            return ""
        state = State.from_json(self.kept) if self.kept else None
        heard = converse.understand(self.content, self.memory.heard(does, self.language), self.language)
        turn = step(self.content.dialogue, state, heard, self.world, self.language)
        self.kept = turn.state.to_json() if turn.state else None
        tell = form = card = None
        for effect in turn.effects:
            match effect:
                case Show():
                    assert turn.state
                    card = cards.make(self.content, turn.state, effect, TODAY, self._values(turn.state))
                case Tell(text):
                    assert turn.state
                    tell = plain(self.content.say(text, turn.state.language, TODAY, self._values(turn.state)))
                case OpenForm(opened):
                    form = opened
                case HideTraces():
                    pass  # silently
        self.memory.remember(card)
        return picture(card, tell, form)

    def _values(self, state: State) -> dict[str, str]:
        place = next(iter(state.answer("place")), "")
        known = self.content.dialogue.municipalities.get(place)
        return {
            "setting:operator": self.content.text("operator.demo", state.language),
            "setting:public_url": "http://127.0.0.1:8080/",
            **now_words(self.content, NOON, state.language),
            **({"place:name": known.said(state.language), **self.services[place, state.language]} if known else {}),
        }


async def chats_to_empty(runtime: Runtime) -> tuple[ChatTraces, ...]:
    """What the timetable does every few seconds, without emptying any chat."""
    return tuple([traces async for traces in expiry.expire(runtime)])


class ConverseFace:
    """What every channel stands on: the use case with a real database."""

    def __init__(self, runtime: Runtime, clock: Clock, language: str) -> None:
        self.runtime, self.clock, self.language = runtime, clock, language
        self.memory = Memory()

    async def do(self, does: str) -> str:
        if does.startswith("wait"):
            self.clock.move(minutes=int(does.split()[1]))
            return ""
        reply = await converse.hear(
            self.runtime, self.address, self.memory.heard(does, self.language), Arrival(language=self.language)
        )
        self.memory.remember(reply.card)
        return self.seen(reply)

    address = Address("terminal", "transcript")

    def seen(self, reply: Reply) -> str:
        return picture(reply.card, reply.tell, reply.form)


class TerminalFace:
    """The simulator: what is typed in a terminal, and the lines it writes."""

    def __init__(self, runtime: Runtime, clock: Clock, language: str) -> None:
        self.runtime, self.clock, self.language = runtime, clock, language
        self.cards: list[Card] = []

    async def do(self, does: str) -> str | None:
        """None for what nobody can do in a terminal, such as sending a picture."""
        verb, _, what = does.partition(" ")
        if verb == "wait":
            self.clock.move(minutes=int(what.split()[0]))
        if verb not in {"start", "press", "type", "stale"}:
            return None
        seen = self.cards[-2 if verb == "stale" else -1] if self.cards else None
        heard = Started(self.language) if verb == "start" else terminal.interpret(what, seen)
        address, arrival = Address("terminal", "simulator"), Arrival(language=self.language)
        reply = await converse.hear(self.runtime, address, heard, arrival)
        self.cards += [reply.card] if reply.card else []
        return "\n".join(terminal.lines(reply))
