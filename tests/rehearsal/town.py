"""What surrounds the machine: names and certificates, a mail server with two mailboxes, the key of the backups."""

import re
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiosmtpd.smtp
from pyrage import x25519

from tests.certificates import DAY, Authority
from tests.patience import until
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
    authority: Authority = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.authority = Authority(self.folder)
        self.trusted = self.authority.trusted().read_bytes()
        self.certificates = {
            name: self.authority.signed(name, ends_in=90 * DAY).read_bytes() for name in (PUBLIC, DESK)
        }

    def prepare(self, machine: Machine, package: Path) -> None:
        """Do what is there before an operator begins: names that lead here, an authority, certificates, the package."""
        machine.put("/etc/hosts", f"127.0.0.1 localhost {machine.name}\n127.0.0.1 {PUBLIC} {DESK}\n")
        machine.put("/usr/local/share/ca-certificates/rehearsal.crt", self.trusted)
        machine.run("update-ca-certificates")
        for name, both in self.certificates.items():
            for file in ("fullchain.pem", "privkey.pem"):
                machine.put(f"/etc/blakus-certificates/{name}/{file}", both, 0o600)
        machine.put(f"/root/{package.name}", package.read_bytes())

    @asynccontextmanager
    async def mail(self, machine: Machine) -> AsyncIterator[str]:
        """Run the mail server at our end of the machine's cable."""
        import asyncio

        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: aiosmtpd.smtp.SMTP(self.post, hostname="mail"), machine.ours, PORT)
        async with server:
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
