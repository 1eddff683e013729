"""Which revision is in use: the newest one is taken at the start, and within seconds after it was published."""

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
    """One line of the history. `to_confirm`: it could not wait for a second person, and still lacks her word."""

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
    """What people read now, for the operator: `number` 0 is the package of the program itself.

    `not_taken` is a newer revision that this version of the program cannot use, and why. `program_changed`: the
    program came with another package than the one the newest revision was made beside.
    """

    number: int
    hash: str
    not_taken: tuple[int, str] | None
    program_changed: bool


async def take_newest(runtime: Runtime) -> None:
    """At the start: the newest revision, parsed and proved. Where that fails, the program's own package stays."""
    async with runtime.database.store() as store:
        newest = await store.revisions.newest()
    if newest is not None:
        await _take(runtime, newest, proving=True)


async def follow(runtime: Runtime) -> bool:
    """Take the newest revision, if another one than the one in use. Whether it did.

    It was proved when it was published; here it is only read, so that it is in use within two seconds.
    """
    async with runtime.database.store() as store:
        number = await store.revisions.newest_number()
        refused = runtime.not_taken[0] if runtime.not_taken else 0
        newest = await store.revisions.newest() if number > max(runtime.revision, refused) else None
    return newest is not None and await _take(runtime, newest, proving=False)


async def in_use(runtime: Runtime) -> InUse:
    """For the operator's page."""
    async with runtime.database.store() as store:
        history = await store.revisions.all()
    changed = bool(history) and history[0].shipped_hash != runtime.shipped
    return InUse(runtime.revision, runtime.content.revision, runtime.not_taken, changed)


async def history(runtime: Runtime) -> list[Published]:
    """Everything that was ever published, newest first."""
    async with runtime.database.store() as store:
        names, confirmed = await names_of(store), await store.revisions.confirmations()
        return [
            Published(
                number=one.number,
                hash=one.hash,
                made=one.made,
                at=one.published_at,
                by=names.get(one.published_by, one.published_by),
                approved_by=names.get(one.approved_by) if one.approved_by else None,
                title=one.title,
                note=one.note,
                certificate=one.certificate,
                based_on=one.based_on,
                round_name=one.round_name,
                services_heard=one.services_heard,
                confirmed_by=names.get(confirmed[one.number].by) if one.number in confirmed else None,
                to_confirm=one.made == "withdrawal" and one.number not in confirmed,
                in_use=one.number == runtime.revision,
            )
            for one in await store.revisions.all()
        ]


async def files_of(runtime: Runtime, number: int) -> dict[str, str]:
    """The files of a revision; 0 is the package of the program. Raises NotFound."""
    if number == 0:
        return await asyncio.to_thread(contents.files_of, contents.HERE)
    async with runtime.database.store() as store:
        return (await revision(store, number)).files


async def shipped_in(store: Store, runtime: Runtime) -> str:
    """The program's package up to which the newest revision holds everything: what was merged, not what runs now."""
    newest = await store.revisions.newest()
    return newest.shipped_hash if newest and newest.shipped_hash else runtime.shipped


async def shipped_with(runtime: Runtime, number: int) -> str:
    """The same of an earlier revision; 0 is the package of the program. Raises NotFound."""
    if number == 0:
        return runtime.shipped
    async with runtime.database.store() as store:
        return (await revision(store, number)).shipped_hash


async def revision(store: Store, number: int) -> Revision:
    """Raises NotFound."""
    found = await store.revisions.by_number(number)
    if found is None:
        raise NotFound
    return found


async def _take(runtime: Runtime, newest: Revision, proving: bool) -> bool:
    today = runtime.today()

    def read() -> Content:
        content = contents.parse(newest.files)
        _ = content.finder  # made here, so that the first one who types does not wait for it
        return content

    try:
        if proving:
            await apart.prove(runtime, await asyncio.to_thread(lambda: newest.files), today)
        content = await asyncio.to_thread(read)
    except BrokenContent as broken:
        runtime.not_taken = (newest.number, str(broken))
        log.error("revision_not_taken")
        return False
    if newest.number < runtime.revision:  # a newer one was taken while this one was read
        return False
    runtime.content, runtime.revision, runtime.not_taken = content, newest.number, None
    log.info("revision_taken")
    return True


async def certificate(runtime: Runtime) -> str:
    """What the check proves of the content in use today."""
    try:
        return str(await apart.prove(runtime, runtime.content.files, runtime.today()))
    except BrokenContent as broken:  # a fact expired since the start, for example
        return str(broken)
