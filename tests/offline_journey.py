"""A whole journey where the network leads nowhere: run by tests/test_offline.py in a network of its own.

Prints as JSON how often anything tried to leave, as the kernel counted it: packets without a route, and datagrams,
which is what asking for a host's name begins with.
"""

import asyncio
import fcntl
import json
import re
import socket
import struct
import sys
from base64 import b64decode
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import ClientSession, CookieJar
from pyrage import decrypt, passphrase
from pyrage.x25519 import Identity

from bot.usecases.accounts.workers import DEMO_PASSWORD
from tests.channels.fake_telegram import TOKEN, FakeTelegram
from tests.channels.forms import CALL
from tests.faces import Clock
from tests.patience import tries_meanwhile
from tests.people import SAME_ORIGIN
from tests.program import Program, Walker, started
from tests.test_crash import WAY, take

NOTE = "Ļoti slepena zīmīte"
FLAGS_OF, SET_FLAGS = 0x8913, 0x8914
UP, RUNNING = 0x1, 0x40
"""From <linux/sockios.h> and <linux/if.h>: `ip link set lo up` on a machine that may have no `ip`."""
COUNTED = {"Ip": "OutNoRoutes", "Udp": "OutDatagrams"}
COUNTED_6 = ("Ip6OutNoRoutes", "Udp6OutDatagrams")


def only_loopback() -> None:
    """Switch loopback on, and make sure that nothing else is there: this must never run on the machine's network.

    Tunnels that the kernel puts into each network stand there switched off.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        there = [name for _, name in socket.if_nameindex() if flags(any_socket, name) & UP]
        routes = Path("/proc/net/route").read_text().splitlines()[1:]
        assert set(there) <= {"lo"}, there
        assert routes == []
        fcntl.ioctl(any_socket, SET_FLAGS, struct.pack("16sh14x", b"lo", UP | RUNNING))


def flags(any_socket: socket.socket, name: str) -> int:
    answer = fcntl.ioctl(any_socket, FLAGS_OF, struct.pack("16s16x", name.encode()))
    found: int = struct.unpack_from("16xh", answer)[0]
    return found


def left() -> int:
    """How often something tried to leave this network since it was made."""
    lines = [line.split() for line in Path("/proc/net/snmp").read_text().splitlines()]
    found = 0
    for names, values in zip(lines[::2], lines[1::2], strict=True):
        counters = dict(zip(names[1:], values[1:], strict=True))
        if wanted := COUNTED.get(names[0].rstrip(":")):
            found += int(counters[wanted])
    six = Path("/proc/net/snmp6")
    counters_6 = dict(line.split() for line in six.read_text().splitlines()) if six.exists() else {}
    return found + sum(int(counters_6.get(name, 0)) for name in COUNTED_6)


async def write_and_look_up(program: Program, walker: Walker) -> None:
    """The web chat to its end, the form, the receipt, and how the request stands."""
    await walker.look()
    for step in WAY:
        await take(walker, step)
    visitor = await walker.open_form()
    visitor.fill_in({name: value for name, value in CALL.items() if name != "area"} | {"note": NOTE})
    await visitor.press("review")
    code = (await visitor.agree()).code
    await visitor.go("/form")
    await visitor.press("code.lv")
    visitor.page.form("look").set("code", code)
    await visitor.press("look")
    assert "withdraw" in visitor.page.html
    assert program.rows("SELECT count(*) FROM contact_requests WHERE NOT is_sample") == [(1,)]


async def chat_on_telegram(fake: FakeTelegram) -> None:
    anna = fake.person()
    await anna.start()
    await anna.press("Jā, varu lasīt")
    await anna.press("Paslēpt")
    assert not anna.chat.alive


async def open_at_the_desk(program: Program) -> None:
    """Sign in, fetch the letter, and open it as the worker's browser does."""
    async with ClientSession(program.desk, cookie_jar=CookieJar(unsafe=True), headers=SAME_ORIGIN) as browser:
        async for _ in tries_meanwhile():  # a code holds for half a minute, which a busy machine may need
            async with browser.get("/sign-in") as answer:
                cells = re.findall(r'<td class="code">([^<]+)</td>', await answer.text())
            fields = {"login": "ilze", "password": DEMO_PASSWORD, "code": cells[cells.index("ilze") + 1]}
            async with browser.post("/sign-in", data=fields) as answer:
                if answer.url.path == "/requests":
                    break
        ((reference,),) = program.rows("SELECT id FROM contact_requests WHERE NOT is_sample")
        async with browser.post("/key/held", headers={"Accept": "application/json"}) as answer:
            held = await answer.json()
        async with browser.post(f"/requests/{reference}/open", headers={"Accept": "application/json"}) as answer:
            letter = await answer.json()
    own: bytes = passphrase.decrypt(b64decode(held["locked"]), DEMO_PASSWORD)
    key: bytes = decrypt(b64decode(letter["copies"][0]), [Identity.from_str(own.decode())])
    opened = json.loads(decrypt(b64decode(letter["ciphertext"]), [Identity.from_str(key.decode())]))
    assert opened["answers"]["note"] == NOTE


async def main(folder: Path) -> None:
    only_loopback()
    fake = await FakeTelegram(Clock(datetime.now(UTC))).start()
    fake.patient = True
    async with started(folder) as (program, walker):
        await write_and_look_up(program, walker)
        await open_at_the_desk(program)
        await program.stop()
    async with started(folder, BOT_TELEGRAM_TOKEN=TOKEN, BOT_TELEGRAM_API=fake.root) as (program, _):
        await chat_on_telegram(fake)  # such a demonstration sends no request
        await program.stop()
    await fake.stop()
    tried = left()
    with suppress(OSError):  # one that is seen, or the count would prove nothing
        socket.create_connection(("192.0.2.1", 443))
    with suppress(OSError):
        socket.getaddrinfo("nobody.example", 443)
    print(json.dumps({"tried": tried, "seen of two": left() - tried}))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
