"""What a service needs before people can write to it, and what it lacks. Pure; form, desk, doctor and command line
all use it.

Whoever sends a request relies on two people who can read it, and on two ways for them to learn that it is there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from storage.social_services import FEWEST_HOLDERS, SocialService
from storage.workers import Worker

Lack = Literal[
    "inactive", "key_differs", "holders", "hours", "smtp", "address", "address_untried", "step", "step_untried"
]  # fmt: skip
ReaderLack = Literal["nobody", "key", "address", "shared", "untried"]
"""Why there is no sole reader for requests from people who know somebody at the service."""
Reads = Literal["", "head", "named"]
"""The sole reader's function; empty: there is none."""
Slot = Literal["email", "deputy_email", "head_email", "reader_email"]
SLOTS: tuple[Slot, ...] = ("email", "deputy_email", "head_email", "reader_email")
"""The addresses of a service, by the names they are stored under."""
NEVER_WAIVED: frozenset[Lack] = frozenset({"inactive", "key_differs", "holders", "hours"})
"""Never waived, although an upgrade gives time to try addresses: nobody may write what cannot be read, is never read,
or could be read by a stranger."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the database says of the services at one moment. `confirmed` are tried addresses by service id."""

    services: Mapping[str, SocialService]
    holders: Mapping[str, frozenset[str]] = field(default_factory=dict)
    confirmed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    forged: frozenset[str] = frozenset()
    """Ids of services whose key was changed in the database by somebody without our key."""

    def holders_of(self, service_id: str) -> frozenset[str]:
        return self.holders.get(service_id, frozenset())

    def is_tried(self, service_id: str, address: str | None) -> bool:
        return address is not None and address in self.confirmed.get(service_id, frozenset())


@dataclass(frozen=True, slots=True)
class Reach:
    """Whether a service can be reached: what it lacks, how many hold its key, and until when lacks are overlooked."""

    lacks: tuple[Lack, ...]
    holders: int
    open_until: datetime | None = None

    @property
    def addressable(self) -> bool:
        return not self.lacks or self.open_until is not None


def reach(service: SocialService, known: Known, *, promises: bool, mails: bool, now: datetime) -> Reach:
    """Say how a service can be reached.

    `promises`: a time can be named by which it reads. `mails`: there is a mail server, or none is needed.
    """
    holders = len(known.holders_of(service.id))
    found: dict[Lack, bool] = {
        "inactive": not service.active,
        "key_differs": service.key_differs_at is not None or service.id in known.forged,
        "holders": holders < FEWEST_HOLDERS,
        "hours": not promises,
        "smtp": not mails,
        "address": not service.email,
        "address_untried": bool(service.email) and not known.is_tried(service.id, service.email),
        **_step(service, known),
    }
    lacks = tuple(lack for lack, missing in found.items() if missing)
    until = service.open_until
    waived = bool(lacks) and until is not None and now < until and NEVER_WAIVED.isdisjoint(lacks)
    return Reach(lacks, holders, until if waived else None)


def _step(service: SocialService, known: Known) -> dict[Lack, bool]:
    """Check for somebody beyond the notice address: deputy, head, or another service with an address of its own."""
    own = (service.email or "").casefold()
    addresses = [
        address for address in (service.deputy_email, service.head_email) if address and address.casefold() != own
    ]
    other = known.services.get(service.fallback_id or "")
    is_set = bool(addresses) or (other is not None and other.email is not None)
    is_tried = any(known.is_tried(service.id, address) for address in addresses)
    is_tried |= other is not None and known.is_tried(other.id, other.email)
    return {"step": not is_set, "step_untried": is_set and not is_tried}


def reader_lack(service: SocialService, reader: Worker | None, address: str | None, known: Known) -> ReaderLack | None:
    """Say what keeps the reader from reading alone; None if nothing does. An upgrade does not waive this."""
    if reader is None:
        return "nobody"
    if reader.id not in known.holders_of(service.id):
        return "key"
    if not address:
        return "address"
    if address.casefold() in {(other or "").casefold() for other in (service.email, service.deputy_email)}:
        return "shared"
    return None if known.is_tried(service.id, address) else "untried"


def function_of(reader: Worker) -> Reads:
    """The function by which the person is told who reads; never the name."""
    return "head" if reader.role == "head" else "named"
