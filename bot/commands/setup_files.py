"""The files that `setup` writes: from one template each in bot/commands/installed, with owner and mode.

Which bytes it wrote is remembered, so that a later run renews its own work and leaves alone what somebody edited.
"""

import grp
import json
import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.commands import setup_answers
from bot.settings import Unsafe

TEMPLATES = Path(__file__).parent / "installed"
CODE = Path(__file__).resolve().parents[2]
ACCOUNT = "blakus"
SETTINGS = "/etc/blakus/settings"
REMEMBERED = "/etc/blakus/setup.json"
"""What a later run has to know and the program has not: what was chosen, and the sum of each file as it was written."""
WRITTEN = "written"
PLACEHOLDER = re.compile(r"@[A-Z_]+@")


@dataclass(frozen=True, slots=True)
class Installed:
    """A file of the machine: where it lies, its template, and its mode."""

    path: str
    template: str
    mode: int = 0o644


UNIT = Installed("/etc/systemd/system/blakus.service", "blakus.service")
COMMAND = Installed("/usr/local/bin/blakus", "blakus.sh", 0o755)
DOWN = "/usr/share/blakus/down.html"
"""What the proxy shows while the program is down. It is made from the content in use."""
BACKUP_UNIT = Installed("/etc/systemd/system/blakus-backup.service", "blakus-backup.service")
BACKUP_TIMER = Installed("/etc/systemd/system/blakus-backup.timer", "blakus-backup.timer")
BACKUP_SQLITE = Installed("/usr/local/sbin/blakus-backup", "backup-sqlite.sh", 0o755)
BACKUP_POSTGRESQL = Installed("/usr/local/sbin/blakus-backup", "backup-postgresql.sh", 0o755)
NGINX = Installed("/etc/nginx/conf.d/blakus.conf", "nginx.conf")
NGINX_HTTP = Installed("/etc/nginx/conf.d/blakus-http.conf", "nginx-http.conf")
CADDY = Installed("/etc/caddy/Caddyfile", "Caddyfile")
ALERTS = Installed("/etc/prometheus/rules/blakus.yml", "alerts.yml")

SHOWN: Mapping[str, Installed] = {
    "unit": UNIT,
    "command": COMMAND,
    "nginx": NGINX,
    "nginx-http": NGINX_HTTP,
    "caddy": CADDY,
    "backup": BACKUP_SQLITE,
    "backup-postgresql": BACKUP_POSTGRESQL,
    "backup-unit": BACKUP_UNIT,
    "backup-timer": BACKUP_TIMER,
    "alerts": ALERTS,
}
"""What `setup --show` prints, by name."""
EXAMPLE = {
    "BOT_PUBLIC_URL": "https://blakus.example.lv",
    "BOT_DESK_URL": "https://darbs.example.lv",
    "BOT_BACKUP_RECIPIENT": "age1…",
}


def values(settings: Mapping[str, str], certificates: str, proxy: str = "") -> dict[str, str]:
    """Return what the placeholders of the templates stand for."""
    public, desk = (urlsplit(settings.get(name, "")).hostname or "" for name in ("BOT_PUBLIC_URL", "BOT_DESK_URL"))
    filled = {
        "CODE": str(code_folder()),
        "PYTHON": python(),
        "PUBLIC_HOST": public,
        "DESK_HOST": desk,
        "RECIPIENT": settings.get("BOT_BACKUP_RECIPIENT", ""),
    }
    for name, host in (("PUBLIC", public), ("DESK", desk)):
        chain, key = setup_answers.hosts(certificates or setup_answers.ACME, host)
        filled |= {f"CHAIN_{name}": str(chain), f"KEY_{name}": str(key)}
        own = proxy == "caddy" and certificates not in ("", setup_answers.ACME)
        filled[f"TLS_{name}"] = f"\ttls {chain} {key}\n" if own else ""
    return filled


def is_packaged() -> bool:
    """Whether this program came as Debian's package, which brings unit and command itself, and renews them."""
    return str(CODE) == "/usr/lib/blakus"


