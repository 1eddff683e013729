"""The days after: upgrade and back, restoring on another machine, a new BOT_SECRET, the end of the service."""

import re
import time
from pathlib import Path

from playwright.async_api import expect

from tests.conftest import PHONE
from tests.patience import profile, tries
from tests.rehearsal import earlier
from tests.rehearsal.machine import Failed, Machine
from tests.rehearsal.people import Worker, browser
from tests.rehearsal.pictures import size, take_on_a_phone
from tests.rehearsal.town import PUBLIC, SERVICE, Town
from tests.rehearsal.walk import Result, aside, program

ASK = "import urllib.request as u; print(u.urlopen('http://127.0.0.1:8080/healthz', timeout=5).read().decode())"
OLD_SETTINGS = """\
BOT_MODE=service
BOT_SECRET=a-secret-of-the-rehearsal-0123456789abcdef
BOT_OPERATOR="Parauga novada Sociālais dienests"
BOT_PUBLIC_URL=https://blakus.example.lv
BOT_DESK_URL=https://darbs.example.lv
BOT_MEMORY_FOLDER=/run/blakus
"""
CLOSED = """\
server {
    listen 443 ssl;
    server_name blakus.example.lv;
    ssl_certificate     /etc/letsencrypt/live/blakus.example.lv/fullchain.pem;
    ssl_certificate_key /etc/letsencrypt/live/blakus.example.lv/privkey.pem;
    access_log off;
    error_log /dev/null emerg;
"""


def upgrade_and_back(machine: Machine, town: Town, package: Path) -> Result:
    """From the version before to this one and back, with what was there still there. Raises Failed."""
    before = earlier.package()
    town.prepare(machine, package)
    machine.put(f"/root/{before.name}", before.read_bytes())
    machine.run(f"apt-get update && apt-get install --yes /root/{before.name} nginx")
    machine.put("/etc/blakus/settings", OLD_SETTINGS)
    machine.run("chgrp blakus /etc/blakus/settings && chmod 0640 /etc/blakus/settings && systemctl enable --now blakus")
    answers(machine)
    old = "runuser -u blakus -- blakus"
    machine.run(f"{old} service set {SERVICE} --hours mon=08:30-17:00 --email dienests@example.lv")
    machine.run(f"{old} worker invite anna --name 'Anna (paraugs)' --role head --service {SERVICE}")
    machine.typed.clear()
    begun = time.monotonic()
    machine.types(f"apt-get install --yes /root/{package.name}")
    up = time.monotonic() - begun
    answers(machine)
    if "anna" not in machine.run("blakus worker list"):
        raise Failed("after the upgrade an account is missing")
    back = f"apt-get install --yes --allow-downgrades /root/{before.name}"
    said = machine.types(back, check=False)
    refused = re.search(r"^blakus: .*", said, re.M)
    if refused and "has changed the tables" in refused[0]:
        answers(machine)
        if "anna" not in machine.run("blakus worker list"):
            raise Failed("a refused way back changed something")
        begun = time.monotonic()
        machine.types(f"BLAKUS_PUT_BACK=yes {back}")
    answers(machine)
    if "anna" not in machine.run(f"{old} worker list"):
        raise Failed("after going back an account is missing")
    notes = [f"upgrade {up:.0f} s, back {time.monotonic() - begun:.0f} s, each with the program answering again",
             f"back, first: {refused[0]}" if refused else "back: the older version knew the tables"]  # fmt: skip
    return Result(f"Debian {machine.debian}: from {earlier.VERSION} to this version, and back", up, notes)


