"""A whole Debian with systemd in a container of its own, which reaches nothing but this machine's end of one cable."""

import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zlib import crc32

from tests.conftest import ROOT
from tests.patience import tries

FOLDER = ROOT / "var" / "rehearsal"
SUITES = {"12": "bookworm", "13": "trixie"}
ON_THE_MIRROR = (
    "python3",
    "age",
    "sqlite3",
    "libstdc++6",
    "util-linux",
    "passwd",
    "ca-certificates",
    "nginx",
    "certbot",
    "caddy",
    "postgresql",
    "openssl",
)
TOOLS = ("mmdebstrap", "systemd-nspawn", "nsenter", "ip", "dpkg-scanpackages", "pebble", "pebble-challtestsrv")


class Failed(Exception):
    """A step did not do what it should. The message holds its last words."""


@dataclass
class Typed:
    """A command that an operator types, and how long it took, in seconds."""

    command: str
    seconds: float


@dataclass
class Machine:
    """One machine. `number` makes its addresses: 10.77.NUMBER.1 is ours, 10.77.NUMBER.2 its own."""

    name: str
    debian: str
    number: int
    typed: list[Typed] = field(default_factory=list)
    _process: subprocess.Popen[bytes] | None = None
    _leader: int = 0

    @property
    def root(self) -> Path:
        return FOLDER / self.name

    @property
    def ours(self) -> str:
        return f"10.77.{self.number}.1"

    @property
    def address(self) -> str:
        return f"10.77.{self.number}.2"

    def boot(self) -> None:
        """Unpack a bare Debian and boot it."""
        shutil.rmtree(self.root, ignore_errors=True)
        self.root.mkdir(parents=True)
        sh("tar", "--extract", "--file", str(bare(self.debian)), "--directory", str(self.root))
        (self.root / "etc" / "machine-id").write_text("")
        (self.root / "etc" / "hostname").write_text(f"{self.name}\n")
        self.start()

    def start(self) -> None:
        """Boot what lies in its root."""
        command = [
            *("systemd-nspawn", "--quiet", "--directory", str(self.root), "--machine", self.name, "--register=no"),
            *("--keep-unit", "--network-veth", "--boot"),
        ]
        log = (FOLDER / f"{self.name}.log").open("wb")
        # Debian 13 boots on the one hierarchy of control groups only, whatever this machine has.
        env = {**os.environ, "UNIFIED_CGROUP_HIERARCHY": "1"}
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=env)
        for _ in tries():
            children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
            if children:
                self._leader = int(children[0])
                if self.run("systemctl is-system-running", check=False).strip() in ("running", "degraded"):
                    break
            if self._process.poll() is not None:
                raise Failed(f"{self.name} did not boot: {(FOLDER / f'{self.name}.log').read_text()[-500:]}")
        sh("ip", "address", "replace", f"{self.ours}/24", "dev", f"ve-{self.name}")
        sh("ip", "link", "set", f"ve-{self.name}", "up")
        self.run(f"ip address replace {self.address}/24 dev host0; ip link set host0 up")

    def stop(self) -> None:
        """Power it off."""
        if self._process:
            self.run("systemctl poweroff", check=False)
            self._process.wait()
            self._process = None

    def run(self, command: str, said: str = "", *, check: bool = True) -> str:
        """Run a command in it as root. What it prints is returned; raises Failed with its last lines."""
        entered = ["nsenter", "--target", str(self._leader), "--all", "/bin/bash", "-c", command]
        env = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": "/root",
            "LANG": "C.UTF-8",
            "DEBIAN_FRONTEND": "noninteractive",
        }
        # A session of its own: what asks for a password finds no terminal, and reads what is said.
        done = subprocess.run(
            entered, input=said, capture_output=True, text=True, check=False, env=env, start_new_session=True
        )
        if check and done.returncode:
            raise Failed(f"{command}: {done.returncode}\n{(done.stdout + done.stderr)[-3000:]}")
        return done.stdout + done.stderr

    def types(self, command: str, said: str = "", *, check: bool = True) -> str:
        """Type a command, and what it asks for, as an operator does: it is counted, and timed."""
        begun = time.monotonic()
        printed = self.run(command, said, check=check)
        self.typed.append(Typed(command, time.monotonic() - begun))
        print(f"    # {command}   ({self.typed[-1].seconds:.0f} s)", flush=True)
        return printed

    def put(self, path: str, data: bytes | str, mode: int = 0o644) -> None:
        """Lay a file into it."""
        there = self.root / path.lstrip("/")
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_bytes(data.encode() if isinstance(data, str) else data)
        there.chmod(mode)


def bare(debian: str) -> Path:
    """Return a bare Debian as a tar file, with a mirror of the few packages that its operator will install."""
    made = FOLDER / f"debian-{debian}-{crc32(' '.join(ON_THE_MIRROR).encode()):08x}.tar"
    if made.exists():
        return made
    print(f"    fetching Debian {debian} ...", flush=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    hooks = (
        f'chroot "$1" apt-get -qq -y install --download-only --no-install-recommends {" ".join(ON_THE_MIRROR)}',
        'mkdir -p "$1/srv/mirror" && mv "$1"/var/cache/apt/archives/*.deb "$1/srv/mirror/"',
        'cd "$1/srv/mirror" && dpkg-scanpackages --multiversion . >Packages 2>/dev/null',
        'rm -f "$1"/etc/apt/sources.list.d/*; echo "deb [trusted=yes] file:/srv/mirror ./" >"$1/etc/apt/sources.list"',
    )
    draft = made.with_suffix(".part.tar")
    sh(
        *("mmdebstrap", "--quiet", "--variant=minbase", "--skip=cleanup/apt"),
        "--include=systemd,systemd-sysv,dbus,iproute2,ca-certificates",
        *(f"--customize-hook={hook}" for hook in hooks), SUITES[debian], str(draft),
    )  # fmt: skip
    draft.replace(made)
    return made


def sh(*command: str) -> str:
    """Run a tool of this machine. Raises Failed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"{' '.join(command[:4])}: {(done.stdout + done.stderr)[-1500:]}")
    return done.stdout


def lacking(tools: Sequence[str] = TOOLS) -> list[str]:
    """Return what this machine has to have and has not."""
    return [*([] if os.geteuid() == 0 else ["root"]), *(tool for tool in tools if not shutil.which(tool))]
