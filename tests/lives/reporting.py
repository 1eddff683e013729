"""Reports of other institutions in the machine of test_lives.py, the papers of a talk, and the sums of a quarter."""

import os
from collections import Counter
from datetime import date
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from bot.content import Content
from bot.engine.referral import BASES, ReferralBasis
from bot.runtime import RIGA
from bot.usecases.acting import SignedIn
from bot.usecases.casework import papers, referrals, slips
from bot.usecases.casework.key_change import RESEALED_SIZE
from bot.usecases.casework.referrals import Referral
from bot.usecases.person import standing
from bot.usecases.refused import Refused
from bot.usecases.services.keys import SEALED
from storage.slips import TOTAL
from tests.lives.account import CONTACT, DAY, Letter
from tests.lives.asking import MOST_LETTERS
from tests.lives.machine import HEAD, ILZE, JANIS, ZANE
from tests.lives.undoing import Undoing

PRESENT = "SELECT recipient FROM service_keys WHERE service_id = ? AND retired_at IS NULL LIMIT 1"


def sealed() -> bytes:
    """What a worker's browser sends: of the one size, and nothing that this program could read."""
    return (SEALED + os.urandom(RESEALED_SIZE))[:RESEALED_SIZE]


class Reporting(Undoing):
    """A report is a request like any other, but for what it rests on; only who agreed has a code."""

    def __init__(self, template: Path, content: Content) -> None:
        super().__init__(template, content)
        self.entered: dict[str, tuple[SignedIn, Referral]] = {}
        self.sums = Counter[tuple[str, str, str]]()

    # --- Reports ------------------------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.letters) < MOST_LETTERS)
    @rule(
        worker=st.sampled_from([ILZE, ILZE, JANIS, HEAD, ZANE]),
        basis=st.sampled_from(BASES),
        head_only=st.sampled_from([False, False, True]),
        days=st.none() | st.integers(0, 30),
        dies_after=st.none() | st.none() | st.integers(0, 40),
        twice=st.booleans(),
    )
    def an_institution_reports(
        self,
        worker: SignedIn,
        basis: ReferralBasis,
        head_only: bool,
        days: int | None,
        dies_after: int | None,
        twice: bool,
    ) -> None:
        referral = self._referral(worker, basis, head_only=head_only, days=days)
        before = self._rows()
        if worker.id in self.keyless or (head_only and worker.service_id != HEAD.service_id):
            assert isinstance(self._tried(referrals.enter(self.runtime, worker, referral)), Refused)
            assert self._rows() == before, "a refused report left something behind"
            return
        if dies_after is not None:
            self.dies_while(referrals.enter(self.runtime, worker, referral), dies_after)
        codes = {self.now(referrals.enter(self.runtime, worker, referral)).code for _ in range(1 + twice)}
        (code,) = codes
        assert bool(code) == (basis == "agreed"), "a code leads to it exactly if she agreed"
        self.entered[referral.reference] = (worker, referral)
        self._remember_report(worker, referral, code)

    def _referral(self, worker: SignedIn, basis: ReferralBasis, *, head_only: bool, days: int | None) -> Referral:
        agreed = referrals.version_of(referrals.agreement(self.runtime, "lv")) if basis == "agreed" else ""
        return Referral(
            self._form(), self._form(), self._present_key(worker), sealed(), basis, "next_working_day", "lv",
            None if days is None else self._today() + days * DAY, head_only, agreed,
        )  # fmt: skip

    def _remember_report(self, worker: SignedIn, referral: Referral, code: str) -> None:
        found = self.now(standing.get_standing(self.runtime, code, "lv")) if code else None
        promised = found.words["service:read_by"] if found else ""
        purposes = (referrals.PURPOSE,) if code else ()
        letter = Letter(
            referral.once, code, worker.service_id or "", purposes, promised, self._hour(), referral.reference
        )
        letter.basis, letter.own_consents, letter.events = referral.basis, len(purposes), ["referral_entered"]
        letter.piece, letter.named_at, letter.since = referral.sealed[600:1000], self._hour(), self.clock()
        letter.head_only, letter.call_until = referral.head_only, referral.call_until
        letter.purge_at, letter.read_by = self._moment(letter, "purge_at"), self._moment(letter, "read_by")
        letter.due = letter.read_by
        self.letters.append(letter)

    def _sends_again(self, letter: Letter) -> None:
        if letter.basis == "own":
            super()._sends_again(letter)
            return
        worker, referral = self.entered[letter.reference]
        if referral.call_until is None or referral.call_until >= self._today():
            assert self.now(referrals.enter(self.runtime, worker, referral)).code == letter.code

    # --- The papers of a talk -----------------------------------------------------------------------------------------

    def _saves(self, letter: Letter, worker: SignedIn, data: st.DataObject) -> None:
        """Whoever has it and holds the key, once the person is in contact; never over what a colleague saved."""
        kind, stale = data.draw(st.sampled_from(papers.KINDS)), data.draw(st.sampled_from([0, 0, 0, 1]))
        due = self._today() + data.draw(st.integers(0, 90)) * DAY if kind == "plan" else None
        version, content = letter.papers.get(kind, 0), sealed()
        may = letter.is_held_by(worker) and letter.open and letter.status in ("contacted", "met")
        may = may and worker.id not in self.keyless and not stale
        key = self._present_key(worker)
        doing = papers.save(self.runtime, worker, letter.reference, kind, key, content, version + stale, due)
        if self.does(letter, doing, f"{kind}_saved", may=may):
            letter.papers[kind] = version + 1
            self.erased += [letter.written[kind]] if kind in letter.written else []
            letter.written[kind] = content[600:1000]
            letter.next_due = due if kind == "plan" else letter.next_due

    # --- The sums of a quarter ----------------------------------------------------------------------------------------

    def _is_counted(self, letter: Letter, ticked: set[str]) -> None:
        """Once, however often it is opened again and closed."""
        if letter.counted:
            return
        letter.counted = True
        asked = self.content.monitoring.questions
        known = {
            "reported": letter.basis != "own",
            "agreed": letter.basis == "agreed",
            "in_contact": any(call.outcome in CONTACT for call in letter.tries),
            "conversation": "conversation" in letter.papers,
        }
        yes = {TOTAL, *(name for name, so in known.items() if so), *(ticked & asked.keys())}
        self.sums.update((letter.service, slips.quarter_of(self.clock()), name) for name in yes)

    # --- How ----------------------------------------------------------------------------------------------------------

    def _present_key(self, worker: SignedIn) -> str:
        ((recipient,),) = self.seen(PRESENT, worker.service_id)
        return str(recipient)

    def _today(self) -> date:
        return self.clock().astimezone(RIGA).date()

    # --- What must be true --------------------------------------------------------------------------------------------

    @invariant()
    def papers_and_sums_are_as_they_must_be(self) -> None:
        for letter in self.letters:
            kept = self.seen("SELECT kind, version FROM papers WHERE request_id = ? ORDER BY kind", letter.reference)
            assert kept == ([] if letter.erased else sorted(letter.papers.items()))
            due = None if letter.erased or letter.next_due is None else str(letter.next_due)
            assert self.seen("SELECT next_due FROM contact_requests WHERE id = ?", letter.reference) == [(due,)]
        kept = self.seen("SELECT service_id, quarter, question, number FROM slip_sums ORDER BY 1, 2, 3")
        assert kept == sorted((*key, number) for key, number in self.sums.items())
