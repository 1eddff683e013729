"""Requests of the machine of test_lives.py, with the plain account of what they must be: one `Letter` for each."""

from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from bot.content import Content
from bot.engine.priority import PRIORITIES
from bot.engine.request import Filled, Values, Window, read
from bot.engine.risk import read_screen
from bot.runtime import RIGA
from bot.usecases import additions, contact, receipts
from bot.usecases.contact import Receipt
from bot.usecases.refused import ConsentMissing, NotAllowed, Refused
from bot.usecases.states import MOST_ATTEMPTS, Outcome
from bot.usecases.workers import SignedIn
from storage.contact_requests import Status
from tests.desk.people import ASKED
from tests.faces import NOON
from tests.usecases.lives import HEAD, PLACES, WORKERS, World

BOTH = ("send_request", "contact_me_as_described")
MOST_LETTERS = 3
DAY = timedelta(days=1)
OPEN = ("new", "taken", "contacted", "met")
WHY = "viņa atrodas slimnīcā vēl mēnesi"
MORNING: Values = {"windows": (Window("mon", "08:00", "09:30"),), "valid_until": "2026-12-01"}
BY_CODE = st.sampled_from([*("look", "again", "guess", "unsafe", "times", "fear", "others") * 4, "withdraw"])
WHICH = st.integers(0, MOST_LETTERS - 1)
WORKER = st.sampled_from(["hers", "hers", "hers", "hers", *(one.id for one in WORKERS)])
"""Mostly whose request it is, so that something happens."""
AREA = st.sampled_from(["balvu-novads", "balvu-novads", *PLACES.values()])


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
    held_until: datetime | None = None
    missed: list[tuple[datetime, Outcome]] = field(default_factory=list)
    attempts: int = 0
    most: int = MOST_ATTEMPTS
    unsafe: bool = False
    opened: int = 0
    head_only: bool = False
    added: list[bytes] = field(default_factory=list)
    named_at: datetime = NOON
    purge_at: datetime = NOON
    extended: bool = False
    events: list[str] = field(default_factory=lambda: ["request_sent"])
    own_consents: int = 1

    def is_seen_by(self, worker: SignedIn) -> bool:
        head_only = self.head_only and self.service == HEAD.service_id  # the other service has no head
        return worker.service_id == self.service and (not head_only or worker.role == "head")

    def is_held_by(self, worker: SignedIn) -> bool:
        return self.is_seen_by(worker) and (self.holder == worker.id or worker.role == "head")

    def is_read_by(self, worker: SignedIn) -> bool:
        free = self.holder in (None, worker.id) or worker.role == "head"
        return self.is_seen_by(worker) and not self.erased and free

    @property
    def open(self) -> bool:
        return not self.erased and self.status in OPEN

    def may_be_called(self, worker: SignedIn, now: datetime, most: int = MOST_ATTEMPTS) -> bool:
        """Never an unsafe number, never after the permission; beyond the limit only by the head."""
        if self.unsafe or now >= self.named_at + 31 * DAY:
            return False
        many = len(self.missed) >= max(1, min(most, self.most))
        wrong = any(how == "wrong_number" for _, how in self.missed)
        just_now = bool(self.missed) and now < self.missed[-1][0] + timedelta(hours=1)
        return worker.role == "head" or not (many or wrong or just_now)

    def is_free(self) -> None:
        self.status, self.holder, self.held_until = "new", None, None

    def is_erased(self, status: Status) -> None:
        self.status, self.erased, self.held_until = status, True, None
        self.missed, self.attempts, self.most, self.unsafe, self.head_only = [], 0, MOST_ATTEMPTS, False, False


