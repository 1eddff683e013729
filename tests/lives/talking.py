"""Conversations of the machine of test_lives.py, with the plain account of what they must be.

The account is the pure engine itself, held in memory: the store and the clock may add nothing to it and lose nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from bot.cards import Card
from bot.content import Content
from bot.engine.dialogue import World as Around
from bot.engine.effects import HideTraces, OpenForm, Show, Turn
from bot.engine.heard import Heard, Pressed, Sent, Started, Typed, Unknown
from bot.engine.languages import LANGUAGES
from bot.engine.state import State
from bot.engine.step import step
from bot.usecases.person import converse, expiry
from bot.usecases.person.converse import Address, Arrival, Reply
from bot.usecases.person.expiry import ChatTraces
from bot.usecases.person.memory import LAST_MESSAGES
from bot.usecases.services import offers
from tests.faces import NOON
from tests.lives.machine import CANARIES, World

ANNA, VERA = 0, 1
ADDRESSES = (Address("telegram", "8813377001"), Address("web", "8813377002"))
WHO = st.sampled_from([ANNA, ANNA, VERA])
TYPED = (CANARIES[0], f"virs sit {CANARIES[0]}", "Balvi", "муж бьёт", "", "112", "{fact:x}")
SELDOM = ("press an exit", "press an old one", "start", "open", "type", "send", "danger", "human", "language.ru",
          "hide", "leave", "show", "empty")  # fmt: skip
DOES = st.sampled_from([*("press",) * 9, *("back", "wait") * 3, *SELDOM])


@dataclass(frozen=True)
class Account:
    """What must be known of one person's conversation: pure, so that two orders can be compared."""

    number: int
    state: State | None = None
    kept: bool = False
    """Whether there is a row: a conversation that is over has one until the jobs run."""
    idle: datetime = NOON
    ends: datetime = NOON
    updates: tuple[int, ...] = ()
    marks: tuple[tuple[int, datetime], ...] = ()
    messages: tuple[int, ...] = ()
    trace: tuple[tuple[int, ...], datetime] | None = None

    def lives(self, now: datetime) -> bool:
        return self.kept and now < min(self.idle, self.ends)

    def known(self, update: int) -> bool:
        return update in self.updates if self.kept else update in dict(self.marks)

    @property
    def chats(self) -> bool:
        return ADDRESSES[self.number].channel == "telegram"

    def after(self, content: Content, around: Around, heard: Heard, update: int, new: int, now: datetime) -> "After":
        """The account after something was heard for the first time. `new` is the message it came with."""
        living = self.lives(now)
        turn = step(content.dialogue, self.state if living else None, heard, around, "lv")
        before = self.messages if self.kept else self.trace[0] if self.trace else ()
        messages = tuple(sorted({*before, new}))[-LAST_MESSAGES:]
        updates = (*(self.updates if self.kept else ()), update)[-converse.LAST_UPDATES :]
        if turn.state is None:
            return After(replace(self._ended(now, messages), marks=self._marked(updates, now)), turn)
        ends = self.ends if living else now + converse.HARD_LIMIT
        idle = min(now + converse.IDLE, ends)
        there = replace(self, state=turn.state, kept=True, idle=idle, ends=ends, updates=updates, messages=messages)
        return After(there if self.kept else replace(there, trace=None), turn)

    def swept(self, now: datetime) -> "Account":
        """The account after the jobs have run."""
        gone = self._ended(now, self.messages) if self.kept and now >= self.idle else self
        trace = gone.trace if gone.trace and gone.trace[1] > now else None
        return replace(gone, trace=trace, marks=tuple(mark for mark in gone.marks if mark[1] > now))

    def _ended(self, now: datetime, messages: tuple[int, ...]) -> "Account":
        trace = (messages, now + converse.TRACES_FOR) if self.chats and messages else self.trace
        return Account(self.number, marks=self.marks, trace=trace)

    def _marked(self, updates: tuple[int, ...], now: datetime) -> tuple[tuple[int, datetime], ...]:
        new = dict.fromkeys(updates, now + converse.HEARD_FOR)
        return tuple((new | dict(self.marks)).items())


