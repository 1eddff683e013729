"""What workers do to the requests of the machine of test_lives.py: whoever it is, whenever it is."""

from collections.abc import Callable

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from bot.engine.referral import BASES, ReferralBasis
from bot.runtime import RIGA
from bot.usecases.accounts import workers
from bot.usecases.acting import SignedIn
from bot.usecases.casework import handling, letters, requests
from bot.usecases.casework.requests import REASONS, Envelope
from bot.usecases.refused import HeldBy, Refused
from tests.lives.account import DAY, OPEN, Letter, Try
from tests.lives.asking import WHICH, WHY, WORKER
from tests.lives.machine import HEAD, ILZE, ZANE
from tests.lives.reporting import Reporting
from tests.people import in_the_queue
from tests.storage.rows import a_key

ONWARD = {
    "new": "takes",
    "taken": "attempts",
    "awaited": "comes",
    "contacted": "meets",
    "met": "closes",
    "closed": "reopens",
}
"""What a worker usually does next, so that the dice go further than the first step."""
SELDOM = ("opens", "reads", "takes", "outside", "back", "meets", "closes", "extends", "knows", "two", "lists")
TAKEN_BACK = ("over", "over", "reopens", "unflags", "unnotes", "outside")
ALSO = ("waits", "comes", "word", "looks", "exports", "finds", "wish", "leaves", "key", "saves")
ACTION = st.sampled_from(
    [
        *("next", "reveals", "attempts", "later") * 4,
        *SELDOM,
        *ALSO,
        *TAKEN_BACK,
        *("opens", "waits") * 3,
        "reads",
        "word",
    ]
)


