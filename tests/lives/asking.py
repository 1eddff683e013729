"""Requests of the machine of test_lives.py: whoever holds a code does anything. What is so, `account.Letter` says."""

from collections.abc import Awaitable
from datetime import date, datetime
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from bot.content import Content
from bot.engine.priority import PRIORITIES
from bot.engine.request import Filled, Values, Window, read
from bot.engine.risk import read_screen
from bot.runtime import RIGA
from bot.usecases.acting import SignedIn
from bot.usecases.casework import receipts
from bot.usecases.person import additions, contact, standing
from bot.usecases.person.contact import Receipt
from bot.usecases.refused import AlreadyErased, ConsentMissing, NotAllowed, Refused
from bot.usecases.services.notices import NOTICE_READER
from tests.lives.account import DAY, OPEN, Added, Letter, Whom
from tests.lives.machine import PLACES, WORKERS, World
from tests.people import ASKED

BOTH = ("send_request", "contact_me_as_described")
HERS = ("request_sent", "request_added_to", "calls_blocked", "request_withdrawn")
"""What enters the audit with the next notices."""
MOST_LETTERS = 4
WHY = "viņa atrodas slimnīcā vēl mēnesi"
BY_CODE = st.sampled_from(
    [*("look", "again", "guess", "unsafe", "times", "times", "narrows", "fear", "others") * 4, "withdraw"]
)
"""`narrows` is whoever found the code, and does not know the word."""
WHICH = st.integers(0, MOST_LETTERS - 1)
WORKER = st.sampled_from(["hers", "hers", "hers", "hers", *(worker.id for worker in WORKERS)])
"""Mostly whose request it is, so that something happens."""
AREA = st.sampled_from(["balvu-novads", "balvu-novads", *PLACES.values()])


