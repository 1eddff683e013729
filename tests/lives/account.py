"""The plain account of one request of the machine of test_lives.py: what must be true of it, and who must be told."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from bot.runtime import RIGA
from bot.usecases.acting import SignedIn
from bot.usecases.casework.states import MOST_ATTEMPTS
from bot.usecases.services.notices import NOTICE, NOTICE_DEPUTY, NOTICE_HEAD, NOTICE_READER
from bot.usecases.services.reading_hours import public_holidays
from storage.contact_requests import Status
from tests.faces import NOON
from tests.lives.machine import HEAD

DAY = timedelta(days=1)
OPEN = ("new", "taken", "awaited", "contacted", "met")
BEGUN = ("awaited", "contacted", "met")
CONTACT = ("reached_verified", "came")
Whom = tuple[str, str]
"""A service, and in which role it is told."""
SET_UP: dict[str, tuple[Whom, ...]] = {
    "balvi": (("balvi", NOTICE_DEPUTY), ("balvi", NOTICE_HEAD), ("riga", NOTICE)),
    "riga": (("riga", NOTICE_DEPUTY),),
}


@dataclass(frozen=True)
class Try:
    """How a call went, or that she came; and the newest addition then."""

    at: datetime
    outcome: str
    addition: int


@dataclass(frozen=True)
class Added:
    """New times: whether the agreed word was right only the worker's browser finds out, and here the test knows it."""

    id: int
    right: bool
    until: date
    hour: datetime


@dataclass(frozen=True)
class Noted:
    """How it stood before an outcome was noted, and by whom and when it was."""

    by: str
    at: datetime
    status: Status
    due: datetime | None
    holder: str | None
    word_of: tuple[str, datetime] | None


