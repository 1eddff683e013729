"""Build a runtime from the settings: proved content and an open database, and none of the faces.

Commands need no more. Loading the chat, the desk and Telegram for them would take as long as all the rest.
"""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from bot import apart
from bot import content as contents
from bot.proof import certified
from bot.runtime import RIGA, Runtime, Secrets, keep_private, own_secret, utc_now
from bot.settings import VAR, Settings, Unsafe
from bot.usecases.content import revisions, upgrades
from bot.volatile import with_volatile
from storage.database import Database, Trouble, WrongKey

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]

NOT_ITS_KEY = (
    "BOT_SECRET is not the one this database was made with: put that one back into the settings; after an incident, "
    "“blakus secret accept” takes the new one"
)
NO_DATABASE = "BOT_DATABASE must look like sqlite:///… or postgresql://user:password@host/name"


@asynccontextmanager
async def runtime_of(
    settings: Settings, now: Clock = utc_now, var: Path = VAR, *, patient: bool = False
) -> AsyncIterator[Runtime]:
    """Provide a runtime with proved content and an open database. Raise BrokenContent before anything is started.

    `patient`: start even if the database cannot be reached, and answer from memory until it can.
    """
    try:
        keep_private(var)
        secrets = with_volatile(settings, own_secret(settings, var))
    except OSError as error:
        raise Unsafe(
            f"{error.filename or var} cannot be used ({error.strerror}): it has to belong to the account of the program"
        ) from None
    except ValueError:
        raise Unsafe(NO_DATABASE) from None
    content = contents.read()
    certified(content, now().astimezone(RIGA).date(), var / "cache")
    database = database_of(settings, secrets)
    try:
        await _open_database(database, patient)
        runtime = Runtime(database, content, settings, secrets, now)
        if database.is_open:
            await upgrades.remember(runtime)
            await revisions.take_newest(runtime)
        yield runtime
    finally:
        apart.shared().stop()
        await database.close()


def database_of(settings: Settings, secrets: Secrets) -> Database:
    """Return the database of the settings. Raises Unsafe for an address that cannot be one."""
    try:
        return Database(settings.database.get_secret_value(), secrets.storage, secrets.conversations)
    except ValueError:
        raise Unsafe(NO_DATABASE) from None


def out_of_reach(trouble: Trouble) -> Unsafe:
    """Return what a command says when the database fails."""
    return Unsafe(f"BOT_DATABASE: {trouble.why or f'it cannot be used ({trouble.args[0]})'}")


async def _open_database(database: Database, patient: bool) -> None:
    try:
        await database.open()
    except WrongKey:
        raise Unsafe(NOT_ITS_KEY) from None
    except OSError as error:
        raise Unsafe(f"BOT_DATABASE: its file cannot be written ({error.strerror})") from None
    except Trouble as error:
        if not patient:
            raise out_of_reach(error) from None
        log.error("database_gone", extra={"error": error.why or error.args[0]})
