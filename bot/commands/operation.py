"""The operator's commands `doctor` and `counts`: would a person be helped now, and about how many pressed what."""

import argparse
import asyncio
import json
import logging
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from bot import content as contents
from bot import logs, settings

if TYPE_CHECKING:  # the database is loaded only by commands that need it, as in __main__
    from bot.usecases.operation.doctor_line import Line

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # its only name
    Add = Callable[[Commands, str, object, str], argparse.ArgumentParser]


def add(commands: "Commands", adding: "Add") -> None:
    """Both commands."""
    says = "would a person who writes now get help? One line each (exit code 1 on red)"
    doctor = adding(commands, "doctor", _doctor, says)
    doctor.add_argument("--json", action="store_true", help="one JSON line for each")
    counts = adding(commands, "counts", _counts, "about how often each button was pressed, week by week and in a year")
    this_year = datetime.now(contents.RIGA).year
    counts.add_argument("--year", type=int, default=this_year, help="of which year (default: this one)")
    counts.add_argument("--json", action="store_true", help="one JSON line for each number")


def _doctor(asked: argparse.Namespace) -> int:
    """Changes nothing: it does not even bring the tables up to date."""
    from bot.runtime import Runtime, own_secret
    from bot.usecases.operation import doctor
    from storage.database import Database

    red: list[str] = []

    async def examined() -> None:
        chosen = settings.from_environment()
        secrets = own_secret(chosen)
        database = Database(chosen.database.get_secret_value(), secrets.storage)
        try:
            async for line in doctor.examine(Runtime(database, contents.read(), chosen, secrets)):
                red.extend([line.name] if line.well is False else [])
                print(_json(line) if asked.json else _line(line), flush=True)
        finally:
            await database.close()

    logs.set_up(logging.WARNING)  # a line for every turn of the walk would hide what was found
    asyncio.run(examined())
    if not asked.json:
        print(f"\nNO: {', '.join(dict.fromkeys(red))}" if red else "\nYes: a person who writes now gets help.")
    return 1 if red else 0


def _line(line: "Line") -> str:
    word = {True: "green", False: "RED  ", None: "-    "}[line.well]
    todo = f"\n       {line.todo}" if line.todo else ""
    return f"{word}  {line.name}: {line.said}{todo}"


def _json(line: "Line") -> str:
    told = {"name": line.name, "well": line.well, "said": line.said, "todo": line.todo}
    return json.dumps(told, ensure_ascii=False)


def _counts(asked: argparse.Namespace) -> None:
    """Numbers are blurred by chance when a week is published; fixed names, so that years can be compared."""
    from bot import app
    from bot.usecases.person import counting

    async def printed() -> None:
        async with app.runtime_of(settings.from_environment()) as runtime:
            weeks = await counting.list_published(runtime, asked.year)
        for week, name, number in weeks:
            line = json.dumps({"week": week.isoformat(), "button": name, "about": number}) if asked.json else None
            print(line or f"{week} {name} about {number}")
        for name, number in sorted(counting.summed(weeks).items()):
            line = json.dumps({"year": asked.year, "button": name, "about": number}) if asked.json else None
            print(line or f"{asked.year} {name} about {number}")

    asyncio.run(printed())
