"""What is taken back in the machine of test_lives.py: by whom it may be, for as long as it may."""

from datetime import timedelta

from hypothesis import strategies as st

from bot.usecases.acting import SignedIn
from bot.usecases.casework import undoing
from bot.usecases.casework.undoing import GOES_ON
from tests.lives.account import CONTACT, Letter
from tests.lives.calling import Calling


class Undoing(Calling):
    """The page offers exactly what the action does."""

    def _reopens(self, letter: Letter, worker: SignedIn, _: st.DataObject) -> None:
        may = letter.is_seen_by(worker) and letter.status == "closed" and not letter.erased
        may = may and letter.closed_as != "declined" and letter.purge_at > self.clock()
        may = may and (worker.role == "head" or worker.id == letter.closer)
        told = letter.purge_at
        self._is_offered(letter, worker, "reopen", may=may)
        doing = undoing.reopen(self.runtime, worker, letter.reference)
        if self.does(letter, doing, "request_reopened", may=may):
            letter.holder = worker.id
            spoken = any(call.outcome in CONTACT for call in letter.tries)
            self._promised(letter, "contacted" if spoken else "awaited" if letter.is_over() else "taken")
            assert self._moment(letter, "purge_at") == told, "kept longer than she was told when it was closed"
            if letter.status == "taken":
                self._gives_her_word(letter, worker)
            elif not (letter.word_of and letter.word_of[0] == worker.id):
                letter.word_of, letter.progress = (worker.id, self._moment(letter, "due_at")), False
            letter.progress = False

    def _unflags(self, letter: Letter, worker: SignedIn, _: st.DataObject) -> None:
        may = letter.is_seen_by(worker) and letter.open and letter.head_only and letter.flagged
        self._is_offered(letter, worker, "flagged_by", may=may)
        doing = undoing.unflag_conflict(self.runtime, worker, letter.reference)
        if self.does(letter, doing, "conflict_unflagged", may=may):
            letter.head_only = letter.flagged = False
            letter.enters(letter.status, self.clock(), letter.due)

    def _unnotes(self, letter: Letter, worker: SignedIn, _: st.DataObject) -> None:
        """Only what she herself noted, as the last thing, and not long ago."""
        noted, now = letter.noted, self.clock()
        last = next((event for event in reversed(letter.events) if event in GOES_ON), "")
        may = noted is not None and letter.is_seen_by(worker) and not letter.erased and last == "attempt_noted"
        may = may and noted is not None and noted.by == worker.id and now < noted.at + timedelta(minutes=15)
        may = may and not (noted is not None and noted.status == "taken" and letter.holder is None)
        self._is_offered(letter, worker, "attempt", may=may)
        doing = undoing.take_back_attempt(self.runtime, worker, letter.reference)
        if self.does(letter, doing, "attempt_taken_back", may=may) and noted:
            letter.tries.pop()
            letter.shown.add(worker.id)  # how the call went is still to be noted
            if (noted.status, noted.due) != (letter.status, letter.due):
                letter.enters(noted.status, now, noted.due)
            letter.word_of, letter.progress = noted.word_of, False

    def _is_offered(self, letter: Letter, worker: SignedIn, what: str, *, may: bool) -> None:
        if letter.is_seen_by(worker):
            offered = self.now(undoing.get_undoing(self.runtime, worker, letter.reference))
            assert bool(getattr(offered, what)) == may, what
