"""A report and the person's own request, for tests of what becomes of the two as one case."""

from bot.engine.request import Values, Window
from bot.usecases.casework import letters
from bot.usecases.person import additions
from storage.contact_requests import ContactRequest
from tests.storage.rows import DAY
from tests.usecases.office import Office

WHY = "asked for at the counter"
MORNING: Values = {"windows": (Window("mon", "08:00", "09:30"),), "valid_until": "2026-12-01"}


async def row(office: Office, reference: str) -> ContactRequest:
    async with office.runtime.database.store() as store:
        found = await store.requests.by_id(reference)
    assert found
    return found


async def in_common(office: Office, report: str) -> tuple[object, ...]:
    """What the two have in common, once it is shown that they have."""
    own, other = await office.row(), await row(office, report)
    both = [(half.status, half.worker_id, half.due_at, half.closed_as, half.head_only) for half in (own, other)]
    assert both[0] == both[1]
    return both[0]


async def to_be_told(office: Office, reference: str) -> list[str]:
    async with office.runtime.database.store() as store:
        return [errand.kind for errand in await store.outbox.of_request(reference) if errand.done_at is None]


async def other_side(office: Office, *known: str) -> str:
    """Who waits beside these: somebody who wrote about himself."""
    async with office.runtime.database.store() as store:
        (found,) = [request.id for request in await store.requests.waiting("balvi") if request.id not in known]
    return found


async def her_own_word(office: Office) -> None:
    """She changed her times on her own request, and the agreed word was right."""
    assert await additions.change_times(office.runtime, office.receipt, MORNING, "lv", knowing=True) is not None
    async with office.runtime.database.store() as store:
        newest = await store.additions.newest(office.reference)
    await letters.fetch(office.runtime, office.ilze, office.reference)
    await letters.confirm_word(office.runtime, office.ilze, office.reference, newest)


async def calls_end(office: Office, code: str, days: int) -> None:
    """With this code somebody says until when calls are safe."""
    times: Values = {**MORNING, "valid_until": (office.runtime.today() + days * DAY).isoformat()}
    assert await additions.change_times(office.runtime, code, times, "lv", knowing=True) is not None