def code_folder() -> Path:
    """Return the folder of the program: /opt/blakus where that link leads here, because an upgrade moves the link."""
    usual = Path("/opt/blakus")
    return usual if usual.resolve() == CODE else CODE


def python() -> str:
    """Return the Python that runs the program, by the path that an upgrade keeps."""
    own = code_folder() / ".venv" / "bin" / "python"
    return str(own) if own.exists() else sys.executable


def render(file: Installed, filled: Mapping[str, str]) -> str:
    """Return the content of a file. Raises KeyError for a placeholder nothing is known of."""
    text = (TEMPLATES / file.template).read_text(encoding="utf-8")
    return PLACEHOLDER.sub(lambda found: filled[found[0].strip("@")], text)


def show(name: str) -> str:
    """Return a file as `setup` would write it with invented names."""
    return render(SHOWN[name], values(EXAMPLE, setup_answers.ACME))


class Root:
    """The machine's files, below a folder: `/`, or a scratch folder of a test or a package."""

    def __init__(self, folder: Path, say: Callable[[str], None]) -> None:
        self.folder, self._say = folder, say
        self.is_machine = folder == Path("/")
        kept = self._remembered()
        self._written: dict[str, str] = kept.pop(WRITTEN, {})
        self.chosen: dict[str, str] = kept
        """What was chosen before: the proxy, whose certificates, and the service; empty before the first run's end."""

    def at(self, path: str) -> Path:
        return self.folder / path.lstrip("/")

    def put_page(self, text: str) -> None:
        """Write the page of the proxy anew."""
        if not self.at(DOWN).exists() or self.at(DOWN).read_text(encoding="utf-8") != text:
            self.write(DOWN, text.encode(), 0o644)
            self._say(f"wrote {DOWN}")

    def put(self, file: Installed, text: str) -> bool:
        """Write a file unless it says so already, or somebody else changed it. Return whether it was written."""
        there, data = self.at(file.path), text.encode()
        if there.exists():
            now = there.read_bytes()
            if now == data:
                self._remember(file.path, data)
                return False
            if self._written.get(file.path) != sha256(now).hexdigest() and self._is_foreign(file):
                self._say(f"kept  {file.path}: it was changed by hand; compare it with “blakus setup --show”")
                return False
        self.write(file.path, data, file.mode)
        self._remember(file.path, data)
        self._say(f"wrote {file.path}")
        return True

    def write(self, path: str, data: bytes, mode: int, group: str = "") -> None:
        """Write a file as a whole or not at all, never readable by more than `mode` says. Raises Unsafe."""
        there = self.at(path)
        draft = there.with_name(f".{there.name}.new")
        try:
            there.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
            draft.unlink(missing_ok=True)
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as made:
                made.write(data)
            if group and self.is_machine:
                os.chown(draft, 0, grp.getgrnam(group).gr_gid)
            draft.chmod(mode)
            draft.replace(there)
        except OSError as error:
            raise Unsafe(f"{there} cannot be written: {error.strerror}. Run setup as root") from None

    def _is_foreign(self, file: Installed) -> bool:
        """Whether a file that we have not written counts as somebody's work: Debian's own Caddyfile does not."""
        return not (file is CADDY and b"The Caddyfile is an easy way" in self.at(file.path).read_bytes())

    def _remembered(self) -> dict[str, Any]:
        try:
            kept: Any = json.loads(self.at(REMEMBERED).read_bytes())
        except (OSError, ValueError):
            return {}
        return dict(kept) if isinstance(kept, dict) else {}

    def _remember(self, path: str, data: bytes) -> None:
        self._written[path] = sha256(data).hexdigest()
        self._keep()

    def choose(self, chosen: Mapping[str, str]) -> None:
        """Remember what was chosen."""
        self.chosen = dict(chosen)
        self._keep()

    def _keep(self) -> None:
        kept = json.dumps({**self.chosen, WRITTEN: self._written}, indent=1, sort_keys=True)
        self.write(REMEMBERED, kept.encode(), 0o644)