class Asking(World):
    """Whoever holds a code does anything with it, and so does everyone at two services."""

    def __init__(self, template: Path, content: Content) -> None:
        super().__init__(template, content)
        self.letters: list[Letter] = []
        self._forms = 0

    def letter(self, which: int) -> Letter:
        return self.letters[which % len(self.letters)]

    def worker(self, letter: Letter, who: str) -> SignedIn:
        names = {one.id: one for one in WORKERS}
        return (
            names[letter.holder or {"balvi": "ilze", "riga": "janis"}[letter.service]] if who == "hers" else names[who]
        )

    # --- Sending ------------------------------------------------------------------------------------------------------

    @initialize(area=AREA, without=st.sampled_from(BOTH), unready=st.booleans())
    def somebody_has_written(self, area: str, without: str, unready: bool) -> None:
        self.sends(area, "call", {*BOTH} - {without}, None, unready)
        self.sends(area, "call", {*BOTH}, None, False)

    @precondition(lambda self: len(self.letters) < MOST_LETTERS)
    @rule(
        area=AREA,
        ways=st.sampled_from(["call", "call", "i_will_come"]),
        consents=st.sets(st.sampled_from(BOTH)) | st.just(set(BOTH)),
        dies_after=st.none() | st.none() | st.integers(0, 40),
        twice=st.booleans(),
    )
    def sends(self, area: str, ways: str, consents: set[str], dies_after: int | None, twice: bool) -> None:
        once, filled = self._form(), self._filled(area=area, contact_mode=ways)
        asked = {one.id for one in self.content.request.consents_for(filled.values)}
        first = self._send(filled, consents, once)
        if not consents >= asked:
            with_nothing = self._rows()
            assert isinstance(self._tried(first), ConsentMissing)
            self._sends_what_nobody_agreed_to(twice)
            assert self._rows() == with_nothing
            return
        if dies_after is not None:
            done = self.dies_while(first, dies_after)
            kept = self.now(contact.look(self.runtime, receipts.code_of(self.runtime, once), "lv"))
            assert kept or not done
        again = [self._send(filled, consents, once) for _ in range((dies_after is not None) + twice)]
        told = self.together(*([] if dies_after is not None else [first]), *again)
        (code,) = {one.code for one in told if isinstance(one, Receipt)}
        assert all(isinstance(one, Receipt) for one in told)
        self._remember(once, code, area, asked & consents)

    def _sends_what_nobody_agreed_to(self, ready: bool) -> None:
        filled = self._filled() if ready else self._filled(urgency_self="", contact_mode="")
        refused = self._tried(self._send(filled, set(BOTH), self._form(), "another wording"))
        assert isinstance(refused, ConsentMissing if ready else NotAllowed)

    # --- With the code ------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.letters)
    @rule(which=WHICH, doings=st.lists(st.tuples(BY_CODE, st.integers(0, 99)), min_size=1, max_size=4))
    def the_code_is_used(self, which: int, doings: list[tuple[str, int]]) -> None:
        """By her who has it; `guess` is somebody who nearly has it."""
        letter = self.letter(which)
        for doing, dice in doings:
            match doing:
                case "again":
                    self._sends_again(letter)
                case "look":
                    self._looks(letter, "ru" if dice % 2 else "lv")
                case "guess":
                    self._guesses(letter, dice)
                case "unsafe":
                    self._says_that_the_number_is_not_safe(letter, dice)
                case "withdraw":
                    self._withdraws(letter, dice)
                case _:
                    self._adds(letter, doing)

    def _sends_again(self, letter: Letter) -> None:
        again = self.now(self._send(self._filled(area=PLACES[letter.service]), set(BOTH), letter.once))
        assert (again.code, again.already) == (letter.code, True)
        assert again.words["service:read_by"] == letter.promised

    def _looks(self, letter: Letter, language: str) -> None:
        standing = self.now(contact.look(self.runtime, receipts.grouped(letter.code), language))
        assert standing
        unread = letter.status in ("new", "taken") and not letter.opened
        late = unread and self.clock() >= self._moment(letter, "read_by")
        opened = "opened" if letter.opened else "new"
        assert standing.key == ("late" if late else opened if letter.status == "new" else letter.status)
        assert (standing.opened, standing.blocked) == (letter.opened, letter.unsafe)
        assert standing.can_be_changed == letter.open
        assert standing.can_be_withdrawn == (letter.status not in ("withdrawn", "expired"))
        assert language != "lv" or standing.words["service:read_by"] == letter.promised, "a promise was moved"

    def _guesses(self, letter: Letter, dice: int) -> None:
        digit, other = dice % 16, 1 + dice % 9
        code = letter.code
        wrong = code[:digit] + str((int(code[digit]) + other) % 10) + code[digit + 1 :]
        assert self.now(contact.look(self.runtime, wrong, "lv")) is None
        assert not self.now(contact.withdraw(self.runtime, wrong))
        assert not self.now(additions.block_calls(self.runtime, wrong))
        assert not self.now(additions.change_times(self.runtime, wrong, MORNING, "lv", knowing=True))

    def _withdraws(self, letter: Letter, dice: int) -> None:
        if dice < 25 and self.dies_while(contact.withdraw(self.runtime, letter.code), dice):
            assert self.seen("SELECT sealed FROM contact_requests WHERE id = ?", letter.reference) == [(None,)]
        assert self.now(contact.withdraw(self.runtime, letter.code))
        if not letter.erased:
            letter.is_erased("withdrawn")
            letter.events.append("request_withdrawn")
            self.erased += [letter.piece, *letter.added]
        self.nothing_is_written_in_the_clear_or_left_over()

    def _says_that_the_number_is_not_safe(self, letter: Letter, dice: int) -> None:
        if dice < 25:
            self.dies_while(additions.block_calls(self.runtime, letter.code), dice)
        assert self.now(additions.block_calls(self.runtime, letter.code)) == letter.open
        if letter.open and not letter.unsafe:
            letter.unsafe = True
            letter.events.append("calls_blocked")

    def _adds(self, letter: Letter, what: str) -> None:
        before = self._column(letter, "priority")
        if what == "times":
            doing: Awaitable[object] = additions.change_times(self.runtime, letter.code, MORNING, "lv", knowing=True)
        else:
            screen = read_screen({what: "yes"})
            doing = additions.answer_questions(self.runtime, letter.code, screen, "lv", "web")
        full = letter.open and len(letter.added) >= additions.MOST
        done = self._tried(doing)
        assert isinstance(done, additions.TooMany) if full else bool(done) == letter.open
        if full or not letter.open:
            return
        letter.events.append("request_added_to")
        letter.own_consents += what != "times"
        letter.named_at = self._hour()
        newest = self.seen("SELECT sealed FROM additions WHERE request_id = ? ORDER BY id DESC", letter.reference)
        letter.added.append(newest[0][0][600:1000])
        assert PRIORITIES.index(self._column(letter, "priority")) >= PRIORITIES.index(before)

    # --- How ----------------------------------------------------------------------------------------------------------

    def requests_swept(self, gone: int) -> None:
        now = self.clock()
        for letter in self.letters:
            if not letter.erased and letter.purge_at <= now:
                letter.is_erased("expired" if letter.status in OPEN else letter.status)
                letter.events.append("request_erased")
                self.erased += [letter.piece, *letter.added]
                gone -= 1
            if letter.status == "taken" and letter.held_until and letter.held_until <= now:
                letter.is_free()
        assert gone == 0

    def _form(self) -> str:
        self._forms += 1
        return f"{self._forms:032x}"

    def _filled(self, **over: str) -> Filled:
        today = self.clock().astimezone(RIGA).date()
        return read(self.content.request, [*{**ASKED, **over}.items()], today, self.content.dialogue.municipalities)

    async def _send(self, filled: Filled, consents: set[str], once: str, agreed: str | None = None) -> Receipt:
        return await contact.send(self.runtime, filled, consents, once, "lv", "web", agreed, knowing=True)

    def _tried(self, doing: Awaitable[object]) -> object:
        """What came of it, or how it was refused."""
        try:
            return self.now(doing)
        except Refused as refused:
            return refused

    def _remember(self, once: str, code: str, area: str, purposes: set[str]) -> None:
        """Take into the account what was just sent: it is the one that was not known yet."""
        known = {one.reference for one in self.letters}
        (row,) = [one for one in self.seen("SELECT id, sealed FROM contact_requests") if one[0] not in known]
        standing = self.now(contact.look(self.runtime, code, "lv"))
        assert standing
        service = next(one for one, place in PLACES.items() if place == area)
        letter = Letter(once, code, service, tuple(purposes), standing.words["service:read_by"], self._hour(), row[0])
        letter.piece, letter.named_at = row[1][600:1000], self._hour()
        letter.purge_at = self._moment(letter, "purge_at")
        assert letter.purge_at <= self.clock() + self.content.request.erased_after_days * DAY
        self.letters.append(letter)

    def _hour(self) -> datetime:
        return self.clock().replace(minute=0, second=0, microsecond=0)

    def _column(self, letter: Letter, name: str) -> str:
        ((value,),) = self.seen(f"SELECT {name} FROM contact_requests WHERE id = ?", letter.reference)  # noqa: S608
        return str(value)

    def _moment(self, letter: Letter, name: str) -> datetime:
        return datetime.fromisoformat(f"{self._column(letter, name)}+00:00")

    def _rows(self) -> list[tuple[int, ...]]:
        return self.seen(
            "SELECT (SELECT count(*) FROM contact_requests), (SELECT count(*) FROM consents), (SELECT count(*) FROM"
            " outbox), (SELECT count(*) FROM additions), (SELECT count(*) FROM audit)"
        )

    # --- What must be true --------------------------------------------------------------------------------------------

    @invariant()
    def each_request_is_as_it_must_be(self) -> None:
        rows = self.seen(
            "SELECT id, service_id, status, worker_id, opened_count, call_blocked, json_array_length(attempts),"
            " head_only, sealed IS NULL FROM contact_requests ORDER BY id"
        )
        assert rows == sorted(
            (one.reference, one.service, one.status, one.holder, one.opened, one.unsafe, one.attempts, one.head_only,
             one.erased) for one in self.letters
        )  # fmt: skip
        for one in self.letters:
            assert self._moment(one, "purge_at") == one.purge_at <= one.sent_at + (90 if one.extended else 30) * DAY
            beside = self.seen("SELECT count(*) FROM additions WHERE request_id = ?", one.reference)
            assert beside == [(0 if one.erased else len(one.added),)]
            told = self.seen("SELECT event FROM audit WHERE subject = ? ORDER BY id", one.reference)
            assert [event for (event,) in told if event != "request_escalated"] == one.events

    @invariant()
    def there_is_no_request_without_consent(self) -> None:
        for one in self.letters:
            consents = self.seen(
                "SELECT recipient, purposes, withdrawn_at IS NULL FROM consents WHERE request_id = ?", one.reference
            )
            assert len(consents) == one.own_consents
            assert {recipient for recipient, _, _ in consents} == {one.service}
            assert any(all(f'"{name}"' in purposes for name in one.purposes) for _, purposes, _ in consents)
            assert {bool(stands) for _, _, stands in consents} == {"request_withdrawn" not in one.events}
            errands = self.seen("SELECT count(*) FROM outbox WHERE request_id = ? AND done_at IS NULL", one.reference)
            assert errands == [(0,)] or not one.erased, "somebody is told of a request that is gone"
