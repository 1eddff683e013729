"""Two people at one desk: what one does, against the page that the other loaded before.

Every cell is one sentence. Baiba is a worker, Anna the head of service; both hold the key. The real forms of the real
pages are pressed, without a script; with it, and where both screens count, tests/desk/casework/test_two_screens.py.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework import sweeping
from bot.usecases.person import contact
from tests.desk.pressing import Presser, Seen, a_presser
from tests.faces import Clock
from tests.people import a_desk_mate, a_key, a_request, a_service, an_own_key, gives_the_key, may_read_alone, serving

FASTER = "A colleague has it"
GONE = "The request is not there any more"
NOT_YOURS = "Your role or the state of this request does not allow that"
HIDDEN = "Nothing here"
TOLD = "The number was shown to: Baiba"
NOTED = "The attempt is noted."


@dataclass(frozen=True)
class Cell:
    """`before` and `first` are actions such as “baiba take”; `press` is the form on the page that the other had loaded
    between the two. `asked` are words of the question that came first, `sees` of the page in the end."""

    sentence: str
    before: str
    first: str
    press: str
    status: int
    sees: str
    audit: str
    """The actions of both, without readings, from the first one on."""
    asked: str = ""
    counted: str = ""
    """The outcomes that count afterwards."""
    state: str = "taken"
    held_by: str = "baiba"


TABLE = (
    # --- Take ---
    Cell("a stale “take” of the head takes nothing from who has it", "", "baiba take", "anna take",
         409, f"{FASTER} Baiba has had this request since 23 November, 12:00. You can take it over",
         "request_taken"),
    Cell("nor while the number is on her colleague's screen", "", "baiba take reveal", "anna take",
         409, FASTER, "request_taken phone_revealed"),
    Cell("a stale “take” of a worker says who has it, and nothing of taking over", "", "anna take", "baiba take",
         409, f"{FASTER} Anna has had this request since 23 November, 12:00. Back to the request", "request_taken",
         held_by="anna"),
    Cell("what was given back meanwhile is taken as it stands", "baiba take", "baiba back", "anna takeover",
         200, "taken by Anna", "request_given_back request_taken",
         asked="Nobody has this request now. The number is shown to no colleague", held_by="anna"),
    Cell("who takes over is told from whom, since when, and that nobody is calling", "baiba take", "baiba extend",
         "anna takeover", 200, "taken by Anna", "request_extended request_taken_over",
         asked="Baiba has had this request since 23 November, 12:00. The number is shown to no colleague",
         held_by="anna"),
    Cell("who takes over is told that the number was shown since she loaded the page", "baiba take", "baiba reveal",
         "anna takeover", 200, "taken by Anna", "phone_revealed request_taken_over",
         asked=f"{TOLD}, 23 November, 12:00; no outcome has been noted since", held_by="anna"),
    Cell("what a talk has begun is taken over as it stands", "baiba take came", "baiba extend", "anna takeover",
         200, "You have taken this request over.", "request_extended request_taken_over",
         asked="Baiba has had this request since 23 November, 12:00", counted="came", state="contacted",
         held_by="anna"),
    Cell("what was closed meanwhile is not taken over", "baiba take", "baiba close", "anna takeover",
         410, GONE, "request_closed", state="closed"),
    # --- How a call went ---
    Cell("a call is counted after the head took over", "baiba take reveal", "anna takeover", "baiba attempt",
         200, NOTED, "request_taken_over attempt_noted", counted="no_answer", held_by="anna"),
    Cell("a call is counted after the head closed it, and closed it stays", "baiba take reveal", "anna close",
         "baiba attempt", 200, NOTED, "request_closed attempt_noted", counted="no_answer", state="closed"),
    Cell("a call is counted after the head gave it back for her", "baiba take reveal", "anna back", "baiba attempt",
         200, "no answer", "request_given_back attempt_noted", counted="no_answer", state="new", held_by=""),
    Cell("a call is counted after the promise ran out", "baiba take reveal", "time lapses", "baiba attempt",
         200, "no answer", "promise_lapsed attempt_noted", counted="no_answer", state="new", held_by=""),
    Cell("a call is counted after somebody here knew the person", "baiba take reveal", "anna conflict",
         "baiba attempt", 200, NOTED, "conflict_flagged attempt_noted", counted="no_answer", state="new", held_by=""),
    Cell("a call to who has withdrawn meanwhile stands in the audit alone", "baiba take reveal", "person withdraws",
         "baiba attempt", 200, NOTED, "attempt_noted", state="withdrawn"),
    Cell("a call is counted beside the one that the head noted", "baiba take reveal", "anna attempt", "baiba attempt",
         200, "no answer", "attempt_noted attempt_noted", counted="no_answer no_answer"),
    Cell("one call is counted once: an older page of hers notes none beside it", "baiba take reveal", "baiba attempt",
         "baiba attempt", 403, "Calling is locked", "attempt_noted", counted="no_answer"),
    Cell("who was shown no number notes no call of what is not hers any more", "baiba take", "anna takeover",
         "baiba attempt", 403, NOT_YOURS, "request_taken_over", held_by="anna"),
    # --- Close, meet, come ---
    Cell("to close what a colleague took over is refused", "baiba take", "anna takeover", "baiba close",
         403, NOT_YOURS, "request_taken_over", held_by="anna"),
    Cell("the head closes while her colleague calls, and is asked first", "baiba take", "baiba reveal", "anna close",
         200, "is closed. Its content is erased within 7 days", "phone_revealed request_closed",
         asked="Close it as “met the person”?", state="closed"),
    Cell("what was closed already is not closed again", "baiba take", "anna close", "baiba close",
         410, GONE, "request_closed", state="closed"),
    Cell("she came, and the head had noted so already", "baiba take", "anna came", "baiba came",
         200, "contacted by Baiba", "person_came person_came", asked="Did you ask for the agreed word",
         counted="came came", state="contacted"),
    Cell("she came after it was closed: nothing is noted", "baiba take", "anna close", "baiba came",
         410, GONE, "request_closed", state="closed"),
    Cell("met by both is met once", "baiba take came", "anna meet", "baiba meet",
         403, NOT_YOURS, "request_met", counted="came", state="met"),
    Cell("to wait for her is refused to who has it no longer", "baiba take", "anna takeover", "baiba wait",
         403, NOT_YOURS, "request_taken_over", held_by="anna"),
    Cell("to give back is refused to who has it no longer", "baiba take", "anna takeover", "baiba back",
         403, NOT_YOURS, "request_taken_over", held_by="anna"),
    # --- I know them, urgency, kept longer, erased ---
    Cell("what a colleague hid is not there for the other", "", "anna conflict", "baiba take",
         404, HIDDEN, "conflict_flagged", state="new", held_by=""),
    Cell("“I know them” of both is one mark", "", "baiba conflict", "anna conflict",
         200, "Requests", "conflict_flagged", asked="You alone would see this request then", state="new", held_by=""),
    Cell("two who press “more urgent” on one stale page raise it no further than today", "baiba take lower",
         "anna raise", "baiba raise", 200, "TODAY", "priority_raised"),
    Cell("to keep it longer is refused to who has it no longer", "baiba take", "anna takeover", "baiba extend",
         403, NOT_YOURS, "request_taken_over", held_by="anna"),
    Cell("what was erased at her wish is not there for the other", "baiba take", "anna erase", "baiba close",
         410, GONE, "request_erased_at_wish", state="withdrawn", held_by="anna"),
    Cell("what was closed meanwhile is still erased at her wish", "baiba take", "anna close", "baiba erase",
         200, "is erased. Nothing of it is left", "request_closed request_erased_at_wish",
         asked="Have you heard the agreed word", state="withdrawn"),
    # --- Taken back ---
    Cell("what one opened again the other does not open again", "baiba take close", "baiba reopen", "anna reopen",
         403, NOT_YOURS, "request_reopened"),
    Cell("what was withdrawn after it was closed nobody opens again", "baiba take close", "person withdraws",
         "baiba reopen", 410, GONE, "", state="withdrawn"),
    Cell("an outcome is not taken back once a colleague has gone on", "baiba take attempt", "anna takeover",
         "baiba unnote", 403, NOT_YOURS, "request_taken_over", counted="no_answer", held_by="anna"),
    Cell("“more urgent” is not taken back once a colleague made it less urgent", "baiba take lower raise",
         "anna lower", "baiba unraise", 403, NOT_YOURS, "priority_lowered"),
)  # fmt: skip


@dataclass
class Two:
    """Both at their browsers, and the person at hers."""

    runtime: Runtime
    clock: Clock
    baiba: Presser
    anna: Presser
    code: str = ""
    reference: str = ""

    async def somebody_writes(self) -> None:
        self.code = await a_request(self.runtime)
        async with self.runtime.database.store() as store:
            (self.reference,) = [request.id for request in await store.requests.waiting("balvi")]

    async def do(self, said: str) -> None:
        """Actions of one of them, each on a page loaded anew."""
        who, *actions = said.split()
        for action in actions:
            match action:
                case "lapses":
                    self.clock.move(hours=5)
                    await sweeping.sweep(self.runtime)
                    for presser in (self.baiba, self.anna):
                        await presser.sign_in(self.runtime)
                case "withdraws":
                    await contact.withdraw(self.runtime, self.code)
                case "reveal":
                    await self.presser(who).shows(self.reference)
                case _:
                    presser = self.presser(who)
                    status, seen = await presser.press(await presser.look(f"/requests/{self.reference}"), action)
                    assert status == 200, (said, seen)

    def presser(self, who: str) -> Presser:
        return {"baiba": self.baiba, "anna": self.anna}[who]

    async def actions(self) -> list[str]:
        async with self.runtime.database.store() as store:
            entries = await store.audit.entries(self.reference)
            return [entry.event for entry in reversed(entries) if entry.actor != "person"]


@pytest.fixture
async def two(runtime: Runtime, clock: Clock) -> AsyncIterator[Two]:
    await a_service(runtime)
    anna = await a_desk_mate(runtime, "anna", "head", "balvi")
    baiba = await a_desk_mate(runtime, "baiba", "worker", "balvi")
    await _hold_the_key(runtime, anna, baiba)
    async with serving(runtime) as url:
        made = Two(runtime, clock, await a_presser(runtime, url, baiba), await a_presser(runtime, url, anna))
        await made.somebody_writes()
        yield made
        for presser in (made.baiba, made.anna):
            await presser.browser.close()


async def _hold_the_key(runtime: Runtime, anna: SignedIn, baiba: SignedIn) -> None:
    identity = await a_key(runtime, anna)
    await an_own_key(runtime, baiba)
    await gives_the_key(runtime, anna, baiba, identity)
    await may_read_alone(runtime, anna, identity)


@pytest.mark.parametrize("cell", TABLE, ids=lambda cell: cell.sentence)
async def test_whatever_one_does_the_stale_page_of_the_other_tells_the_truth(two: Two, cell: Cell) -> None:
    if cell.before:
        await two.do(cell.before)
    who, action = cell.press.split()
    other = two.presser(who)
    stale = await other.look(f"/requests/{two.reference}")
    before = len(await two.actions())
    await two.do(cell.first)
    status, seen = await other.press(stale, action)
    assert (status, cell.sees in seen) == (cell.status, True), seen
    assert cell.asked in other.asked
    assert bool(cell.asked) == bool(other.asked), other.asked
    happened = [event for event in (await two.actions())[before:] if not event.startswith("letter_")]
    if not cell.audit.startswith("priority"):
        happened = [event for event in happened if not event.startswith("priority")]
    assert " ".join(happened) == cell.audit
    async with two.runtime.database.store() as store:
        row = await store.requests.by_id(two.reference)
        assert row
        holder = await store.workers.by_id(row.worker_id) if row.worker_id else None
    assert (row.status, holder.login if holder else "") == (cell.state, cell.held_by)
    assert " ".join(attempt["outcome"] for attempt in row.attempts) == cell.counted


async def test_a_question_that_is_not_answered_changes_nothing(two: Two) -> None:
    await two.do("baiba take came")
    before = await two.actions()
    for action in ("close", "meet", "came", "conflict", "erase"):
        page = await two.baiba.look(f"/requests/{two.reference}")
        status, seen = await two.baiba.press(page, action, sure=False)
        assert (status, "No, back to the request" in seen) == (200, True), action
    page = await two.anna.look(f"/requests/{two.reference}")
    assert (await two.anna.press(page, "takeover", sure=False))[0] == 200
    assert await two.actions() == before


async def test_an_answer_to_what_is_no_longer_true_is_asked_about_again(two: Two) -> None:
    await two.do("baiba take")
    page = await two.anna.look(f"/requests/{two.reference}")
    status, asked = await two.anna._send(page.forms["takeover"].action, {})
    assert (status, "shown to no colleague" in asked.words) == (200, True)
    await two.do("baiba reveal")
    status, again = await two.anna._send(page.forms["takeover"].action, asked.forms["takeover"].filled())
    assert (status, TOLD in again.words) == (200, True), again.words
    assert "request_taken_over" not in await two.actions()
    await two.anna._send(page.forms["takeover"].action, again.forms["takeover"].filled())
    assert (await two.actions())[-1] == "request_taken_over"


async def test_the_page_of_a_number_learns_that_it_goes_and_that_is_no_sign_of_life(two: Two) -> None:
    await two.do("baiba take reveal")
    assert await two.baiba.standing(two.reference) == {
        "now": two.clock().isoformat(), "mine": True, "holder": "Baiba", "since": "23 November, 12:00", "open": True,
        "may_show": True, "owes": True, "said": "",
    }  # fmt: skip
    two.clock.move(minutes=10)
    await two.do("anna takeover")
    now = await two.baiba.standing(two.reference)
    assert (now["mine"], now["holder"], now["may_show"]) == (False, "Anna", False)
    assert now["said"] == (
        "Do not call any more: Anna has had this request since 23 November, 12:10. "
        "If you have called, note how it went."
    )
    two.clock.move(minutes=19)
    await two.baiba.standing(two.reference)
    two.clock.move(minutes=2)
    async with two.baiba.browser.get("/requests", allow_redirects=False) as answer:
        assert answer.status == 303, "she has not touched the desk for half an hour"


async def test_a_page_is_left_to_note_the_call_to_whom_the_request_was_hidden_from(two: Two) -> None:
    await two.do("baiba take reveal")
    await two.do("anna conflict")
    page = await two.baiba.look(f"/requests/{two.reference}")
    assert "Do not call any more: this request is not open to you now" in page.words
    assert {*page.forms} == {"language", "sign-out", "attempt"}
    status, seen = await two.baiba.press(page, "attempt")
    assert (status, NOTED in seen) == (200, True)
    page = await two.baiba.look(f"/requests/{two.reference}")
    assert HIDDEN in page.words


async def test_the_list_of_what_has_ended_leads_to_what_can_be_opened_and_says_until_when(two: Two) -> None:
    await two.do("baiba take close")
    async with two.baiba.browser.get("/requests?state=ended") as answer:
        html = await answer.text()
    assert f'href="/requests/{two.reference}"' in html
    assert "30 November" in Seen(html).words
    await two.do("person withdraws")
    async with two.baiba.browser.get("/requests?state=ended") as answer:
        assert f'href="/requests/{two.reference}"' not in await answer.text()


async def test_the_one_reader_is_told_that_she_alone_would_see_it(two: Two) -> None:
    page = await two.anna.look(f"/requests/{two.reference}")
    await two.anna.press(page, "conflict", sure=False)
    assert "You alone would see this request then" in two.anna.asked
    assert "and you do not" not in two.anna.asked
    page = await two.baiba.look(f"/requests/{two.reference}")
    await two.baiba.press(page, "conflict", sure=False)
    assert "and you do not" in two.baiba.asked


async def test_what_is_closed_and_not_yet_erased_is_not_called_erased(two: Two) -> None:
    await two.do("anna take close")
    page = await two.baiba.look(f"/requests/{two.reference}")
    assert "This request is closed. Until the day below" in page.words
    assert "The content of this request is erased" not in page.words


async def test_the_question_stays_where_it_is_read_in_another_language(two: Two) -> None:
    await two.do("baiba take")
    page = await two.baiba.look(f"/requests/{two.reference}")
    await two.baiba.press(page, "close", sure=False)
    async with two.baiba.browser.post(page.forms["close"].action, data={"reason": "met"}) as answer:
        back = (await answer.text()).partition('name="back" value="')[2].partition('"')[0]
    assert back == f"/requests/{two.reference}"
