"""What waits for an approver: proposed drafts and rollbacks to read, and withdrawals to confirm."""

from dataclasses import dataclass
from datetime import datetime

from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.content import drafts
from bot.usecases.content.drafts import Heading
from bot.usecases.content.publishing import may_approve


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A fact withdrawn at once, as revision `number`, that a second person has to confirm."""

    number: int
    fact: str
    by: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """`proposed` and `withdrawals` are for this account; `for_another` counts those she worked on herself."""

    proposed: tuple[Heading, ...]
    withdrawals: tuple[Withdrawal, ...]
    for_another: int

    @property
    def number(self) -> int:
        return len(self.proposed) + len(self.withdrawals)


async def list_waiting(runtime: Runtime, who: SignedIn) -> Waiting:
    """Return what waits for this account, the longest waiting first. For anyone but an approver nothing waits."""
    if who.role != "approver":
        return Waiting((), (), 0)
    proposed = [draft for draft in await drafts.list_drafts(runtime) if draft.standing == "proposed"]
    hers = [draft for draft in proposed if may_approve(who, draft)]
    hers.sort(key=lambda draft: draft.proposed_at or draft.opened_at)
    async with runtime.database.store() as store:
        names, confirmed = await drafts.names_of(store), await store.revisions.confirmations()
        open_ones = [row for row in await store.revisions.all() if row.made == "withdrawal"]
        open_ones = [row for row in open_ones if row.number not in confirmed]
        withdrawals = tuple(
            Withdrawal(row.number, row.title, names.get(row.published_by, "–"), row.published_at, row.note)
            for row in reversed(open_ones)
            if row.published_by != who.id
        )
    own = len(proposed) - len(hers) + len(open_ones) - len(withdrawals)
    return Waiting(tuple(hers), withdrawals, own)
