"""Whom a route may be for, and what follows from it: the menu of a worker, and the page she begins on."""

from aiohttp import web

from bot.engine.marking import N_
from bot.usecases.accounts.workers import Role
from bot.usecases.acting import SignedIn

Who = frozenset[Role] | None

ANYONE: Who = None
"""Also without a sign-in."""
EVERY_ROLE: Who = frozenset({"worker", "head", "editor", "approver", "operator", "dpo"})
CASEWORK: Who = frozenset({"worker", "head"})
HEADS: Who = frozenset({"head"})
WORDING: Who = frozenset({"editor", "approver"})
EDITORS: Who = frozenset({"editor"})
APPROVERS: Who = frozenset({"approver"})
OPERATION: Who = frozenset({"operator"})
CALENDARS: Who = frozenset({"head", "operator"})
PROTECTION: Who = frozenset({"dpo"})
PRACTITIONERS: Who = frozenset()
"""No role of the desk: whoever came to a round by a link. Her session opens these pages, and these only."""

WHO_MAY = web.AppKey("who_may", dict[tuple[str, str], Who])
"""By method and path, as the rows of `routes.ROUTES` say it: the app is built from them."""
PAGES = (
    ("/requests", N_("Requests")),
    ("/key", N_("The key")),
    ("/about", N_("About this desk")),
    ("/content", N_("Content")),
    ("/operation", N_("Operation")),
    ("/calendar", N_("Calendar")),
    ("/audit", N_("Audit")),
    ("/me", N_("Your sign-in")),
)


def may_see(app: web.Application, worker: SignedIn, path: str) -> bool:
    """Whether the worker's role opens the page at the path of a route, `/requests/{reference}` as it stands there."""
    who = app[WHO_MAY].get(("GET", path), frozenset())
    return who is None or worker.role in who


def menu(app: web.Application, worker: SignedIn | None) -> tuple[tuple[str, str], ...]:
    """The pages a worker's role may see."""
    return tuple(page for page in PAGES if worker and may_see(app, worker, page[0]))


def landing(app: web.Application, worker: SignedIn) -> str:
    """Where a worker begins."""
    return menu(app, worker)[0][0]
