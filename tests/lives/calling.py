"""Taking, showing and calling in the machine of test_lives.py: two screens never show one number unknown to both."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from hypothesis import strategies as st

from bot.content import Content
from bot.usecases.acting import SignedIn
from bot.usecases.casework import handling, requests
from bot.usecases.casework.showings import ToldFirst
from bot.usecases.casework.states import OUTCOMES, Outcome
from bot.usecases.refused import HeldBy, Refused
from bot.usecases.services.notices import NOTICE_DEPUTY, NOTICE_HEAD, NOTICE_READER
from storage.contact_requests import Status
from tests.lives.account import BEGUN, CONTACT, DAY, Letter, Noted, Try
from tests.lives.asking import WHY, Asking
from tests.lives.machine import KEYLESS, WORKERS

REACHED: Outcome = "reached_verified"


class Calling(Asking):
    """Whoever is asked first answers yes, and nothing has changed before she does."""

    def __init__(self, template: Path, content: Content) -> None:
        super().__init__(template, content)
        self.keyless = {*KEYLESS}

    def does(self, letter: Letter, doing: Awaitable[object], event: str, *, may: bool) -> bool:
        """Whether it was done, and that this is right."""
        before = self._whole(letter)
        done = not isinstance(self._tried(doing), Refused)
        assert done == may, event
        if done:
            letter.events.append(event)
        else:
            assert self._whole(letter) == before, "a refused action left something behind"
        return done

    def _told_first(
        self, letter: Letter, worker: SignedIn, doing: Callable[[str], Awaitable[object]]
    ) -> tuple[str, set[str]]:
        """The mark of what she was told, and to whom else the number was shown by that; of a refusal nothing."""
        before = self._whole(letter)
        first = self._tried(doing(""))
        if not isinstance(first, ToldFirst):
            return "", set()
        assert self._whole(letter) == before, "something was done before she was told"
        told = {colleague.id for colleague in WORKERS if colleague.name in {shown.name for shown in first.truth.shown}}
        return first.truth.mark, told

    # --- Taking -------------------------------------------------------------------------------------------------------

    def _takes(self, letter: Letter, worker: SignedIn, _: st.DataObject | None = None) -> None:
        """Never from a colleague, whoever asks."""
        now = self.clock()
        left = letter.holder is None and letter.status in BEGUN
        own = letter.holder == worker.id and letter.status in BEGUN
        free = letter.status == "new" or (
            letter.status == "taken" and (letter.holder == worker.id or letter.is_late(now))
        )
        may = letter.is_seen_by(worker) and letter.open and (free or left or own)
        if not may and letter.is_seen_by(worker) and letter.open:
            assert isinstance(self._tried(requests.take(self.runtime, worker, letter.reference)), HeldBy)
        doing = requests.take(self.runtime, worker, letter.reference)
        if may and letter.holder == worker.id and not letter.is_late(now):
            self.now(doing)  # it is hers already, and wins no time by that
        elif self.does(letter, doing, "request_taken", may=may):
            self._has_taken(letter, worker)

    def _takes_over(self, letter: Letter, worker: SignedIn, _: st.DataObject | None = None) -> None:
        """Who leads, and only after she was told how it stands."""

        def doing(told: str) -> Awaitable[object]:
            return requests.take_over(self.runtime, worker, letter.reference, told)

        may = letter.is_seen_by(worker) and letter.open and worker.role == "head"
        if may and letter.holder == worker.id and not letter.is_late(self.clock()):
            self.now(doing(""))
            return
        from_her = letter.holder not in (None, worker.id)
        asks = may and letter.holder != worker.id
        mark, told = "", set[str]()
        if asks:
            assert isinstance(self._tried(doing("what she was told once")), ToldFirst)
            mark, told = self._told_first(letter, worker, doing)
            assert told == {*letter.shown} - {worker.id}, "she was not told who may be calling"
        event = "request_taken_over" if from_her else "request_taken"
        if self.does(letter, doing(mark), event, may=may):
            self._has_taken(letter, worker)

    def _has_taken(self, letter: Letter, worker: SignedIn) -> None:
        letter.holder = worker.id
        if letter.status in ("new", "taken") or letter.is_late(self.clock()):
            self._promised(letter, "taken" if letter.status in ("new", "awaited") else letter.status)
        self._gives_her_word(letter, worker)

    def _gives_her_word(self, letter: Letter, worker: SignedIn) -> None:
        """Nobody promises the same a second time, for later, without somebody being told."""
        before, letter.progress = letter.word_of, False
        if letter.due and not (before and before[0] == worker.id):
            letter.word_of = (worker.id, letter.due)
        elif letter.due and before and letter.due > before[1]:
            kinds = "SELECT kind FROM outbox WHERE request_id = ? AND done_at IS NULL"
            told = {kind for (kind,) in self.seen(kinds, letter.reference)}
            assert told & {NOTICE_HEAD, NOTICE_DEPUTY, NOTICE_READER}, "a broken promise was renewed in silence"

    # --- Showing ------------------------------------------------------------------------------------------------------

    def _reveals(self, letter: Letter, worker: SignedIn, _: st.DataObject | None = None) -> None:
        may = letter.is_read_by(worker) and letter.holder == worker.id and letter.open and letter.status != "awaited"
        may = may and letter.may_be_called(worker, self.clock())

        def doing(told: str) -> Awaitable[object]:
            return requests.reveal(self.runtime, worker, letter.reference, told)

        done = self._shows(letter, worker, doing, "phone_revealed", may=may)
        if done and letter.status == "taken" and letter.progress and not letter.is_late(self.clock()):
            self._promised(letter, "taken")
        letter.progress = letter.progress and not done

    def _reveals_outside(self, letter: Letter, worker: SignedIn, _: st.DataObject | None = None) -> None:
        may = letter.is_seen_by(worker) and letter.open and worker.role == "head"
        may = may and not letter.is_forbidden(self.clock())

        def doing(told: str) -> Awaitable[object]:
            return handling.reveal_outside(self.runtime, worker, letter.reference, WHY, told)

        if self._shows(letter, worker, doing, "phone_revealed_outside", may=may):
            letter.progress = False

    def _shows(
        self, letter: Letter, worker: SignedIn, doing: Callable[[str], Awaitable[object]], event: str, *, may: bool
    ) -> bool:
        """Of two who have the number on their screens one was told of the other while the other had it there."""
        others = {*letter.shown} - {worker.id}
        mark, told = self._told_first(letter, worker, doing) if others else ("", set())
        for other in told:
            letter.told.add((worker.id, other))
        done = self.does(letter, doing(mark), event, may=may)
        if done:
            letter.shown.add(worker.id)
            letter.screens.add(worker.id)
            for other in letter.screens - {worker.id}:
                assert {(worker.id, other), (other, worker.id)} & letter.told, "two screens, and nobody was told"
        return done

    # --- How it went --------------------------------------------------------------------------------------------------

    def _attempts(self, letter: Letter, worker: SignedIn, data: st.DataObject) -> None:
        """What happened is noted by whoever was shown the number, whatever has become of the request."""
        outcome: Outcome = data.draw(st.sampled_from([*OUTCOMES, REACHED, REACHED]))
        most, now = data.draw(st.sampled_from([3, 3, 1, 2, 9, 0, -1])), self.clock()
        called, seen = worker.id in letter.shown, letter.is_seen_by(worker)
        hers = letter.open and letter.status != "new" and letter.is_held_by(worker)
        may = called or (hers and letter.may_be_called(worker, now, most))
        noted = Noted(worker.id, now, letter.status, letter.due, letter.holder, letter.word_of)
        if may and seen and letter.status == "new" and outcome in CONTACT:  # the promise ran out as she was reached
            letter.holder = worker.id
            letter.events.append("request_taken")
        doing = handling.note_attempt(self.runtime, worker, letter.reference, outcome, most)
        if not self.does(letter, doing, "attempt_noted", may=may):
            return
        letter.something_came_of_it()
        letter.is_hidden_from(worker)
        if letter.erased:
            return
        letter.noted = noted
        letter.most = max(1, min(letter.most, most))
        newest = max((addition for (addition,) in self._additions(letter)), default=0)
        letter.tries.append(Try(now, outcome, newest))
        if not letter.open:
            return
        if outcome in CONTACT and letter.status != "met":
            self._promised(letter, "contacted")
        elif letter.status == "taken":
            self._promised(letter, "awaited" if letter.is_over() else "taken")

    def _promised(self, letter: Letter, status: Status) -> None:
        """By when the duty of its state is done: counted by the program, in the future, and soon enough."""
        due = self._moment(letter, "due_at")
        assert self.clock() <= due <= self.clock() + 15 * DAY
        letter.enters(status, self.clock(), due)

    def _whole(self, letter: Letter) -> list[tuple[object, ...]]:
        row = self.seen("SELECT * FROM contact_requests WHERE id = ?", letter.reference)
        return [*row, *self._rows()]
