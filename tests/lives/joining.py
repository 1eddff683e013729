"""A person's own request and a report in the machine of test_lives.py: joined and parted, whatever else happens."""

from collections.abc import Awaitable, Callable

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from bot.runtime import RIGA
from bot.usecases.acting import SignedIn
from bot.usecases.casework import handling, joining, requests, undoing
from bot.usecases.casework.showings import ToldFirst
from bot.usecases.casework.states import OUTCOMES, Outcome
from bot.usecases.person import additions, contact
from bot.usecases.refused import Refused
from storage.joinings import HELD_TOGETHER
from storage.slips import TOTAL
from tests.lives.account import DAY
from tests.lives.machine import HEAD, ILZE, World
from tests.people import a_report, a_request, reads, the_request

THIRD = SignedIn("third", "Third", "third", "worker", "balvi")
WHY = "lūgts pie letes"
ACTS = (
    "take", "take", "reads", "reads", "join", "join", "join", "part", "reveal", "reveal", "outside", "attempt",
    "attempt", "came", "wait", "back", "meet", "close", "reopen", "extend", "raise", "over", "wish",
)  # fmt: skip
HERS = ("unsafe", "withdraw", *("nothing",) * 6)


class Joined(World):
    """Whatever workers and the person do, in whatever order, and whenever the program dies."""

    own = report = ""
    codes: tuple[str, str] = ("", "")
    joined_before = parted = called_unsafe = False
    """`called_unsafe`: the report said so while it was joined. In this life no agreed word ever lifts it."""

    @initialize()
    def she_writes_and_is_reported(self) -> None:
        code = self.now(a_request(self.runtime))
        self.own = self.now(the_request(self.runtime))
        entered = self.now(a_report(self.runtime, ILZE, basis="agreed"))
        self.report, self.codes = entered.reference, (code, entered.code)
        self.now(reads(self.runtime, ILZE, self.own, self.report))

    @rule(
        acts=st.lists(
            st.tuples(
                st.sampled_from(ACTS),
                st.sampled_from([ILZE, ILZE, THIRD, HEAD]),
                st.booleans(),
                st.sampled_from(OUTCOMES),
            ),
            min_size=1,
            max_size=6,
        )
    )
    def they_are_worked_on(self, acts: list[tuple[str, SignedIn, bool, Outcome]]) -> None:
        for act, worker, on_report, outcome in acts:
            self._act(act, worker, self.report if on_report else self.own, outcome)
            self.a_joined_report_goes_the_way_of_her_own_request()

    @rule(what=st.sampled_from(HERS), of_report=st.booleans())
    def she_uses_a_code(self, what: str, of_report: bool) -> None:
        code = self.codes[of_report]
        if what == "unsafe":
            self.now(additions.block_calls(self.runtime, code))
            self._hears_what_the_report_says()
        if what == "withdraw":
            self.now(contact.withdraw(self.runtime, code))
        if self._withheld():
            for worker in (ILZE, THIRD, HEAD):
                self._act("reveal", worker, self.report, "no_answer")
                self._act("outside", worker, self.report, "no_answer")

    def _act(self, act: str, worker: SignedIn, reference: str, outcome: Outcome) -> None:
        runtime = self.runtime
        day = self.clock().astimezone(RIGA).date() + 3 * DAY
        doings: dict[str, Callable[[], Awaitable[object]]] = {
            "take": lambda: requests.take(runtime, worker, reference),
            "reads": lambda: reads(runtime, worker, reference),
            "join": lambda: joining.join(runtime, worker, self.report, self.own),
            "part": lambda: joining.part(runtime, worker, self.report),
            "reveal": lambda: self._told(lambda told: requests.reveal(runtime, worker, reference, told)),
            "outside": lambda: self._told(lambda told: handling.reveal_outside(runtime, worker, reference, WHY, told)),
            "over": lambda: self._told(lambda told: requests.take_over(runtime, worker, reference, told)),
            "attempt": lambda: handling.note_attempt(runtime, worker, reference, outcome, 3),
            "came": lambda: handling.note_arrival(runtime, worker, reference),
            "wait": lambda: handling.await_person(runtime, worker, reference, day),
            "back": lambda: handling.give_back(runtime, worker, reference),
            "meet": lambda: handling.meet(runtime, worker, reference),
            "close": lambda: requests.close(runtime, worker, reference, "met", ["children"]),
            "reopen": lambda: undoing.reopen(runtime, worker, reference),
            "extend": lambda: handling.extend(runtime, worker, reference, WHY),
            "raise": lambda: handling.raise_priority(runtime, worker, reference),
            "wish": lambda: handling.erase_at_wish(runtime, worker, reference),
        }
        withheld = reference == self.report and self._withheld()
        self._hears_what_the_report_says()
        try:
            self.now(doings[act]())
        except Refused:
            return
        if act in ("reveal", "outside"):
            assert not withheld, "the number that others reported was shown beside hers"
            assert reference == self.report or not self.called_unsafe, "a number was shown that she had called unsafe"
        if act == "part":
            self.called_unsafe = False  # of another person
        self._hears_what_the_report_says()
        if act == "join":
            self.joined_before |= self._counted() == 0
        self.parted |= act == "part"

    async def _told(self, doing: Callable[[str], Awaitable[object]]) -> object:
        try:
            return await doing("")
        except ToldFirst as first:
            return await doing(first.truth.mark)

    # --- What is so ---------------------------------------------------------------------------------------------------

    def _withheld(self) -> bool:
        ((to, gone),) = self.seen("SELECT joined_to, no_contact FROM contact_requests WHERE id = ?", self.report)
        return bool(to or gone)

    def _hears_what_the_report_says(self) -> None:
        said = self.seen("SELECT 1 FROM contact_requests WHERE joined_to IS NOT NULL AND call_blocked")
        self.called_unsafe |= bool(said)

    def _counted(self) -> int:
        return sum(number for (number,) in self.seen("SELECT number FROM slip_sums WHERE question = ?", TOTAL))

    @invariant()
    def a_joined_report_goes_the_way_of_her_own_request(self) -> None:
        columns = ", ".join(HELD_TOGETHER)
        rows = dict(self.seen(f"SELECT id, json_array({columns}) FROM contact_requests"))  # noqa: S608
        for to, sealed in self.seen("SELECT joined_to, sealed FROM contact_requests WHERE joined_to IS NOT NULL"):
            assert rows[self.report] == rows[to]
            assert sealed is not None
            ((own,),) = self.seen("SELECT sealed FROM contact_requests WHERE id = ?", to)
            assert own is not None, "what she said herself about contact is gone, and the report stands beside nothing"

    @invariant()
    def whoever_has_her_request_has_had_the_report(self) -> None:
        held = "SELECT worker_id FROM contact_requests WHERE joined_to IS NOT NULL AND worker_id IS NOT NULL"
        for (worker,) in self.seen(held):
            had = self.seen(
                "SELECT 1 FROM audit WHERE subject = ? AND (reason = ? AND event = 'request_handed_over' OR actor = ? "
                "AND event IN ('request_taken', 'request_taken_over', 'request_reopened'))",
                *(self.report, worker, worker),
            )
            assert had, "after a withdrawal nobody would know that she had the report"

    @invariant()
    def one_case_is_counted_once(self) -> None:
        assert self._counted() <= (1 if self.joined_before and not self.parted else 2)