async def restore(machine: Machine, other: Machine, town: Town, package: Path, people: dict[str, Worker]) -> Result:
    """A backup of one machine brings the service up on another: head and worker sign in there. Raises Failed."""
    await aside(machine, "systemctl start blakus-backup.service")
    made = sorted((machine.root / "var/backups/blakus").glob("blakus-*.age"))[-1]
    opened = town.opened(made.read_bytes())
    kept = [path for path in (machine.root / "etc/blakus").iterdir() if path.is_file()]
    town.prepare(other, package)
    begun = time.monotonic()
    other.types("apt-get update")
    other.types(f"apt-get install --yes /root/{package.name} nginx certbot")
    for path in kept:
        other.put(f"/etc/blakus/{path.name}", path.read_bytes(), 0o640)
    other.run("chgrp blakus /etc/blakus/settings")
    other.put("/root/opened", opened, 0o600)
    other.run("umask 077; mv /root/opened /dev/shm/blakus.sqlite")
    other.types("install -d -m 0700 -o blakus -g blakus /var/lib/blakus/var")
    if "ok" not in other.types('sqlite3 /dev/shm/blakus.sqlite "PRAGMA integrity_check"'):
        raise Failed("the opened backup is not whole")
    other.types(
        "install -m 0600 -o blakus -g blakus /dev/shm/blakus.sqlite /var/lib/blakus/var/blakus.sqlite "
        "&& rm /dev/shm/blakus.sqlite"
    )
    async with town.around(other):
        await aside(other, "blakus setup --proxy nginx", check=False)
        answers(other)
        seconds = time.monotonic() - begun
        async with browser(other.address, program()) as chromium:
            for person in people.values():
                again = await Worker.arrives(chromium, person.role, person.login)
                again.secret = person.secret
                await again.signs_in()
                await expect(again.page.locator("h1")).to_contain_text("Pieprasījumi")
    notes = [
        f"{len(other.typed)} commands, {seconds:.0f} s from the bare machine until it answered; both signed in there"
    ]
    return Result(f"restored on another machine, Debian {other.debian}", seconds, notes)


async def new_secret(machine: Machine, people: dict[str, Worker]) -> Result:
    """As the incident plan has it, when the database has leaked. Raises Failed."""
    begun = time.monotonic()
    machine.types("systemctl stop blakus")
    async with browser(machine.address, program()) as chromium:
        await take_on_a_phone(chromium, "operating-down", f"https://{PUBLIC}/", 'a[href="tel:112"]')
    machine.types('sed -i "s/^BOT_SECRET=.*/BOT_SECRET=$(openssl rand -hex 32)/" /etc/blakus/settings')
    machine.run("systemctl start blakus", check=False)
    if machine.run("systemctl is-active blakus", check=False).strip() == "active":
        raise Failed("with another secret it started without a word")
    machine.run("systemctl stop blakus; systemctl reset-failed blakus", check=False)
    said = machine.run("journalctl -u blakus -n 6 --output cat", check=False)
    machine.types("blakus secret accept")
    machine.types("systemctl start blakus")
    answers(machine)
    for person in people.values():
        if "/join/" not in machine.types(f"blakus worker again {person.login}"):
            raise Failed(f"no new link for {person.login}")
    seconds = time.monotonic() - begun
    named = next((line for line in said.splitlines() if "BOT_SECRET" in line), "")
    if not named:
        raise Failed(f"the log does not name BOT_SECRET:\n{said}")
    return Result("a new BOT_SECRET", seconds, [f"{seconds:.0f} s; before it was accepted the log said: {named}"])


async def end_of_service(machine: Machine) -> Result:
    """The program is gone; under its name plain pages go on naming telephones. Raises Failed."""
    begun = time.monotonic()
    machine.types("blakus site /var/lib/blakus/closed-site")
    machine.types("systemctl disable --now blakus && mv /var/lib/blakus/closed-site /var/lib/blakus-closed")
    page = (machine.root / "usr/lib/blakus/docs/operating.md").read_text()
    served = re.search(r"^    root /var/lib/blakus-closed;\n.*\n", page, re.M)
    if served is None:
        raise Failed("the page does not show how nginx serves the closed site")
    machine.put("/etc/nginx/conf.d/blakus.conf", f"{CLOSED}{served[0]}}}\n")
    machine.types("chmod -R a+rX /var/lib/blakus-closed && nginx -t && systemctl reload nginx")
    async with browser(machine.address, program()) as chromium:
        context = await profile(chromium, viewport=size(PHONE), ignore_https_errors=True)
        page_ = await context.new_page()
        answer = await page_.goto(f"https://{PUBLIC}/")
        if not answer or not answer.ok:
            raise Failed(f"the closed site answers {answer.status if answer else 'nothing'}")
        for number in ("112", "116006"):
            await expect(page_.locator(f'a[href="tel:{number}"]').first).to_be_visible()
    seconds = time.monotonic() - begun
    return Result(
        "the end: plain pages in place of the program", seconds, [f"{seconds:.0f} s; 112 and 116006 on the first page"]
    )


def answers(machine: Machine) -> None:
    """Wait until it says that somebody who writes now would get an answer."""
    for _ in tries():
        if machine.run(f'python3 -c "{ASK}"', check=False).strip() == "ok":
            return
    raise Failed(f"it does not answer:\n{machine.run('journalctl -u blakus -n 20 --output cat', check=False)}")