@dataclass(frozen=True)
class After:
    """An account, and the turn that led to it."""

    account: Account
    turn: Turn

    def is_told_by(self, reply: Reply) -> bool:
        """Whether a reply says what the turn does, and nothing of what was typed."""
        state, effects = self.turn.state, self.turn.effects
        shows = next((effect for effect in effects if isinstance(effect, Show)), None)
        form = next((effect.form for effect in effects if isinstance(effect, OpenForm)), None)
        card = reply.card
        return (
            not reply.repeated
            and reply.kept
            and (card is None) == (shows is None)
            and (card is None or (shows is not None and state is not None))
            and (card is None or not state or (card.screen, card.language) == (state.screen, state.language))
            and (card is None or not any(canary in card.text for canary in CANARIES))
            and reply.hide == (HideTraces() in effects)
            and reply.form == form
            and reply.answers == (state.answered if state else {})
        )


class Talking(World):
    """Two people, on Telegram and on the web, who do whatever they like in whatever order."""

    def __init__(self, template: Path, content: Content) -> None:
        super().__init__(template, content)
        self.accounts = [Account(ANNA), Account(VERA)]
        self.cards: dict[int, list[Card]] = {ANNA: [], VERA: []}
        self.heard: list[tuple[int, Heard, Arrival]] = []
        self._updates = 100

    # --- What they do -------------------------------------------------------------------------------------------------

    @rule(who=WHO, doings=st.lists(st.tuples(DOES, st.integers(0, 99)), min_size=1, max_size=8))
    def talks(self, who: int, doings: list[tuple[str, int]]) -> None:
        for doing, dice in doings:
            match doing:
                case "wait":
                    self.clock.move(minutes=dice % 29)
                case "leave":
                    self._leaves(who)
                case "show":
                    self._channel_shows(who, tuple(range(dice, dice + dice % 50)))
                case "empty":
                    self._channel_empties(who)
                case _:
                    self.hears(who, self.means(who, doing, dice))

    def means(self, who: int, doing: str, dice: int) -> Heard:
        there = self.cards[who][-1].screen if self.cards[who] else ""
        match doing:
            case "start":
                return Started((*LANGUAGES, "de", None)[dice % (len(LANGUAGES) + 2)])
            case "press":
                return self.a_button(who, dice)
            case "press an exit":
                return self.a_button(who, dice, exits=True)
            case "press an old one":
                return self.a_button(who, dice, old=True)
            case "open":
                topics = sorted(self.content.dialogue.topics)
                return Pressed("", f"topic.{topics[dice % len(topics)]}")
            case "type":
                return Typed(TYPED[dice % len(TYPED)])
            case "send":
                return (Sent("voice"), Unknown(), Pressed(there, "\0"), Pressed("²", "group.²"))[dice % 4]
        return Pressed(there, doing)

    @rule(who=WHO, one=st.integers(0, 40), other=st.integers(0, 40), hides=st.booleans())
    def presses_two_at_once(self, who: int, one: int, other: int, hides: bool) -> None:
        first = (self.a_button(who, one), self._arrival())
        second = (Pressed("", "hide") if hides else self.a_button(who, other), self._arrival())
        replies = self.together(*(self._hear(who, *doing) for doing in (first, second)))
        orders = []
        for doings, said in (((first, second), replies), ((second, first), [*reversed(replies)])):
            account, right = self.accounts[who], True
            for (heard, arrival), reply in zip(doings, said, strict=True):
                after = self._after(account, heard, arrival)
                account, right = after.account, right and isinstance(reply, Reply) and after.is_told_by(reply)
            if right and self._is_told_of(account):
                orders.append((account, doings, said[-1]))
        assert orders, f"neither order explains {replies}"
        self.accounts[who], doings, last = orders[0]
        self.heard += [(who, *doing) for doing in doings]
        self._sees(who, last)

    @precondition(lambda self: self.heard)
    @rule(back=st.integers(0, 9))
    def telegram_brings_an_update_again(self, back: int) -> None:
        who, heard, arrival = self.heard[-1 - back % len(self.heard)]
        assert arrival.update
        if self.accounts[who].known(arrival.update):
            assert self.now(self._hear(who, heard, arrival)).repeated

    @rule(who=WHO, which=st.integers(0, 40), after=st.integers(0, 14))
    def the_program_dies_during_a_press(self, who: int, which: int, after: int) -> None:
        """The update is brought again, and by then it was heard once, however far it had come."""
        heard, arrival, before = self.a_button(who, which), self._arrival(), self.accounts[who]
        done = self.dies_while(self._hear(who, heard, arrival), after)
        then = self._after(before, heard, arrival)
        reply = self.now(self._hear(who, heard, arrival))
        assert reply.repeated or (not done and then.is_told_by(reply))
        self.accounts[who] = then.account
        self.heard.append((who, heard, arrival))
        self._sees(who, reply)

    def _leaves(self, who: int) -> None:
        """She stops the bot, or the page is closed for good: nothing of her is left, not even what was in the chat."""
        alive = self.now(converse.forget(self.runtime, ADDRESSES[who]))
        assert alive == (self.accounts[who].messages if self.accounts[who].kept else ())
        self.accounts[who] = Account(who, marks=self.accounts[who].marks)

    def _channel_shows(self, who: int, messages: tuple[int, ...]) -> None:
        self.now(converse.remember_messages(self.runtime, ADDRESSES[who], messages))
        if self.accounts[who].kept:
            self.accounts[who] = replace(self.accounts[who], messages=messages[-LAST_MESSAGES:])

    def _channel_empties(self, who: int) -> None:
        self.now(expiry.forget_traces(self.runtime, converse.address_key(self.runtime, ADDRESSES[who])))
        self.accounts[who] = replace(self.accounts[who], trace=None)

    # --- What must be true --------------------------------------------------------------------------------------------

    def conversations_ended(self, left: tuple[ChatTraces, ...]) -> None:
        self.accounts = [account.swept(self.clock()) for account in self.accounts]
        told = {(trace.address, trace.messages) for trace in left}
        assert told == {(ADDRESSES[account.number], account.trace[0]) for account in self.accounts if account.trace}

    @invariant()
    def everyone_is_where_she_was_or_nowhere(self) -> None:
        for account in self.accounts:
            assert self._is_told_of(account), account

    @invariant()
    def no_more_is_kept_than_that(self) -> None:
        now = self.clock()
        kept = self.seen("SELECT (SELECT count(*) FROM conversations), (SELECT count(*) FROM traces)")
        assert kept == [
            (sum(account.kept for account in self.accounts), sum(bool(account.trace) for account in self.accounts))
        ]
        assert self.seen("SELECT count(*) FROM updates_heard") == [
            (sum(len(account.marks) for account in self.accounts),)
        ]
        assert all(account.ends - now <= converse.HARD_LIMIT for account in self.accounts if account.kept)

    # --- How ----------------------------------------------------------------------------------------------------------

    def hears(self, who: int, heard: Heard) -> None:
        arrival = self._arrival()
        after = self._after(self.accounts[who], heard, arrival)
        reply = self.now(self._hear(who, heard, arrival))
        assert after.is_told_by(reply), reply
        self.accounts[who] = after.account
        self.heard.append((who, heard, arrival))
        self._sees(who, reply)

    def a_button(self, who: int, which: int, old: bool = False, exits: bool = False) -> Pressed:
        """One of those she sees; sometimes of those she saw before."""
        cards = self.cards[who]
        if not cards:
            return Pressed(self.content.dialogue.first, "go")
        card = cards[which % len(cards)] if old else cards[-1]
        buttons = card.exits if exits or not card.buttons else card.buttons
        button = buttons[which % len(buttons)]
        return Pressed(button.screen, button.choice)

    async def _hear(self, who: int, heard: Heard, arrival: Arrival) -> Reply:
        return await converse.hear(self.runtime, ADDRESSES[who], heard, arrival)

    def _after(self, account: Account, heard: Heard, arrival: Arrival) -> After:
        around = self.now(offers.world(self.runtime, form=True))
        meant = converse.understand(self.content, heard, "lv")
        assert arrival.update
        assert arrival.message
        return account.after(self.content, around, meant, arrival.update, arrival.message, self.clock())

    def _arrival(self) -> Arrival:
        self._updates += 1
        return Arrival(update=self._updates, message=self._updates + 1000)

    def _is_told_of(self, account: Account) -> bool:
        """Whether who looks at a conversation now sees what the account says."""
        standing = self.now(converse.current(self.runtime, ADDRESSES[account.number]))
        if not account.lives(self.clock()) or not account.state:
            return standing is None
        if standing is None or standing.card is None:
            return False
        back = any(button.kind == "back" for button in standing.card.exits)
        told = (standing.card.screen, standing.card.language, standing.answers, standing.messages, back)
        state = account.state
        return told == (state.screen, state.language, state.answered, account.messages, bool(state.trail))

    def _sees(self, who: int, reply: object) -> None:
        if isinstance(reply, Reply) and reply.card:
            self.cards[who] = [*self.cards[who][-4:], reply.card]
