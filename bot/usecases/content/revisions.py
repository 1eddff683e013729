"""The revision in use: the newest at start, and any newer one within seconds of its publication."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime

from bot import content as contents
from bot.content import Content
from bot.engine.problems import BrokenContent
from bot.runtime import Runtime
from bot.usecases.content import apart
from bot.usecases.content.drafts import names_of
from bot.usecases.refused import NotFound
from storage.database import Store
from storage.packages import Made
from storage.revisions import Revision

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Published:
    """A line of the history. `to_confirm`: it was published at once, and a second person has not confirmed it yet."""

    number: int
    hash: str
    made: Made
    at: datetime
    by: str
    approved_by: str | None
    title: str
    note: str
    certificate: str
    based_on: int | None
    round_name: str
    services_heard: int
    confirmed_by: str | None
    to_confirm: bool
    in_use: bool


@dataclass(frozen=True, slots=True)
class InUse:
    """What people read now, for the operator. `number` 0 is the program's own package.

    `not_taken`: a newer revision that this version of the program cannot use, and why. `program_changed`: the program
    came with another package than the one the newest revision was based on.
    """

    number: int
    hash: str
    not_taken: tuple[int, str] | None
    program_changed: bool


async def take_newest(runtime: Runtime) -> None:
    """Parse, prove and use the newest revision at start. If that fails, the program's own package stays in use."""
    async with runtime.database.store() as store:
        newest = await store.revisions.newest()
    if newest is not None:
        await _take(runtime, newest, proving=True)


async def follow(runtime: Runtime) -> bool:
    """Use the newest revision if it is newer than the one in use. Return whether it was taken.

    It was proved before publication, so here it is only parsed and in use within two seconds.
    """
    async with runtime.database.store() as store:
        number = await store.revisions.newest_number()
        refused = runtime.not_taken[0] if runtime.not_taken else 0
        newest = await store.revisions.newest() if number > max(runtime.revision, refused) else None
    return newest is not None and await _take(runtime, newest, proving=False)


async def in_use(runtime: Runtime) -> InUse:
    """Return what the operator's page shows about the revision in use."""
    async with runtime.database.store() as store:
        history = await store.revisions.all()
    changed = bool(history) and history[0].shipped_hash != runtime.shipped
    return InUse(runtime.revision, runtime.content.revision, runtime.not_taken, changed)


async def history(runtime: Runtime) -> list[Published]:
    """Return everything that was ever published, newest first."""
    async with runtime.database.store() as store:
        names, confirmed = await names_of(store), await store.revisions.confirmations()
        return [
            Published(
                number=row.number,
                hash=row.hash,
                made=row.made,
                at=row.published_at,
                by=names.get(row.published_by, row.published_by),
                approved_by=names.get(row.approved_by) if row.approved_by else None,
                title=row.title,
                note=row.note,
                certificate=row.certificate,
                based_on=row.based_on,
                round_name=row.round_name,
                services_heard=row.services_heard,
                confirmed_by=names.get(confirmed[row.number].by) if row.number in confirmed else None,
                to_confirm=row.made == "withdrawal" and row.number not in confirmed,
                in_use=row.number == runtime.revision,
            )
            for row in await store.revisions.all()
        ]


async def files_of(runtime: Runtime, number: int) -> dict[str, str]:
    """Return the files of a revision; 0 is the program's package. Raises NotFound."""
    if number == 0:
        return await asyncio.to_thread(contents.files_of, contents.HERE)
    async with runtime.database.store() as store:
        return (await get_revision(store, number)).files


async def shipped_in(store: Store, runtime: Runtime) -> str:
    """Return the hash of the program's package that the newest revision was merged with, perhaps an old one."""
    newest = await store.revisions.newest()
    return newest.shipped_hash if newest and newest.shipped_hash else runtime.shipped


async def shipped_with(runtime: Runtime, number: int) -> str:
    """Return the hash of the program's package that a revision was merged with; 0 is that package. Raises NotFound."""
    if number == 0:
        return runtime.shipped
    async with runtime.database.store() as store:
        return (await get_revision(store, number)).shipped_hash


async def get_revision(store: Store, number: int) -> Revision:
    """Return a revision by number. Raises NotFound."""
    found = await store.revisions.by_number(number)
    if found is None:
        raise NotFound
    return found


async def _take(runtime: Runtime, newest: Revision, proving: bool) -> bool:
    today = runtime.today()

    def read() -> Content:
        content = contents.parse(newest.files)
        _ = content.finder  # built here, so that the first person who types does not wait for it
        return content

    try:
        if proving:
            await apart.prove(runtime, await asyncio.to_thread(lambda: newest.files), today)
        content = await asyncio.to_thread(read)
    except BrokenContent as broken:
        runtime.not_taken = (newest.number, str(broken))
        log.error("revision_not_taken")
        return False
    if newest.number < runtime.revision:  # a newer one was taken meanwhile
        return False
    runtime.content, runtime.revision, runtime.not_taken = content, newest.number, None
    log.info("revision_taken")
    return True


async def certificate(runtime: Runtime) -> str:
    """Return the certificate of the content in use today, or the problems that prevent it."""
    try:
        return str(await apart.prove(runtime, runtime.content.files, runtime.today()))
    except BrokenContent as broken:  # a fact expired since the start, for example
        return str(broken)
