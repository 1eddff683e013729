"""The first part: from a bare Debian to the first request that two people can read."""

import asyncio
import re
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Browser

from tests.rehearsal import certificates, pictures, postgresql
from tests.rehearsal.machine import Failed, Machine
from tests.rehearsal.people import Worker, browser, person_sends
from tests.rehearsal.town import DESK, EMAILS, PUBLIC, SERVICE, Town

RED = re.compile(r"^RED +([^:]+):", re.M)
COMMANDS, PRESSES = 10, 25
"""At most so many, on the server and in the browsers of the two, until somebody can write."""
JOIN = re.compile(rf"^(\w+): (\S+), seen by colleagues[^\n]*\n(https://{DESK}/join/\S+)", re.M)
HOURS = [f"{day}=00:00-23:59" for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")]


@dataclass(frozen=True)
class Kind:
    """What stands on a machine beside the program. `pictured`: the pictures of the page are taken there."""

    proxy: str
    packages: str
    name: str
    on_postgresql: bool = False
    pictured: bool = False


KINDS = {
    "12": Kind("nginx", "nginx certbot", "nginx, certbot and SQLite", pictured=True),
    "13": Kind("caddy", "caddy postgresql", "Caddy and PostgreSQL", on_postgresql=True),
}


@dataclass
class Result:
    """What a part of the rehearsal took and showed."""

    name: str
    seconds: float = 0.0
    notes: list[str] = field(default_factory=list)


async def first_request(machine: Machine, town: Town, package: Path) -> tuple[Result, dict[str, Worker]]:
    """Walk from the bare machine to a request that head and worker have read. Raises Failed."""
    kind = KINDS[machine.debian]
    town.prepare(machine, package)
    async with town.around(machine) as smtp:
        begun = time.monotonic()
        machine.types("apt-get update")
        machine.types(f"apt-get install --yes /root/{package.name} {kind.packages}")
        if kind.on_postgresql:
            postgresql.prepare(machine)
        said = await set_up(machine, town, smtp, kind)
        links = {role: (login, link) for role, login, link in JOIN.findall(said)}
        if not {"head", "worker", "operator"} <= links.keys():
            raise Failed(f"setup printed no links for head, worker and operator:\n{said[-3000:]}")
        async with browser(machine.address, program()) as chromium:
            if kind.pictured:
                await pictures.take_terminal(chromium, "operating-setup", pictures.shortened(said))
                await pictures.take_on_a_phone(chromium, "operating-invitation", links["head"][1], "#join-passkey")
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
            said = content_with(await aside(machine, "blakus doctor", check=False))
            await person_sends(chromium)
            lines = [await person.reads() for person in (head, worker)]
            seconds = time.monotonic() - begun
            if kind.pictured:
                await pictures.take_terminal(chromium, "operating-doctor", said)
                await head.page.set_viewport_size(pictures.size(pictures.WIDE))
                await pictures.take(head.page, "operating-first-request")
                await the_operator_looks(chromium, *links["operator"])
        ordered = await certificates.looked_at(machine, town.root, kind.proxy)
    presses = sum(person.presses for person in people.values())
    notes = [f"{len(machine.typed)} commands, {presses} presses", ordered,
             f"the doctor's last line: {said.strip().splitlines()[-1]}"]  # fmt: skip
    if len(machine.typed) > COMMANDS or presses > PRESSES:
        raise Failed(f"too many: {notes[0]}")
    if len({*lines}) != 1:
        raise Failed(f"the two did not read the same: {lines}")
    if kind.on_postgresql and (found := postgresql.asked(machine, "SELECT count(*) FROM contact_requests")) != ["1"]:
        raise Failed(f"PostgreSQL does not hold the one request: {found}")
    return Result(
        f"Debian {machine.debian} with {kind.name}: bare to a request that two have read", seconds, notes
    ), people


async def set_up(machine: Machine, town: Town, smtp: str, kind: Kind) -> str:
    """Return what `setup` says. It ends as the doctor does, who waits for the two and sees nothing wrong."""
    options = [
        *("--public-url", f"https://{PUBLIC}", "--desk-url", f"https://{DESK}", "--name-of-service", SERVICE),
        *("--email", *EMAILS, "--smtp", smtp, "--proxy", kind.proxy, "--certificates", "acme"),
        *("--backup-recipient", str(town.backup_key.to_public()), "--hours", *HOURS, "--links"),
        *("--set", "BOT_MAIL_FROM=blakus@example.lv"),
        *([f"@{postgresql.ANSWERS}"] if kind.on_postgresql else []),
    ]
    return content_with(await aside(machine, f"blakus setup {' '.join(options)}", check=False))


def content_with(said: str) -> str:
    """Return what the doctor said, where nothing is red. Raises Failed."""
    if reds := {*RED.findall(said)}:
        raise Failed(f"the doctor is not content with: {', '.join(sorted(reds))}\n{said}")
    return said


async def the_operator_looks(chromium: Browser, login: str, link: str) -> None:
    """She joins as the others did, and lets the desk look."""
    operator = await Worker.arrives(chromium, "operator", login)
    await operator.joins(link)
    await operator.page.set_viewport_size(pictures.size(pictures.WIDE))
    await operator.loads("/operation")
    await operator.press('form[action="/operation/look"] button')
    await operator.page.locator("#verdict").wait_for()
    await pictures.take(operator.page, "operating-operation")


def program() -> str:
    """Where the browser is. Raises Failed."""
    found = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if found is None:
        raise Failed("there is no Chromium: make tools")
    return found


async def aside(machine: Machine, command: str, *, check: bool = True) -> str:
    """Let a command run in the machine while our authority and our mail server answer it."""
    return await asyncio.to_thread(machine.types, command, check=check)
