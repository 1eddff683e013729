"""What surrounds the machine: names, an authority, a mail server with two mailboxes, the key of the backups."""

import asyncio
import re
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiosmtpd.smtp
from pyrage import x25519

from tests.certificates import Authority
from tests.patience import until
from tests.rehearsal import authority
from tests.rehearsal.machine import Machine
from tests.usecases.services.test_delivery import Post

PUBLIC, DESK = "blakus.example.lv", "darbs.example.lv"
SERVICE = "balvu-novads"
EMAILS = ("dienests@example.lv", "vaditajs@example.lv")
LINK = re.compile(rf"https://{DESK}/\S+")
PORT = 2525


@dataclass
class Town:
    """Lasts for one rehearsal."""

    folder: Path
    post: Post = field(default_factory=Post)
    backup_key: Any = field(default_factory=x25519.Identity.generate)
    root: str = ""
    """Of the authority that signs for the machine, while it runs."""

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)

    def prepare(self, machine: Machine, package: Path) -> None:
        """Do what is there before an operator begins: names that lead here, and the package."""
        names = (
            f"127.0.0.1 localhost {machine.name}",
            f"127.0.0.1 {PUBLIC} {DESK}",
            f"{machine.ours} {authority.NAME}",
        )
        machine.put("/etc/hosts", "".join(f"{line}\n" for line in names))
        machine.put(f"/root/{package.name}", package.read_bytes())

    @asynccontextmanager
    async def around(self, machine: Machine) -> AsyncIterator[str]:
        """Run authority and mail server at our end of the machine's cable. Yield the address of the mail server."""
        trusted = Authority(self.folder)
        async with authority.running(machine, trusted) as self.root:
            for name, certificate in (("first", trusted.trusted().read_text()), ("second", self.root)):
                machine.put(f"/usr/local/share/ca-certificates/rehearsal-{name}.crt", certificate)
            machine.run("update-ca-certificates")
            loop = asyncio.get_running_loop()
            made = lambda: aiosmtpd.smtp.SMTP(self.post, hostname="mail")  # noqa: E731
            async with await loop.create_server(made, machine.ours, PORT):
                yield f"smtp://{machine.ours}:{PORT}"

    async def links(self, number: int) -> list[str]:
        """Wait for so many mails with a link, and return their links."""

        def found() -> list[str]:
            texts = [mail.get_body(("plain",)) for mail in self.post.mails]
            return [match[0] for text in texts if text and (match := LINK.search(text.get_content()))]

        await until(lambda: len({*found()}) >= number)
        return [*dict.fromkeys(found())]

    def opened(self, backup: bytes) -> bytes:
        """Open a backup with Debian's `age`, as whoever keeps the key does on another machine."""
        key = self.folder / "backup.key"
        key.write_text(f"{self.backup_key}\n")
        command = ["age", "--decrypt", "--identity", str(key)]
        return subprocess.run(command, input=backup, capture_output=True, check=True).stdout