class Caring(Reporting):
    """Each action is done exactly where the account says that it may be; a refused one leaves everything as it was."""

    @initialize(data=st.data(), basis=st.sampled_from(BASES))
    def a_report_has_led_to_a_talk(self, data: st.DataObject, basis: ReferralBasis) -> None:
        """So that in each life something is written that goes with its letter, whatever becomes of it."""
        self.an_institution_reports(ILZE, basis, False, 7, None, False)
        letter = self.letters[-1]
        self._comes(letter, ILZE, data)
        self._saves(letter, ILZE, data)

    @precondition(lambda self: self.letters)
    @rule(data=st.data(), which=WHICH, doings=st.lists(st.tuples(WORKER, ACTION), min_size=1, max_size=6))
    def it_is_worked_on(self, data: st.DataObject, which: int, doings: list[tuple[str, str]]) -> None:
        letter = self.letter(which)
        actions: dict[str, Callable[[Letter, SignedIn, st.DataObject], None]] = {
            "opens": self._opens, "takes": self._takes, "reveals": self._reveals, "outside": self._reveals_outside,
            "attempts": self._attempts, "back": self._gives_back, "meets": self._meets, "closes": self._closes,
            "extends": self._extends, "knows": self._knows_the_person, "two": self._two_take_it, "lists": self._lists,
            "reads": self._reads, "waits": self._waits, "comes": self._comes, "word": self._finds_the_word_right,
            "over": self._takes_over, "reopens": self._reopens, "unflags": self._unflags, "unnotes": self._unnotes,
            "looks": self._looks_through, "exports": self._exports, "finds": self._finds_by_code,
            "wish": self._erases_at_wish, "leaves": self._leaves_the_service, "key": self._loses_or_regains_the_key,
            "saves": self._saves,
        }  # fmt: skip
        for who, action in doings:
            if action == "later":
                self.clock.move(minutes=61)
                continue
            onward = (
                "saves" if letter.status == "contacted" and not letter.papers else ONWARD.get(letter.status, "opens")
            )
            name = onward if action == "next" else action
            actions[name](letter, self.worker(letter, who), data)

    def _says_that_the_number_is_not_safe(self, letter: Letter, dice: int) -> None:
        """From now on nobody sees it, however much she wants to call."""
        super()._says_that_the_number_is_not_safe(letter, dice)
        for worker in (self.worker(letter, "hers"), HEAD):
            self._takes(letter, worker)
            self._reveals(letter, worker)
            self._reveals_outside(letter, worker)

    # --- Letters ------------------------------------------------------------------------------------------------------

    def _opens(self, letter: Letter, worker: SignedIn, _: st.DataObject) -> None:
        may = letter.is_read_by(worker) and worker.id not in self.keyless
        if self.does(letter, letters.fetch(self.runtime, worker, letter.reference), "letter_fetched", may=may):
            letter.readers.add(worker.id)

    def _exports(self, letter: Letter, worker: SignedIn, _: st.DataObject) -> None:
        may = letter.is_read_by(worker) and worker.id not in self.keyless
        if self.does(letter, letters.export(self.runtime, worker, letter.reference), "request_exported", may=may):
            letter.readers.add(worker.id)

    def _reads(self, letter: Letter, worker: SignedIn, _: st.DataObject) -> None:
        """The browser has drawn it. Only then, and only the first time, is the promise kept or broken."""
        may = letter.is_seen_by(worker) and not letter.erased and worker.id in letter.readers
        doing = letters.confirm(self.runtime, worker, letter.reference)
        if self.does(letter, doing, "letter_read", may=may) and letter.in_time is None:
            letter.in_time = self.clock() <= letter.read_by

    def _looks_through(self, _: Letter, worker: SignedIn, __: st.DataObject) -> None:
        """Every letter that she may open, and none of them is read by it."""
        found = self._tried(letters.look_through(self.runtime, worker, "find"))
        assert isinstance(found, Refused) == (worker.id in self.keyless)
        if isinstance(found, Refused):
            return
        may = [candidate for candidate in self.letters if candidate.open and candidate.is_read_by(worker)]
        assert isinstance(found, list)
        assert {candidate.reference for candidate in found} == {candidate.reference for candidate in may}
        for letter in may:
            letter.readers.add(worker.id)
            letter.events.append("letter_looked_through_find")

    def _finds_by_code(self, letter: Letter, worker: SignedIn, _: st.DataObject) -> None:
        may = letter.is_seen_by(worker) and letter.open and bool(letter.code)
        self.does(letter, letters.find_by_code(self.runtime, worker, letter.code), "request_found_by_code", may=may)

    def _finds_the_word_right(self, letter: Letter, worker: SignedIn, _: st.DataObject) -> None:
        """What her browser does: it asks only of additions that hold the right word, of the newest first."""
        right = [addition for addition in letter.times if addition.right]
        if not right or letter.erased:
            return
        newest = right[-1]
        may = letter.is_read_by(worker) and letter.open and worker.id in letter.readers
        doing = letters.confirm_word(self.runtime, worker, letter.reference, newest.id)
        if may and newest.id <= letter.word:
            self.now(doing)  # known already
        elif self.does(letter, doing, "word_found_right", may=may):
            letter.is_confirmed(newest)
            if letter.status == "awaited":  # her worker goes on, or anybody where that worker left
                due, before = self._moment(letter, "due_at"), letter.due
                assert before
                assert due <= before, "what would be told sooner is put off"
                letter.enters("taken" if letter.holder else "new", self.clock(), due)

    # --- Actions ------------------------------------------------------------------------------------------------------

    def _comes(self, letter: Letter, worker: SignedIn, _: st.DataObject) -> None:
        """She called or came, and her word was right."""
        free = letter.status == "new" and letter.is_read_by(worker)
        may = letter.open and (free or letter.is_held_by(worker))
        if free and may:
            letter.holder = worker.id
            letter.events.append("request_taken")
        if self.does(letter, handling.note_arrival(self.runtime, worker, letter.reference), "person_came", may=may):
            newest = max((addition for (addition,) in self._additions(letter)), default=0)
            letter.something_came_of_it()
            letter.tries.append(Try(self.clock(), "came", newest))
            if letter.status != "met":
                self._promised(letter, "contacted")

    def _waits(self, letter: Letter, worker: SignedIn, data: st.DataObject) -> None:
        day = self.clock().astimezone(RIGA).date() + data.draw(st.sampled_from([-1, 0, 2, 5, 30])) * DAY
        may = letter.is_held_by(worker) and letter.open and letter.status == "taken"
        if self.does(
            letter, handling.await_person(self.runtime, worker, letter.reference, day), "person_awaited", may=may
        ):
            self._promised(letter, "awaited")

    def _gives_back(self, letter: Letter, worker: SignedIn, _: st.DataObject) -> None:
        may = letter.is_held_by(worker) and letter.open and letter.status in ("taken", "awaited")
        if self.does(letter, handling.give_back(self.runtime, worker, letter.reference), "request_given_back", may=may):
            self._promised(letter, "new")

    def _meets(self, letter: Letter, worker: SignedIn, _: st.DataObject) -> None:
        may = letter.is_held_by(worker) and letter.open and letter.status == "contacted"
        if self.does(letter, handling.meet(self.runtime, worker, letter.reference), "request_met", may=may):
            self._promised(letter, "met")

    def _closes(self, letter: Letter, worker: SignedIn, data: st.DataObject) -> None:
        may, told = letter.is_held_by(worker) and letter.open, letter.purge_at
        reason = data.draw(st.sampled_from(REASONS))
        ticked = data.draw(st.sets(st.sampled_from(["children", "new_family", "no_such_question"])))
        doing = requests.close(self.runtime, worker, letter.reference, reason, ticked)
        if self.does(letter, doing, "request_closed", may=may):
            self._is_counted(letter, ticked)
            letter.status, letter.due, letter.closer, letter.closed_as = "closed", None, worker.id, reason
            letter.purge_at = self._moment(letter, "purge_at")
            assert letter.purge_at <= min(told, self.clock() + 7 * DAY), "kept longer than she was told"

    def _extends(self, letter: Letter, worker: SignedIn, _: st.DataObject) -> None:
        latest = letter.sent_at + 90 * DAY
        may = letter.is_held_by(worker) and letter.open and letter.purge_at < latest
        if self.does(letter, handling.extend(self.runtime, worker, letter.reference, WHY), "request_extended", may=may):
            letter.purge_at, letter.extended = min(letter.purge_at + 30 * DAY, latest), True

    def _erases_at_wish(self, letter: Letter, worker: SignedIn, _: st.DataObject) -> None:
        may = letter.is_held_by(worker) and not letter.erased
        doing = handling.erase_at_wish(self.runtime, worker, letter.reference)
        if self.does(letter, doing, "request_erased_at_wish", may=may):
            letter.is_erased("withdrawn")
            letter.taken_back = True
            letter.holder = worker.id
            self.erased += letter.pieces

    def _knows_the_person(self, letter: Letter, worker: SignedIn, _: st.DataObject) -> None:
        """Nobody keeps what only the head may see but the head; and who is to be told is told anew."""
        may = letter.is_seen_by(worker) and letter.open
        if may and letter.head_only:
            self.now(handling.flag_conflict(self.runtime, worker, letter.reference))  # it is so already
            return
        may = may and letter.service == HEAD.service_id  # elsewhere nobody could read it
        doing = handling.flag_conflict(self.runtime, worker, letter.reference)
        if not self.does(letter, doing, "conflict_flagged", may=may):
            return
        letter.head_only, letter.since, letter.flagged = True, self.clock(), True
        if letter.holder not in (None, HEAD.id):
            letter.holder = None
            if letter.status == "taken":
                self._promised(letter, "new")

    def _leaves_the_service(self, _: Letter, __: SignedIn, ___: st.DataObject) -> None:
        """And comes back, for the machine's sake."""
        self.now(workers.leave(self.runtime, ZANE.login))
        self._eyes.execute("UPDATE workers SET active = 1 WHERE id = ?", (ZANE.id,))
        self._eyes.commit()
        for letter in self.letters:
            if letter.open and letter.holder == ZANE.id:
                letter.holder = None
                if letter.status == "taken":
                    letter.enters("new", self.clock(), self.clock())

    def _loses_or_regains_the_key(self, _: Letter, __: SignedIn, ___: st.DataObject) -> None:
        """Two others hold it all the same, so people can go on writing."""

        async def changes() -> None:
            async with self.runtime.database.store() as store:
                if ILZE.id not in self.keyless:
                    await store.services.erase_copies(ILZE.id, self.clock())
                else:
                    recipient = await store.services.recipient(ILZE.service_id or "")
                    await store.services.put_copy(a_key(recipient=recipient, held_by=ILZE.id))

        self.now(changes())
        self.keyless ^= {ILZE.id}

    def _two_take_it(self, letter: Letter, worker: SignedIn, _: st.DataObject) -> None:
        """At once. The second is refused, the head like anybody, and told who has it."""
        if not (letter.service == ILZE.service_id and letter.status == "new" and letter.is_seen_by(ILZE)):
            return
        other = worker if worker in (ZANE, HEAD) else ZANE
        answers = self.together(*(requests.take(self.runtime, taker, letter.reference) for taker in (ILZE, other)))
        assert isinstance(answers[0], Envelope)
        assert isinstance(answers[1], HeldBy)
        assert answers[1].name == ILZE.name
        letter.events.append("request_taken")
        self._has_taken(letter, ILZE)

    def _lists(self, _: Letter, worker: SignedIn, __: st.DataObject) -> None:
        """What is open, what was withdrawn lately, and never another service's nor a colleague's own conflict."""
        shown = {request.reference: request for request in self.now(in_the_queue(self.runtime, worker))}
        assert set(shown) <= {candidate.reference for candidate in self.letters if candidate.is_seen_by(worker)}
        for letter in self.letters:
            one = shown.get(letter.reference)
            assert one is not None or letter.status not in OPEN or not letter.is_seen_by(worker)
            if one is not None:
                assert letter.status in (*OPEN, "withdrawn")
                assert one.erase_at == letter.purge_at
                assert one.attempts_left == max(0, letter.most - len(letter.counting()))
