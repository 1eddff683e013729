"""Groups of roles a route may be open to; which group each page has stands in `routes`."""

from aiohttp import web

from bot.usecases.accounts.workers import Role
from bot.usecases.acting import SignedIn

Who = frozenset[Role] | None

ANYONE: Who = None
"""Even without a sign-in."""
EVERY_ROLE: Who = frozenset({"worker", "head", "editor", "approver", "operator", "dpo"})
CASEWORK: Who = frozenset({"worker", "head"})
HEADS: Who = frozenset({"head"})
WORDING: Who = frozenset({"editor", "approver"})
EDITORS: Who = frozenset({"editor"})
APPROVERS: Who = frozenset({"approver"})
OPERATION: Who = frozenset({"operator"})
CALENDARS: Who = frozenset({"head", "operator"})
PROTECTION: Who = frozenset({"dpo"})
OVERSIGHT: Who = frozenset({"operator", "dpo"})
OUTSIDE: Who = frozenset({"editor", "operator", "dpo"})
"""Who is given numbers of a service without working there: none but those that are blurred (docs/decisions.md)."""
PRACTITIONERS: Who = frozenset()
"""Not a desk role: a practitioner who joined a round by link. Her session opens these pages and no others."""

WHO_MAY = web.AppKey("who_may", dict[tuple[str, str], Who])
"""Who may use a route, by method and path; filled from `routes.ROUTES`."""


def may_see(app: web.Application, worker: SignedIn, path: str) -> bool:
    """Tell whether the worker's role may GET a route, given its path template such as `/requests/{reference}`."""
    who = app[WHO_MAY].get(("GET", path), frozenset())
    return who is None or worker.role in who
