"""PostgreSQL on the machine itself, as docs/operating.md has it."""

import re

from tests.rehearsal.machine import Failed, Machine

PASSWORD = "a-password-of-the-rehearsal"
URL = f"postgresql://blakus:{PASSWORD}@127.0.0.1/blakus"
ANSWERS = "/root/answers"
LOG = re.compile(r"`(log_\w+ = [\w-]+)`")
KEPT = re.compile(r"^```\n(wal_recycle[\s\S]*?)^```", re.M)
"""What the page says of the log, and of what rests in it."""


def prepare(machine: Machine) -> None:
    """Make account and database, with the page's settings, and lay setup's answer into a file. Raises Failed."""
    machine.types("runuser -u postgres -- createuser --pwprompt blakus", f"{PASSWORD}\n{PASSWORD}\n")
    machine.types("runuser -u postgres -- createdb --owner blakus blakus")
    page = (machine.root / "usr/lib/blakus/docs/operating.md").read_text()
    settings = [*LOG.findall(page), *(found[1] for found in KEPT.finditer(page))]
    (folder,) = (machine.root / "etc/postgresql").glob("*/main/conf.d")
    machine.put(f"{folder.relative_to(machine.root)}/blakus.conf", "\n".join(settings))
    machine.types("systemctl restart postgresql")
    if (said := asked(machine, "SHOW log_connections", "SHOW wal_recycle")) != ["off", "off"]:
        raise Failed(f"PostgreSQL does not take what the page says: {said}")
    machine.put(ANSWERS, f"--set\nBOT_DATABASE={URL}\n", 0o600)


def asked(machine: Machine, *queries: str) -> list[str]:
    """Return what each query finds."""
    words = " ".join(f"--command='{query}'" for query in queries)
    return machine.run(f"cd / && runuser -u postgres -- psql --no-align --tuples-only blakus {words}").splitlines()
