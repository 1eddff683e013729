"""What `setup` tells the part of it that runs as the service's own account (setup_people), and what that answers.

Apart from setup_people, which loads the database: the process that asks never opens it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True)
class Wanted:
    """What there shall be: a service with its hours and addresses, and the people who come first."""

    service: str = ""
    hours: Mapping[str, Sequence[str]] = field(default_factory=dict)
    email: str = ""
    head_email: str = ""
    people: Mapping[str, str] = field(default_factory=dict)
    """Names by role, where the function alone shall not stand for the person."""
    set_up: bool = True
    invite: bool = True
    try_mail: bool = False


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody to hand a link to."""

    login: str
    name: str
    role: str
    link: str


@dataclass(frozen=True, slots=True)
class Done:
    """What happened. `mails`: how many test mails were taken by the mail server, of how many; None if none was due."""

    invited: tuple[Invited, ...] = ()
    said: tuple[str, ...] = ()
    mails: tuple[int, int] | None = None


def as_json(wanted: Wanted) -> str:
    return json.dumps(asdict(wanted))


def from_json(text: str) -> Done:
    """Read what the other process said."""
    given = json.loads(text)
    mails = given["mails"]
    invited = tuple(Invited(**person) for person in given["invited"])
    return Done(invited, tuple(given["said"]), (mails[0], mails[1]) if mails else None)
