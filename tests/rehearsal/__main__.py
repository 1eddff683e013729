"""`python -m tests.rehearsal`: walk through an operator's life in whole systems, and write down what it took.

It asks Debian's mirror for packages once, and afterwards talks to its own containers only. Needs root.
"""

import argparse
import asyncio
import json
import os
import platform
import re
import sys
import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.async_api import Error as PlaywrightError

from supply.package import contents, deb
from tests.conftest import ROOT
from tests.rehearsal import after, walk
from tests.rehearsal.machine import FOLDER, Failed, Machine, lacking
from tests.rehearsal.people import Worker
from tests.rehearsal.town import Town
from tests.rehearsal.walk import Result

PARTS = ("12", "13", "upgrade", "restore", "secret", "end")
RESULTS = FOLDER / "results.json"
PAGE = ROOT / "docs" / "operating.md"
TABLE = re.compile(r"(<!-- Written by `make rehearsal`\. -->\n)[\s\S]*?(<!-- Until here\. -->)")


def main() -> int:
    """Carry out the parts, and write the results. Returns 1 if one failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.rehearsal", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"some of {', '.join(PARTS)} (default: all)")
    parser.add_argument("--package", type=Path, help="a package built before (default: this checkout's)")
    options = parser.parse_args()
    parts = options.parts or [*PARTS]
    if set(parts) - {*PARTS} or (missing := lacking()):
        print(f"Parts are {', '.join(PARTS)}. Missing here: {', '.join(lacking()) or 'nothing'}", file=sys.stderr)
        return 2 if set(parts) - {*PARTS} or missing else 0
    package = options.package or this_package()
    load = os.getloadavg()[1]
    results, failed = asyncio.run(rehearse(parts, package))
    for result in results.values():
        print(f"{result.name}: {result.seconds:.0f} s; {'; '.join(result.notes)}")
    kept = remember(results, package, load)
    if not failed and kept.keys() == {*PARTS}:
        PAGE.write_text(TABLE.sub(lambda found: found[1] + table(kept) + found[2], PAGE.read_text()))
        print("docs/operating.md says so now: look at the difference")
    return 1 if failed else 0


def remember(results: Mapping[str, Result], package: Path, load: float) -> dict[str, dict[str, Any]]:
    """Keep the newest result of each part, with its day, package, and the load before it. Return all of them."""
    there = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    made = {"day": f"{datetime.now(UTC):%d.%m.%Y}", "package": package.name, "load": load}
    there |= {part: asdict(result) | made for part, result in results.items()}
    RESULTS.write_text(json.dumps(there, ensure_ascii=False, indent=1))
    return dict(there)


async def rehearse(parts: list[str], package: Path) -> tuple[dict[str, Result], bool]:
    """Carry out each part; those that stand on one that failed are left out, loudly."""
    town, failed = Town(FOLDER / "town"), False
    results: dict[str, Result] = {}
    first = Machine("blakus12", "12", 12)
    people: dict[str, Worker] = {}

    async def carry_out(name: str, part: Callable[[], Awaitable[Result]]) -> None:
        nonlocal failed
        print(f"--- {name}", flush=True)
        try:
            results[name] = await part()
        except (Failed, OSError, AssertionError, TimeoutError, PlaywrightError) as error:
            failed = True
            traceback.print_exception(error, limit=-3)

    async def walked(machine: Machine, town: Town) -> Result:
        result, found = await walk.first_request(machine, town, package)
        if machine is first:
            people.update(found)
        return result

    machines = [first]
    try:
        if {"12", "restore", "secret", "end"} & {*parts}:
            first.boot()
            await carry_out("12", lambda: walked(first, town))
        if "13" in parts:
            machines.append(newer := Machine("blakus13", "13", 13))
            newer.boot()
            await carry_out("13", lambda: walked(newer, Town(FOLDER / "town13")))
            newer.stop()
        if "upgrade" in parts:
            machines.append(older := Machine("blakusold", "12", 14))
            older.boot()
            await carry_out("upgrade", lambda: asyncio.to_thread(after.upgrade_and_back, older, town, package))
            older.stop()
        if "restore" in parts and people:
            machines.append(other := Machine("blakusnew", "13", 15))
            other.boot()
            await carry_out("restore", lambda: after.restore(first, other, town, package, people))
            other.stop()
        if "secret" in parts and people:
            await carry_out("secret", lambda: after.new_secret(first, people))
        if "end" in parts and people:
            await carry_out("end", lambda: after.end_of_service(first))
    finally:
        for machine in machines:
            machine.stop()
    return results, failed


def this_package() -> Path:
    """Build the package of this checkout, unless this very commit was packed before."""
    here = contents.source()
    made = FOLDER / f"blakus_{here.version}_{deb.ARCHITECTURE}.deb"
    return made if made.exists() and not here.version.endswith(".changed") else deb.build(here, FOLDER)


def table(kept: Mapping[str, Mapping[str, Any]]) -> str:
    """Return what the page says."""
    found = [kept[part] for part in PARTS]
    rows = [f"| {part['name']} | {part['seconds']:.0f} s | {'; '.join(part['notes'])} |" for part in found]
    days, packages = ({part[what] for part in found} for what in ("day", "package"))
    where = f"Carried out on {', '.join(sorted(days))}, Linux {platform.release().partition('-')[0]}"
    machine = f"{os.cpu_count()} cores with a load of {max(part['load'] for part in found):.0f} when it began"
    head = f"{where}, {machine}, with {', '.join(f'`{name}`' for name in sorted(packages))}:"
    return "\n".join(["", head, "", "| what | how long | what it took |", "|---|---|---|", *rows, "", ""])


if __name__ == "__main__":
    sys.exit(main())
