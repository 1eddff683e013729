"""What `setup` asks of the machine: an account, systemd, the proxy, and certificates. Each step says what it did."""

import os
import pwd
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from bot.commands import setup_answers, setup_files
from bot.commands.setup_files import ACCOUNT, CODE, SETTINGS, Root
from bot.settings import Unsafe

Say = Callable[[str], None]

HOME = "/var/lib/blakus"
BACKUPS = "/var/backups/blakus"
SYSTEMD = Path("/run/systemd/system")
"""A folder that is there while systemd runs the machine."""
DEFAULT_SITE = Path("/etc/nginx/sites-enabled/default")
CHALLENGES = Path("/var/lib/blakus-acme")
CERTIFICATES_WITHIN, LOOK, LOOK_FOR = 60.0, 0.5, 10.0
"""Seconds to wait for Caddy's certificates, between two looks at them, and for one look."""


def make_account(root: Root, say: Say) -> None:
    """Make the account of the service and its home. The account has no shell and no password."""
    home = root.at(HOME)
    if root.is_machine and not has_account():
        _run("useradd", "--system", "--home-dir", HOME, "--shell", "/usr/sbin/nologin", ACCOUNT)
        say(f"made  the account {ACCOUNT}")
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    if root.is_machine:
        shutil.chown(home, ACCOUNT, ACCOUNT)
    home.chmod(0o700)


def has_account() -> bool:
    try:
        pwd.getpwnam(ACCOUNT)
    except KeyError:
        return False
    return True


def start(say: Say, *, anew: bool, backups: bool) -> None:
    """Start the service, `anew` with changed settings, and the timer of the backups. Raises Unsafe."""
    if not SYSTEMD.is_dir():
        say("left  systemd does not run here: start the program by “blakus run”")
        return
    _run("systemctl", "daemon-reload")
    _run("systemctl", "enable", "--quiet", "blakus")
    if _run("systemctl", "restart" if anew else "start", "blakus", refuse=False).returncode:
        words = _run("journalctl", "_SYSTEMD_UNIT=blakus.service", "-n", "1", "-o", "cat", "--no-pager", refuse=False)
        raise Unsafe(f"Blakus did not start: {words.stdout.strip() or 'see journalctl -u blakus'}")
    say("runs  blakus.service")
    if backups:
        _run("systemctl", "enable", "--quiet", "--now", "blakus-backup.timer")
        say("runs  blakus-backup.timer, every night")
        if anew or not any(Path(BACKUPS).glob("blakus-*.age")):
            made = _run("systemctl", "start", "blakus-backup.service", refuse=False).returncode == 0
            say("made  a first backup" if made else "FAILED: the first backup. See: journalctl -u blakus-backup -n 5")


def proxy(root: Root, settings: Mapping[str, str], chosen: Mapping[str, str], say: Say) -> None:
    """Configure nginx or Caddy, with certificates, and let it take the configuration. Raises Unsafe."""
    which, certificates = chosen["proxy"], chosen.get("certificates", setup_answers.ACME)
    filled = setup_files.values(settings, certificates, which)
    page = inside(root, ["failure-page"], "")
    if page.returncode:
        raise Unsafe("The page for the time when the program is down was not made; see above. Run setup again.")
    root.put_page(page.stdout)
    if which == "caddy":
        changed = root.put(setup_files.CADDY, setup_files.render(setup_files.CADDY, filled))
        if root.is_machine:
            _run("caddy", "validate", "--config", setup_files.CADDY.path, "--adapter", "caddyfile")
            _reload("caddy", say, anew=changed)
            if changed and certificates == setup_answers.ACME and SYSTEMD.is_dir():
                await_certificates(_hosts(settings), say)
    if which == "nginx":
        root.put(setup_files.NGINX_HTTP, setup_files.render(setup_files.NGINX_HTTP, filled))
        if root.is_machine:
            _open_for_certificates(settings, certificates, say)
        root.put(setup_files.NGINX, setup_files.render(setup_files.NGINX, filled))
        if root.is_machine:
            _run("nginx", "-t")
            _reload("nginx", say)


