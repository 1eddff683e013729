"""The first part: from a bare Debian to the first request that two people can read."""

import re
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.rehearsal.machine import Failed, Machine
from tests.rehearsal.people import Worker, browser, person_sends
from tests.rehearsal.town import DESK, EMAILS, PUBLIC, SERVICE, Town

RED = re.compile(r"^RED +([^:]+):", re.M)
COMMANDS, PRESSES = 10, 25
"""At most so many, on the server and in the browsers of the two, until somebody can write."""
JOIN = re.compile(rf"^(\w+): (\S+), seen by colleagues[^\n]*\n(https://{DESK}/join/\S+)", re.M)
HOURS = [f"{day}=00:00-23:59" for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")]


@dataclass
class Result:
    """What a part of the rehearsal took and showed."""

    name: str
    seconds: float = 0.0
    notes: list[str] = field(default_factory=list)


async def first_request(machine: Machine, town: Town, package: Path) -> tuple[Result, dict[str, Worker]]:
    """Walk from the bare machine to a request that head and worker have read. Raises Failed."""
    town.prepare(machine, package)
    begun = time.monotonic()
    machine.types("apt-get update")
    machine.types(f"apt-get install --yes /root/{package.name} nginx")
    async with town.mail(machine) as smtp:
        options = [
            *("--public-url", f"https://{PUBLIC}", "--desk-url", f"https://{DESK}", "--name-of-service", SERVICE),
            *("--email", *EMAILS, "--smtp", smtp, "--proxy", "nginx", "--certificates", "/etc/blakus-certificates"),
            *("--backup-recipient", str(town.backup_key.to_public()), "--hours", *HOURS, "--links"),
            *("--set", "BOT_MAIL_FROM=blakus@example.lv"),
        ]
        # It ends as the doctor does, who cannot be content before the two have joined.
        said = await aside(machine, f"blakus setup {' '.join(options)}", check=False)
        links = {role: (login, link) for role, login, link in JOIN.findall(said)}
        if not {"head", "worker"} <= links.keys():
            raise Failed(f"setup printed no links for head and worker:\n{said[-3000:]}")
        async with browser(machine.address, program()) as chromium:
            people = {role: await Worker.arrives(chromium, role, links[role][0]) for role in ("head", "worker")}
            head, worker = people["head"], people["worker"]
            await head.joins(links["head"][1])
            await worker.joins(links["worker"][1])
            await head.makes_own_key(wants=False)
            await head.makes_the_key()
            await worker.makes_own_key(wants=True)
            await head.gives(worker)
            for link in await town.links(2):
                await head.page.goto(link)
                await head.press("main form button")
            said = await aside(machine, "blakus doctor", check=False)
            if reds := {*RED.findall(said)}:
                raise Failed(f"the doctor is not content with: {', '.join(sorted(reds))}\n{said}")
            await person_sends(chromium)
            lines = [await person.reads() for person in (head, worker)]
    presses = sum(person.presses for person in people.values())
    notes = [
        f"{len(machine.typed)} commands, {presses} presses",
        f"the doctor's last line: {said.strip().splitlines()[-1]}",
    ]
    if len(machine.typed) > COMMANDS or presses > PRESSES:
        raise Failed(f"too many: {notes[0]}")
    if len({*lines}) != 1:
        raise Failed(f"the two did not read the same: {lines}")
    return Result(
        f"Debian {machine.debian}: bare to a request that two have read", time.monotonic() - begun, notes
    ), people


def program() -> str:
    """Where the browser is. Raises Failed."""
    found = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if found is None:
        raise Failed("there is no Chromium: make tools")
    return found


async def aside(machine: Machine, command: str, *, check: bool = True) -> str:
    """Let a command run in the machine while our mail server answers it."""
    import asyncio

    return await asyncio.to_thread(machine.types, command, check=check)
