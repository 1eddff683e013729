"""The part of `setup` that runs as the service's own account: the database, the first service, and the first accounts.

It is a process of its own, told what to do on standard input. It answers on standard output, so that no link of an
invitation is ever in a file, a log, or the list of processes.
"""

import asyncio
import json
import sys
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, cast

from bot.commands.services import wrong_options
from bot.commands.setup_answers import NEEDED
from bot.commands.setup_wanted import Done, Invited, Wanted
from bot.desk.accounts import account_words
from bot.engine.request import DAYS
from bot.usecases.accounts import workers
from bot.usecases.refused import Refused
from bot.usecases.services import calendars, delivery, trials

if TYPE_CHECKING:
    from bot.runtime import Runtime


OFFICE_HOURS = dict.fromkeys(DAYS[:5], ("08:30", "17:00"))
MAILS_WITHIN, LOOK = 45.0, 0.5
"""Seconds to wait for the mail server, and between two looks."""


def carry_out() -> None:
    """Read what is wanted from standard input, do it, and say on standard output what was done."""
    from bot.commands.running import with_runtime

    wanted = Wanted(**json.loads(sys.stdin.read()))
    done = with_runtime(lambda runtime: prepare(runtime, wanted))
    print(json.dumps(asdict(done)))


async def prepare(runtime: "Runtime", wanted: Wanted) -> Done:
    """Set up the service, invite who is not there yet, and send test mails. What is there already stays as it is."""
    said = [await _set_up(runtime, wanted)] if wanted.set_up else []
    invited, others = await _invite(runtime, wanted) if wanted.invite else ([], [])
    mails = await _try_mail(runtime, wanted.service) if wanted.try_mail and wanted.service else None
    return Done(tuple(invited), (*said, *others), mails)


async def _set_up(runtime: "Runtime", wanted: Wanted) -> str:
    known = wanted.service in await calendars.service_names(runtime)
    typed = {"email": wanted.email, "head_email": wanted.head_email}
    addresses = {field_: address for field_, address in typed.items() if address}
    hours = wanted.hours or (None if known else OFFICE_HOURS)
    try:
        await calendars.set_up(runtime, wanted.service, hours, addresses)
    except calendars.NotValid as error:
        why = wrong_options(error.problems)
        raise Refused(f"mend the calendar with “blakus service set {wanted.service}”: {why}") from None
    changed = " and ".join(name for name, given in (("hours", hours), ("addresses", addresses)) if given)
    return f"service {wanted.service}: {f'its {changed} are set' if known and changed else 'set up'}"


async def _invite(runtime: "Runtime", wanted: Wanted) -> tuple[list[Invited], list[str]]:
    """Invite one person for each function that nobody has."""
    there = [worker for worker in await workers.list_workers(runtime) if worker.active]
    invited, said = [], []
    for role in NEEDED:
        service = wanted.service if role in ("head", "worker") else None
        own = [worker for worker in there if worker.role == role and (service is None or worker.service_id == service)]
        if own or (role in ("head", "worker") and not wanted.service):
            kept = "; --people changes no name" if role in wanted.people else ""
            said += [f"{role}: {worker.login} has an account{kept}" for worker in own]
            continue
        name = wanted.people.get(role) or _function(role)
        login = await _free_login(runtime, wanted.people.get(role) or role)
        link = await workers.invite(runtime, login, name, cast(workers.Role, role), service)
        invited.append(Invited(login, name, role, runtime.settings.desk_address + link))
    return invited, said


def _function(role: str) -> str:
    """Return the Latvian word for a function, by which colleagues see an account that has no name of its own."""
    from bot.desk.page import say

    return say("lv", account_words.ROLES[role]).capitalize()


async def _free_login(runtime: "Runtime", name: str) -> str:
    """Return a login made of the first name, with a number where it is taken."""
    taken = {worker.login for worker in await workers.list_workers(runtime)}
    wished = workers.login_of(name)
    return next(
        login
        for number in range(1, len(taken) + 2)
        if (login := wished + (str(number) if number > 1 else "")) not in taken
    )


async def _try_mail(runtime: "Runtime", service: str) -> tuple[int, int]:
    """Send a test mail to each address of the service, and wait until the mail server has answered to each.

    The running program may be faster, so what happened is read from the database.
    """
    since = runtime.now()
    try:
        many = await trials.send(runtime, None, service)
    except trials.NobodyToTell:
        return 0, 0
    with suppress(TimeoutError):
        async with asyncio.timeout(MAILS_WITHIN):
            while (await trials.outcome(runtime, service, since))[2]:
                await delivery.deliver_due(runtime)
                await asyncio.sleep(LOOK)
    return (await trials.outcome(runtime, service, since))[0], many
