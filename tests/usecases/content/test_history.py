"""What was published stays in the history, unchanged and whole; an earlier revision comes back only as a new one."""

import pytest
import sqlalchemy

from bot.content import Content
from bot.usecases.content import publishing
from bot.usecases.refused import NotAllowed, NotFound
from storage.urls import with_driver
from tests.conftest import runtime_on
from tests.faces import Clock
from tests.usecases.content.approving import approves
from tests.usecases.content.editorial_desk import Desk, court, furnished


async def test_rolling_back_publishes_the_earlier_revision_anew_with_four_eyes(desk: Desk) -> None:
    await desk.published(*court("Pirmais."))
    first = desk.runtime.content.revision
    await desk.published(*court("Otrais."))
    draft_id = await publishing.propose_rollback(desk.runtime, desk.peteris, 1, "Otrais bija aplams")
    with pytest.raises(NotAllowed):
        await approves(desk.runtime, desk.peteris, draft_id)
    assert await approves(desk.runtime, desk.zane, draft_id) == 3
    assert desk.runtime.content.revision == first
    assert [(entry.number, entry.made, entry.hash == first) for entry in await publishing.history(desk.runtime)] == [
        (3, "rollback", True), (2, "publish", False), (1, "publish", True),
    ]  # fmt: skip
    with pytest.raises(NotFound):
        await publishing.propose_rollback(desk.runtime, desk.peteris, 9, "")


@pytest.mark.parametrize(
    "change", ["UPDATE revisions SET note = ''", "DELETE FROM revisions", "DELETE FROM confirmations"]
)
async def test_history_is_neither_changed_nor_trimmed(
    database_url: str, clock: Clock, small: Content, change: str
) -> None:
    async with runtime_on(database_url, clock, small) as runtime:
        desk = await furnished(runtime)
        await publishing.withdraw_now(runtime, desk.eva, "emergency", "Numurs vairs nedarbojas")
        await publishing.confirm(runtime, desk.peteris, 1)
        url = with_driver(database_url)
        url = url.set(drivername="sqlite") if url.get_backend_name() == "sqlite" else url
        engine = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.NullPool)
        with engine.connect() as intruder, pytest.raises(sqlalchemy.exc.DBAPIError, match="append-only"):
            intruder.execute(sqlalchemy.text(change))
        engine.dispose()