@dataclass
class Letter:
    """What must be true of one request. The columns that only the program can count out are read where they change."""

    once: str
    code: str
    service: str
    purposes: tuple[str, ...]
    promised: str
    """By when it is read, in the words the person was told when she sent it."""
    sent_at: datetime
    reference: str = ""
    piece: bytes = b""
    status: Status = "new"
    erased: bool = False
    holder: str | None = None
    due: datetime | None = None
    since: datetime = NOON
    """When this deadline began: whoever was told before has not been told of it."""
    read_by: datetime = NOON
    in_time: bool | None = None
    readers: set[str] = field(default_factory=set)
    shown: set[str] = field(default_factory=set)
    """Who has seen the number, and not yet said how the call went."""
    screens: set[str] = field(default_factory=set)
    """On whose screen it may be: until she notes how the call went."""
    told: set[tuple[str, str]] = field(default_factory=set)
    """Who was told that the number was shown to whom, who has it still."""
    noted: Noted | None = None
    closer: str = ""
    closed_as: str = ""
    flagged: bool = False
    """A worker said that somebody here knows the person, and not she herself."""
    tries: list[Try] = field(default_factory=list)
    word_of: tuple[str, datetime] | None = None
    """Who promised first to care for it and until when, if nothing has come of that since and no colleague had it."""
    progress: bool = False
    """Whether something came of it since it was taken or its number shown."""
    most: int = MOST_ATTEMPTS
    taken_back: bool = False
    """Her consent: also where the letter had gone before, because it is her word."""
    unsafe: bool = False
    unsafe_after: int = 0
    word: int = 0
    """The newest addition in which a browser found the word right."""
    call_until: date | None = None
    head_only: bool = False
    added: list[bytes] = field(default_factory=list)
    times: list[Added] = field(default_factory=list)
    named_at: datetime = NOON
    purge_at: datetime = NOON
    extended: bool = False
    events: list[str] = field(default_factory=lambda: ["request_sent"])
    own_consents: int = 1
    basis: str = "own"
    """Why the service may have it; anything but “own” was reported by another institution."""
    papers: dict[str, int] = field(default_factory=dict)
    """The conversation and the plan: how often each was saved."""
    written: dict[str, bytes] = field(default_factory=dict)
    next_due: date | None = None
    counted: bool = False
    sent: dict[Whom, datetime] = field(default_factory=dict)
    """When a mail about it last went to whom."""
    all_told: tuple[datetime, datetime] | None = None
    """When the last of all steps was told, as the jobs ran last, and of which deadline."""

    @property
    def pieces(self) -> list[bytes]:
        """Of everything sealed that goes with it."""
        return [self.piece, *self.added, *self.written.values()]

    # --- Who may ------------------------------------------------------------------------------------------------------

    def is_seen_by(self, worker: SignedIn) -> bool:
        """What one reader alone may see is the head's; the other service has none, so there it is nobody's."""
        return worker.service_id == self.service and (not self.head_only or worker.id == HEAD.id)

    def is_held_by(self, worker: SignedIn) -> bool:
        return self.is_seen_by(worker) and (self.holder == worker.id or worker.role == "head")

    def is_read_by(self, worker: SignedIn) -> bool:
        free = self.holder in (None, worker.id) or worker.role == "head"
        return self.is_seen_by(worker) and not self.erased and free

    @property
    def open(self) -> bool:
        return not self.erased and self.status in OPEN

    def is_late(self, now: datetime) -> bool:
        return self.due is not None and self.due <= now

    # --- Calls --------------------------------------------------------------------------------------------------------

    def counting(self) -> list[Try]:
        """The calls that count: a talk proves that she has her phone, new times with the word begin anew."""
        contacts = [number for number, call in enumerate(self.tries) if call.outcome in CONTACT]
        spoken = max(contacts, default=-1)
        return [
            call
            for number, call in enumerate(self.tries)
            if call.outcome == "wrong_number"
            or (call.outcome not in CONTACT and number > spoken and call.addition >= self.word)
        ]

    def is_forbidden(self, now: datetime) -> bool:
        """To everybody: her number is not safe, somebody else has her phone, or her permission has ended."""
        other = any(call.outcome in ("other_person", "wrong_number") for call in self.counting())
        past = self.call_until is not None and now.astimezone(RIGA).date() > self.call_until
        return self.unsafe or other or past or now >= self.named_at + 31 * DAY

    def is_over(self) -> bool:
        """No call follows any more from what was agreed."""
        outcomes = {call.outcome for call in self.counting()}
        return bool(outcomes & {"other_person", "wrong_number"}) or len(self.counting()) >= self.most

    def may_be_called(self, worker: SignedIn, now: datetime, most: int = MOST_ATTEMPTS) -> bool:
        """Beyond the limit only by who leads."""
        if self.is_forbidden(now):
            return False
        counting = self.counting()
        many = len(counting) >= max(1, min(most, self.most))
        wrong = any(call.outcome == "wrong_number" for call in counting)
        just_now = bool(counting) and now < counting[-1].at + timedelta(hours=1)
        return worker.role == "head" or not (many or wrong or just_now)

    # --- What becomes of it -------------------------------------------------------------------------------------------

    def enters(self, status: Status, now: datetime, due: datetime | None) -> None:
        self.status, self.since, self.due = status, now, due
        self.holder = None if status == "new" else self.holder

    def is_hidden_from(self, worker: SignedIn) -> None:
        """She has noted how her call went, so her screen shows it no longer; who shows it next is told anew."""
        self.shown.discard(worker.id)
        self.screens.discard(worker.id)
        self.told -= {pair for pair in self.told if pair[1] == worker.id}

    def something_came_of_it(self) -> None:
        self.word_of, self.progress = None, True

    def is_confirmed(self, added: Added) -> None:
        """The word was right: its times hold, but for what was narrowed since."""
        self.something_came_of_it()
        self.word, self.named_at = added.id, added.hour
        if self.call_until:
            self.call_until = min(later.until for later in self.times if later.id >= added.id)
        if added.id > self.unsafe_after:
            self.unsafe, self.unsafe_after = False, 0

    def is_erased(self, status: Status) -> None:
        self.status, self.erased, self.due = status, True, None
        self.tries, self.most, self.unsafe = [], MOST_ATTEMPTS, False

    # --- Who must be told ---------------------------------------------------------------------------------------------

    def steps(self) -> tuple[Whom, ...]:
        """One after the other while nobody has taken it; of what was begun the head is told."""
        reader = (self.service, NOTICE_READER)
        if self.status == "new":
            elsewhere = tuple(whom for whom in SET_UP[self.service] if whom[0] != self.service)
            return (elsewhere if self.head_only else SET_UP[self.service]) or self.everyone()
        return (reader if self.head_only else (self.service, NOTICE_HEAD),)

    def everyone(self) -> tuple[Whom, ...]:
        own = tuple(whom for whom in SET_UP[self.service] if whom[0] == self.service)
        own = ((self.service, NOTICE_READER),) if self.head_only else ((self.service, NOTICE), *own)
        elsewhere = tuple(whom for whom in SET_UP[self.service] if whom[0] != self.service)
        return (*own, *elsewhere) if self.status == "new" else own

    def nobody_waits_in_silence(self, now: datetime, pending: dict[Whom, datetime]) -> None:
        """As the jobs have just run: the next one was told or is about to be; after all of them, all on each day."""
        assert self.status != "taken" or not self.is_late(now), "a broken promise was left"
        if not self.open or self.due is None or not self.is_late(now):
            self.all_told = None
            return
        told = {whom: max(at for at in (self.sent.get(whom), pending.get(whom)) if at) for whom in self.sent | pending}
        of_this = {whom for whom, at in told.items() if at >= self.since}
        must = self.steps() if full_days(self.due, now) else self.steps()[:1]
        assert of_this >= {*must}, f"{self.status}, and nobody told {must}"
        today = begin_of_reading(now)
        before = self.all_told and self.all_told[1] == self.since and self.all_told[0]
        if before and before < today:
            assert all(told.get(whom, NOON) >= today for whom in self.everyone()), (
                f"{self.status} since {self.since}: {told} before {today}"
            )
        everybody = of_this >= {*self.steps()}
        self.all_told = (max(told[whom] for whom in self.steps()), self.since) if everybody else None


def reading_days(since: datetime, now: datetime) -> Iterable[datetime]:
    """When reading begins on each day from one moment to another."""
    day = since.astimezone(RIGA).date()
    while day <= now.astimezone(RIGA).date():
        if day.weekday() < 5 and day not in public_holidays():
            yield datetime.combine(day, time(8, 30), RIGA)
        day += DAY


def full_days(since: datetime, now: datetime) -> int:
    return sum(since <= day and day + timedelta(hours=8.5) <= now for day in reading_days(since, now))


def begin_of_reading(now: datetime) -> datetime:
    """Of the latest day on which the services read."""
    return max(day for day in reading_days(now - 14 * DAY, now) if day <= now)
