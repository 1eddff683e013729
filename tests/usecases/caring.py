"""What workers do to the requests of the machine of test_lives.py: whoever it is, whenever it is."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from bot.usecases import casework, handling
from bot.usecases.casework import REASONS, Envelope
from bot.usecases.refused import AlreadyTaken, Refused
from bot.usecases.states import OUTCOMES, Outcome
from bot.usecases.workers import SignedIn
from tests.usecases.asking import DAY, OPEN, WHICH, WHY, WORKER, Asking, Letter
from tests.usecases.lives import HEAD, ILZE, KEYLESS, ZANE

REACHED: Outcome = "reached_verified"
ONWARD = {"new": "takes", "taken": "attempts", "contacted": "meets", "met": "closes"}
"""What a worker usually does next, so that the dice go further than the first step."""
SELDOM = ("opens", "takes", "outside", "back", "meets", "closes", "extends", "knows", "two", "lists")
DEED = st.sampled_from([*("next", "reveals", "attempts", "later") * 4, *SELDOM])


class Caring(Asking):
    """Each deed is done exactly where the account says that it may be; a refused one leaves everything as it was."""

    @precondition(lambda self: self.letters)
    @rule(data=st.data(), which=WHICH, doings=st.lists(st.tuples(WORKER, DEED), min_size=1, max_size=6))
    def it_is_worked_on(self, data: st.DataObject, which: int, doings: list[tuple[str, str]]) -> None:
        letter = self.letter(which)
        deeds: dict[str, Callable[[Letter, SignedIn, st.DataObject], None]] = {
            "opens": self._opens, "takes": self._takes, "reveals": self._reveals, "outside": self._reveals_outside,
            "attempts": self._attempts, "back": self._gives_back, "meets": self._meets, "closes": self._closes,
            "extends": self._extends, "knows": self._knows_the_person, "two": self._two_take_it, "lists": self._lists,
        }  # fmt: skip
        for who, deed in doings:
            if deed == "later":
                self.clock.move(minutes=61)
                continue
            name = ONWARD.get(letter.status, "opens") if deed == "next" else deed
            deeds[name](letter, self.worker(letter, who), data)

    def does(self, letter: Letter, doing: Awaitable[object], event: str, *, may: bool) -> bool:
        """Whether it was done, and that this is right."""
        before = self._whole(letter)
        done = not isinstance(self._tried(doing), Refused)
        assert done == may, event
        if done:
            letter.events.append(event)
        else:
            assert self._whole(letter) == before, "a refused deed left something behind"
        return done

    def _says_that_the_number_is_not_safe(self, letter: Letter, dice: int) -> None:
        """From now on nobody sees it, however much she wants to call."""
        super()._says_that_the_number_is_not_safe(letter, dice)
        for worker in (self.worker(letter, "hers"), HEAD):
            self._takes(letter, worker)
            self._reveals(letter, worker)
            self._reveals_outside(letter, worker)

    # --- Deeds --------------------------------------------------------------------------------------------------------

    def _opens(self, letter: Letter, worker: SignedIn, _: st.DataObject) -> None:
        may = letter.is_read_by(worker) and worker.id not in KEYLESS
        if self.does(letter, casework.open_letter(self.runtime, worker, letter.reference), "request_opened", may=may):
            letter.opened += 1

    def _takes(self, letter: Letter, worker: SignedIn, _: st.DataObject | None = None) -> None:
        over = worker.role == "head" and letter.holder not in (None, worker.id)
        lapsed = letter.held_until is not None and letter.held_until <= self.clock()
        free = letter.status == "new" or (letter.status == "taken" and (letter.holder == worker.id or lapsed))
        may = letter.is_seen_by(worker) and letter.open and (over or free)
        if self.does(letter, casework.take(self.runtime, worker, letter.reference), "request_taken", may=may):
            letter.holder, letter.status = worker.id, letter.status if over else "taken"
            if letter.status == "taken":
                self._promised(letter)

    def _reveals(self, letter: Letter, worker: SignedIn, _: st.DataObject | None = None) -> None:
        may = letter.is_read_by(worker) and letter.holder == worker.id and letter.open
        may = may and letter.may_be_called(worker, self.clock())
        done = self.does(letter, casework.reveal(self.runtime, worker, letter.reference), "phone_revealed", may=may)
        if done and letter.status == "taken":  # it is being kept
            self._promised(letter)

    def _reveals_outside(self, letter: Letter, worker: SignedIn, _: st.DataObject | None = None) -> None:
        safe = not letter.unsafe and self.clock() < letter.named_at + 31 * DAY
        may = letter.is_seen_by(worker) and letter.open and worker.role == "head" and safe
        doing = handling.reveal_outside(self.runtime, worker, letter.reference, WHY)
        self.does(letter, doing, "phone_revealed_outside", may=may)

    def _attempts(self, letter: Letter, worker: SignedIn, data: st.DataObject) -> None:
        outcome: Outcome = data.draw(st.sampled_from([*OUTCOMES, REACHED, REACHED]))
        most, now = data.draw(st.sampled_from([3, 3, 1, 2, 9, 0, -1])), self.clock()
        may = letter.is_held_by(worker) and letter.open and letter.status in ("taken", "contacted")
        may = may and letter.may_be_called(worker, now, most)
        doing = handling.attempt(self.runtime, worker, letter.reference, outcome, most)
        if self.does(letter, doing, "attempt_noted", may=may):
            letter.attempts += 1
            letter.most = max(1, min(letter.most, most))
            anew = letter.status == "taken"
            letter.status = "contacted" if outcome == REACHED else letter.status
            letter.missed += [] if outcome == REACHED else [(now, outcome)]
            assert worker.role == "head" or len(letter.missed) <= letter.most
            if anew:
                self._promised(letter)

    def _gives_back(self, letter: Letter, worker: SignedIn, _: st.DataObject) -> None:
        may = letter.is_held_by(worker) and letter.open and letter.status == "taken"
        if self.does(letter, handling.give_back(self.runtime, worker, letter.reference), "request_given_back", may=may):
            letter.is_free()

    def _meets(self, letter: Letter, worker: SignedIn, _: st.DataObject) -> None:
        may = letter.is_held_by(worker) and letter.open and letter.status == "contacted"
        if self.does(letter, handling.meet(self.runtime, worker, letter.reference), "request_met", may=may):
            letter.status = "met"
            self._promised(letter)

    def _closes(self, letter: Letter, worker: SignedIn, data: st.DataObject) -> None:
        may, told = letter.is_held_by(worker) and letter.open, letter.purge_at
        doing = casework.close(self.runtime, worker, letter.reference, data.draw(st.sampled_from(REASONS)))
        if self.does(letter, doing, "request_closed", may=may):
            letter.status, letter.held_until = "closed", None
            letter.purge_at = self._moment(letter, "purge_at")
            assert letter.purge_at <= min(told, self.clock() + 7 * DAY), "kept longer than she was told"

    def _extends(self, letter: Letter, worker: SignedIn, _: st.DataObject) -> None:
        latest = letter.sent_at + 90 * DAY
        may = letter.is_held_by(worker) and letter.open and letter.purge_at < latest
        if self.does(letter, handling.extend(self.runtime, worker, letter.reference, WHY), "request_extended", may=may):
            letter.purge_at, letter.extended = min(letter.purge_at + 30 * DAY, latest), True

    def _knows_the_person(self, letter: Letter, worker: SignedIn, _: st.DataObject) -> None:
        may = letter.is_seen_by(worker) and letter.open
        doing = handling.flag_conflict(self.runtime, worker, letter.reference)
        if self.does(letter, doing, "conflict_flagged", may=may):
            letter.head_only = True
            if worker.role != "head" and letter.status == "taken":
                letter.is_free()

    def _two_take_it(self, letter: Letter, worker: SignedIn, _: st.DataObject) -> None:
        """At once. The second is refused, unless she is the head, who may take over what was just taken."""
        if not (letter.service == ILZE.service_id and letter.status == "new" and letter.is_seen_by(ILZE)):
            return
        other = worker if worker in (ZANE, HEAD) else ZANE
        answers = self.together(*(casework.take(self.runtime, one, letter.reference) for one in (ILZE, other)))
        assert isinstance(answers[0], Envelope)
        assert isinstance(answers[1], Envelope if other == HEAD else AlreadyTaken)
        letter.events += ["request_taken"] * (2 if other == HEAD else 1)
        letter.status, letter.holder = "taken", "head" if other == HEAD else "ilze"
        self._promised(letter)

    def _lists(self, _: Letter, worker: SignedIn, __: st.DataObject) -> None:
        """What is open, what was withdrawn lately, and never another service's nor a colleague's own conflict."""
        shown = {one.reference: one for one in self.now(casework.queue(self.runtime, worker))}
        assert set(shown) <= {one.reference for one in self.letters if one.is_seen_by(worker)}
        for letter in self.letters:
            one = shown.get(letter.reference)
            assert one is not None or letter.status not in OPEN or not letter.is_seen_by(worker)
            if one is not None:
                assert letter.status in (*OPEN, "withdrawn")
                assert one.erase_at == letter.purge_at
                assert one.attempts_left == max(0, letter.most - letter.attempts)

    # --- How ----------------------------------------------------------------------------------------------------------

    def _promised(self, letter: Letter) -> None:
        """By when the duty of its state is done: counted by the program, in the future, and soon enough."""
        letter.held_until = self._moment(letter, "due_at")
        assert self.clock() <= letter.held_until <= self.clock() + timedelta(days=14)

    def _whole(self, letter: Letter) -> list[tuple[object, ...]]:
        row = self.seen("SELECT * FROM contact_requests WHERE id = ?", letter.reference)
        return [*row, *self._rows()]