def _hosts(settings: Mapping[str, str]) -> list[str]:
    return [urlsplit(settings[name]).hostname or "" for name in ("BOT_PUBLIC_URL", "BOT_DESK_URL")]


def await_certificates(hosts: Sequence[str], say: Say, port: int = 443) -> None:
    """Caddy orders in the background: wait until it shows one for each name, so the doctor does not look too early."""
    last = time.monotonic() + CERTIFICATES_WITHIN
    for host in hosts:
        while not (shown := _shows_certificate(host, port)) and time.monotonic() < last:
            time.sleep(LOOK)
        say(
            f"got   a certificate for {host}"
            if shown
            else f"FAILED: Caddy has no certificate for {host} yet. See: journalctl -u caddy -n 20"
        )


def _shows_certificate(host: str, port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), LOOK_FOR) as way:
            ssl.create_default_context().wrap_socket(way, server_hostname=host).close()
    except OSError:
        return False
    return True


def _open_for_certificates(settings: Mapping[str, str], certificates: str, say: Say) -> None:
    """Take away the page that comes with nginx, because it logs visitors, and order certificates that are not there."""
    if DEFAULT_SITE.is_symlink() and str(DEFAULT_SITE.readlink()).endswith("sites-available/default"):
        DEFAULT_SITE.unlink()
        say("took  nginx's own page away: it keeps a log of visitors")
    if certificates != setup_answers.ACME:
        return
    CHALLENGES.mkdir(mode=0o755, exist_ok=True)
    for host in _hosts(settings):
        if setup_answers.hosts(certificates, host)[0].exists():
            continue
        _run("nginx", "-t")
        _reload("nginx", lambda _: None)
        # One for each name: a certificate of both would tell in public that they belong together.
        _run(
            "certbot", "certonly", "--non-interactive", "--quiet", "--agree-tos", "--register-unsafely-without-email",
            "--webroot", "--webroot-path", str(CHALLENGES), "--cert-name", host, "--domain", host,
            "--deploy-hook", "systemctl reload nginx",
        )  # fmt: skip
        say(f"got   a certificate for {host}")


def _reload(service: str, say: Say, *, anew: bool = False) -> None:
    """Let the proxy take its new configuration. `anew`: Caddy's control socket may have moved, so it is restarted."""
    if not SYSTEMD.is_dir():
        say(f"left  systemd does not run here: let {service} read its configuration")
        return
    _run("systemctl", "enable", "--quiet", service)
    _run("systemctl", "restart" if anew else "reload-or-restart", service)
    say(f"runs  {service}, with the new configuration")


def inside(root: Root, command: Sequence[str], said: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command of Blakus as the service's account, in its home. What it is told goes in by a pipe.

    Its standard output is returned where it is told something, and shown otherwise.
    """
    env = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "PYTHONPATH": str(CODE), "PYTHONDONTWRITEBYTECODE": "1"}
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "LANG", "LC_ALL"):
        if name in os.environ:
            env[name] = os.environ[name]
    account = ACCOUNT if root.is_machine else None
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "bot", "--settings", str(root.at(SETTINGS)), *command],
        cwd=root.at(HOME), env=env, encoding="utf-8", input=said, check=False, umask=0o077,
        stdout=subprocess.PIPE if said is not None else None,
        user=account, group=account, extra_groups=[] if account else None,
    )  # fmt: skip


def _run(*command: str, refuse: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a tool of the machine. Raises Unsafe, with its own last words, if it is missing or refuses."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
    tool = shutil.which(command[0], path=path)
    if tool is None:
        raise Unsafe(f"{command[0]} is not installed: apt-get install {command[0]}, then run setup again")
    done = subprocess.run([tool, *command[1:]], capture_output=True, text=True, check=False)  # noqa: S603 - fixed words
    if done.returncode and refuse:
        words = (done.stderr or done.stdout).strip().splitlines()
        raise Unsafe(f"“{' '.join(command[:3])}” refused: {words[-1] if words else done.returncode}")
    return done