class Asking(World):
    """Whoever holds a code does anything with it, and so does everyone at two services."""

    def __init__(self, template: Path, content: Content) -> None:
        super().__init__(template, content)
        self.letters: list[Letter] = []
        self._forms = 0

    def letter(self, which: int) -> Letter:
        return self.letters[which % len(self.letters)]

    def worker(self, letter: Letter, who: str) -> SignedIn:
        names = {worker.id: worker for worker in WORKERS}
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
        asked = {consent.id for consent in self.content.request.consents_for(filled.values)}
        first = self._send(filled, consents, once)
        if not consents >= asked:
            with_nothing = self._rows()
            assert isinstance(self._tried(first), ConsentMissing)
            self._sends_what_nobody_agreed_to(twice)
            assert self._rows() == with_nothing
            return
        if dies_after is not None:
            done = self.dies_while(first, dies_after)
            kept = self.now(standing.get_standing(self.runtime, receipts.code_of(self.runtime, once), "lv"))
            assert kept or not done
        again = [self._send(filled, consents, once) for _ in range((dies_after is not None) + twice)]
        told = self.together(*([] if dies_after is not None else [first]), *again)
        (code,) = {receipt.code for receipt in told if isinstance(receipt, Receipt)}
        assert all(isinstance(receipt, Receipt) for receipt in told)
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
        for doing, dice in doings if letter.code else ():  # nobody has one of a report by duty
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
                    self._adds(letter, doing, dice)

    def _sends_again(self, letter: Letter) -> None:
        sending = self._send(self._filled(area=PLACES[letter.service]), set(BOTH), letter.once)
        if letter.status in ("withdrawn", "expired"):
            assert isinstance(self._tried(sending), AlreadyErased)
            return
        again = self.now(sending)
        assert (again.code, again.already) == (letter.code, True)
        assert again.words["service:read_by"] == letter.promised

    def _looks(self, letter: Letter, language: str) -> None:
        found = self.now(standing.get_standing(self.runtime, receipts.grouped(letter.code), language))
        assert found
        unread = letter.status in ("new", "taken") and letter.in_time is None
        if unread and self.clock() >= letter.read_by:
            assert found.state == "late"
        elif letter.status == "new":
            assert found.state == ("new" if letter.in_time is None else "read")
        elif letter.status == "awaited":
            assert found.state == ("overdue" if letter.is_late(self.clock()) else "awaited")
        elif letter.status in ("taken", "contacted"):
            assert found.state == letter.status
        assert (found.readers, found.in_time) == (len(letter.readers), letter.in_time)
        assert found.can_be_changed == letter.open
        assert found.can_be_withdrawn == (letter.status not in ("withdrawn", "expired"))
        assert language != "lv" or found.words["service:read_by"] == letter.promised, "a promise was moved"

    def _guesses(self, letter: Letter, dice: int) -> None:
        digit, other = dice % 16, 1 + dice % 9
        code = letter.code
        wrong = code[:digit] + str((int(code[digit]) + other) % 10) + code[digit + 1 :]
        assert self.now(standing.get_standing(self.runtime, wrong, "lv")) is None
        assert not self.now(contact.withdraw(self.runtime, wrong))
        assert not self.now(additions.block_calls(self.runtime, wrong))
        assert not self.now(additions.change_times(self.runtime, wrong, self._times(7), "lv", knowing=True))

    def _withdraws(self, letter: Letter, dice: int) -> None:
        if dice < 25 and self.dies_while(contact.withdraw(self.runtime, letter.code), dice):
            assert self.seen("SELECT sealed FROM contact_requests WHERE id = ?", letter.reference) == [(None,)]
        assert self.now(contact.withdraw(self.runtime, letter.code))
        letter.taken_back = True
        if not letter.erased:
            letter.is_erased("withdrawn")
            letter.events.append("request_withdrawn")
            self.erased += letter.pieces
        self.nothing_is_written_in_the_clear_or_left_over()

    def _says_that_the_number_is_not_safe(self, letter: Letter, dice: int) -> None:
        if dice < 25:
            self.dies_while(additions.block_calls(self.runtime, letter.code), dice)
        assert self.now(additions.block_calls(self.runtime, letter.code)) == letter.open
        newest = max((addition for (addition,) in self._additions(letter)), default=0)
        if letter.open and (not letter.unsafe or newest > letter.unsafe_after):
            letter.unsafe, letter.unsafe_after = True, newest
            letter.events.append("calls_blocked")

    def _adds(self, letter: Letter, what: str, dice: int) -> None:
        before = self._column(letter, "priority")
        times = self._times((1, 7, 20)[dice % 3])
        if what in ("times", "narrows"):
            word = "right" if what == "times" else "wrong"
            doing: Awaitable[object] = additions.change_times(
                self.runtime, letter.code, times, "lv", word, knowing=True
            )
        else:
            screen = read_screen({what: "yes"})
            doing = additions.answer_questions(self.runtime, letter.code, screen, "lv", "web")
        full = letter.open and len(letter.added) >= additions.MOST
        done = self._tried(doing)
        assert isinstance(done, additions.TooMany) if full else bool(done) == letter.open
        if full or not letter.open:
            return
        letter.events.append("request_added_to")
        newest = self.seen("SELECT id, sealed FROM additions WHERE request_id = ? ORDER BY id DESC", letter.reference)
        letter.added.append(newest[0][1][600:1000])
        assert PRIORITIES.index(self._column(letter, "priority")) >= PRIORITIES.index(before)
        if what in ("times", "narrows"):
            self._has_other_times(letter, Added(newest[0][0], what == "times", self._last_day(times), self._hour()))
        else:
            letter.own_consents += 1

    def _has_other_times(self, letter: Letter, added: Added) -> None:
        """With or without the word nothing goes on before a browser has found it right, and nothing is put off."""
        letter.times.append(added)
        if letter.call_until:
            letter.call_until = min(letter.call_until, added.until)
        if letter.status == "awaited":
            due, before = self._moment(letter, "due_at"), letter.due
            assert before
            assert due <= before, "whoever holds the code has put it off"
            letter.due = due

    # --- How ----------------------------------------------------------------------------------------------------------

    def requests_swept(self, gone: int) -> None:
        now = self.clock()
        for letter in self.letters:
            if not letter.erased and letter.purge_at <= now:
                letter.is_erased("expired" if letter.status in OPEN else letter.status)
                letter.events.append("request_erased")
                self.erased += letter.pieces
                gone -= 1
            if letter.status == "taken" and letter.is_late(now):
                letter.enters("new", now, now)
                letter.events.append("promise_lapsed")
        assert gone == 0

    def mails_sent(self, due: dict[str, dict[Whom, datetime]]) -> None:
        """What is due leaves now; what is not is still to be told."""
        now = self.clock()
        for letter in self.letters:
            errands = due.get(letter.reference, {})
            letter.sent |= {whom: now for whom, at in errands.items() if at <= now}
            letter.nobody_waits_in_silence(now, {whom: at for whom, at in errands.items() if at > now})

    def _form(self) -> str:
        self._forms += 1
        return f"{self._forms:032x}"

    def _filled(self, **over: str) -> Filled:
        today = self.clock().astimezone(RIGA).date()
        return read(self.content.request, [*{**ASKED, **over}.items()], today, self.content.dialogue.municipalities)

    async def _send(self, filled: Filled, consents: set[str], once: str, agreed: str | None = None) -> Receipt:
        return await contact.send(
            self.runtime, contact.Sending(filled, consents, once, "lv", "web", agreed, knowing=True)
        )

    def _tried(self, doing: Awaitable[object]) -> object:
        """What came of it, or how it was refused."""
        try:
            return self.now(doing)
        except Refused as refused:
            return refused

    def _remember(self, once: str, code: str, area: str, purposes: set[str]) -> None:
        """Take into the account what was just sent: it is the one that was not known yet."""
        known = {earlier.reference for earlier in self.letters}
        (row,) = [pair for pair in self.seen("SELECT id, sealed FROM contact_requests") if pair[0] not in known]
        found = self.now(standing.get_standing(self.runtime, code, "lv"))
        assert found
        service = next(candidate for candidate, place in PLACES.items() if place == area)
        letter = Letter(once, code, service, tuple(purposes), found.words["service:read_by"], self._hour(), row[0])
        letter.piece, letter.named_at, letter.since = row[1][600:1000], self._hour(), self.clock()
        letter.purge_at, letter.read_by = self._moment(letter, "purge_at"), self._moment(letter, "read_by")
        until = self._column(letter, "call_until")  # who comes herself permits no call until a day
        letter.due, letter.call_until = letter.read_by, None if until == "None" else date.fromisoformat(until)
        assert letter.purge_at <= self.clock() + self.content.request.erased_after_days * DAY
        self.letters.append(letter)

    def _times(self, days: int) -> Values:
        last = self.clock().astimezone(RIGA).date() + days * DAY
        return {"windows": (Window("mon", "08:00", "09:30"),), "valid_until": last.isoformat()}

    def _last_day(self, times: Values) -> date:
        return date.fromisoformat(str(times["valid_until"]))

    def _additions(self, letter: Letter) -> list[tuple[int]]:
        return self.seen("SELECT id FROM additions WHERE request_id = ?", letter.reference)

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
            " outbox), (SELECT count(*) FROM additions), (SELECT count(*) FROM papers), (SELECT count(*) FROM audit)"
            " + (SELECT count(*) FROM audit_waiting)"
        )

    # --- What must be true --------------------------------------------------------------------------------------------

    @invariant()
    def each_request_is_as_it_must_be(self) -> None:
        rows = self.seen(
            "SELECT id, service_id, status, worker_id, opened_count, opened_in_time, call_blocked,"
            " json_array_length(attempts), head_only, sealed IS NULL FROM contact_requests ORDER BY id"
        )
        assert rows == sorted(
            (letter.reference, letter.service, letter.status, letter.holder, len(letter.readers), letter.in_time,
             letter.unsafe, len(letter.tries), letter.head_only, letter.erased) for letter in self.letters
        )  # fmt: skip
        for letter in self.letters:
            due, until = self._column(letter, "due_at"), self._column(letter, "call_until")
            assert due == "None" if letter.due is None else self._moment(letter, "due_at") == letter.due, letter.status
            assert letter.erased or until == str(letter.call_until)
            assert (letter.due is not None) == letter.open, "it could wait for ever"
            assert (
                self._moment(letter, "purge_at")
                == letter.purge_at
                <= letter.sent_at + (90 if letter.extended else 30) * DAY
            )
            beside = self.seen("SELECT count(*) FROM additions WHERE request_id = ?", letter.reference)
            assert beside == [(0 if letter.erased else len(letter.added),)]
            told = self.seen("SELECT actor, event FROM audit WHERE subject = ? ORDER BY id", letter.reference)
            waits = self.seen("SELECT 'person', event FROM audit_waiting WHERE subject = ?", letter.reference)
            hers = sorted(event for actor, event in told + waits if actor == "person")
            assert hers == sorted(event for event in letter.events if event in HERS), "each once, in whatever order"
            theirs = [event for actor, event in told if actor != "person" and event != "request_escalated"]
            assert theirs == [event for event in letter.events if event not in HERS]

    @invariant()
    def there_is_no_request_without_consent(self) -> None:
        for letter in self.letters:
            consents = self.seen(
                "SELECT recipient, purposes, withdrawn_at IS NULL FROM consents WHERE request_id = ?", letter.reference
            )
            assert len(consents) == letter.own_consents
            if letter.basis.endswith("_duty"):
                assert not consents, "no consent is pretended"
                continue
            assert {recipient for recipient, _, _ in consents} == {letter.service}
            assert any(all(f'"{name}"' in purposes for name in letter.purposes) for _, purposes, _ in consents)
            assert {bool(stands) for _, _, stands in consents} == {not letter.taken_back}
            errands = self.seen(
                "SELECT count(*) FROM outbox WHERE request_id = ? AND done_at IS NULL", letter.reference
            )
            assert errands == [(0,)] or not letter.erased, "somebody is told of a request that is gone"

    @invariant()
    def what_one_reader_alone_may_see_is_told_to_nobody_else_there(self) -> None:
        told = self.seen(
            "SELECT outbox.kind FROM outbox JOIN contact_requests ON contact_requests.id = outbox.request_id"
            " WHERE head_only AND done_at IS NULL AND outbox.service_id = contact_requests.service_id"
        )
        assert {kind for (kind,) in told} <= {NOTICE_READER}
