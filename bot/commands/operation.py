"""The operator's commands: `audit`, `doctor`, `secret` and `counts`."""

import argparse
import asyncio
import json
import logging
from datetime import datetime
from typing import TYPE_CHECKING

from bot import content as contents
from bot import logs, settings
from bot.commands.parsing import add_command, year
from bot.commands.running import with_runtime

if TYPE_CHECKING:
    from bot.commands.parsing import Commands
    from bot.runtime import Runtime
    from bot.usecases.operation.doctor_line import Line


def add(commands: "Commands") -> None:
    """Add `audit`, `doctor`, `secret` and `counts`."""
    summary = "verify the chain of the audit: was an entry changed or removed (exit code 1)"
    add_command(commands, "audit", _audit, summary)
    summary = "would a person who writes now get help? One line each (exit code 1 on red)"
    doctor = add_command(commands, "doctor", _doctor, summary)
    doctor.add_argument("--json", action="store_true", help="one JSON line for each check")
    summary = "after an incident: take a new BOT_SECRET in place of the one the database was made with"
    secret = add_command(commands, "secret", _secret, summary)
    secret.add_argument("verb", choices=["accept"])
    summary = "about how often each button was pressed, week by week and in a year"
    counts = add_command(commands, "counts", _counts, summary)
    this_year = datetime.now(contents.RIGA).year
    counts.add_argument("--year", type=year, default=this_year, help="which year (default: this one)")
    counts.add_argument("--json", action="store_true", help="one JSON line for each number")


def _audit(_: argparse.Namespace) -> int:
    from bot.usecases.operation import audit

    async def verify(runtime: "Runtime") -> int:
        if (entry := await audit.find_break(runtime)) is not None:
            print(f"the chain is broken at entry {entry}: it was changed, or one before it was removed")
            return 1
        count, seal = await audit.newest_link(runtime)
        print(f"the chain of {count} entries is whole; its last link is {seal}")
        return 0

    return with_runtime(verify)


def _secret(_: argparse.Namespace) -> None:
    """Without `with_runtime`, which refuses another secret."""
    from bot.runtime import own_secret, utc_now
    from bot.startup import database_of, out_of_reach
    from storage.database import Trouble

    async def accept() -> bool:
        chosen = settings.from_environment()
        database = database_of(chosen, own_secret(chosen))
        try:
            return await database.take_key(utc_now())
        except Trouble as trouble:
            raise out_of_reach(trouble) from None
        finally:
            await database.close()

    if asyncio.run(accept()):
        print("taken. Now: invite every worker again, and let each head change the key of the service")
    else:
        print("the database has this secret already: there is nothing to do")


def _doctor(options: argparse.Namespace) -> int:
    """Without `with_runtime`, because it must change nothing: that would bring the tables up to date."""
    from bot.runtime import Runtime, own_secret
    from bot.startup import database_of
    from bot.usecases.operation import doctor
    from bot.volatile import with_volatile

    found: list[Line] = []

    async def examine() -> None:
        chosen = settings.from_environment()
        secrets = with_volatile(chosen, own_secret(chosen), make=False)
        database = database_of(chosen, secrets)
        try:
            async for line in doctor.examine(Runtime(database, contents.read(), chosen, secrets)):
                found.append(line)
                print(_json(line) if options.json else _text(line), flush=True)
        finally:
            await database.close()

    logs.set_up(logging.WARNING)  # a log line for every turn of the walk would hide the findings
    asyncio.run(examine())
    if not options.json:
        print(f"\n{_verdict(found)}")
    return 1 if any(line.state == "red" for line in found) else 0


def _verdict(found: "list[Line]") -> str:
    red = dict.fromkeys(line.name for line in found if line.state == "red")
    if red:
        return f"NO: {', '.join(red)}"
    waits = dict.fromkeys(line.name for line in found if line.state == "waiting" and line.about.words == "service {id}")
    if waits:
        return f"Not yet: {', '.join(waits)} can be written to once those have done their part whom the lines name."
    return "Yes: a person who writes now gets help."


def _text(line: "Line") -> str:
    word = {"green": "green", "red": "RED  ", "waiting": "wait ", "unset": "-    "}[line.state]
    todo = f"\n       {line.todo}" if line.todo else ""
    return f"{word}  {line.name}: {line.said}{todo}"


def _json(line: "Line") -> str:
    fields = {"name": line.name, "state": line.state, "well": line.well, "said": line.said, "todo": line.todo}
    return json.dumps(fields, ensure_ascii=False)


def _counts(options: argparse.Namespace) -> None:
    """The numbers carry random noise, added when a week is published. Names never change: years can be compared."""
    from bot.usecases.person import counting

    weeks = with_runtime(lambda runtime: counting.list_published(runtime, options.year))
    if not weeks and not options.json:
        print(f"nothing was published of {options.year}: a week's numbers are, when it is over")
    for week, name, number in weeks:
        line = json.dumps({"week": week.isoformat(), "button": name, "about": number}) if options.json else None
        print(line or f"{week} {name} about {number}")
    for name, number in sorted(counting.summed(weeks).items()):
        line = json.dumps({"year": options.year, "button": name, "about": number}) if options.json else None
        print(line or f"{options.year} {name} about {number}")
