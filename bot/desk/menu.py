"""The menu of the desk: its pages, and which of them a worker's role may see."""

from aiohttp import web

from bot.desk.roles import may_see
from bot.engine.marking import N_
from bot.usecases.acting import SignedIn

PAGES = (
    ("/requests", N_("Requests")),
    ("/colleagues", N_("Colleagues")),
    ("/key", N_("The key")),
    ("/about", N_("About this desk")),
    ("/content", N_("Content")),
    ("/operation", N_("Operation")),
    ("/calendar", N_("Calendar")),
    ("/quarters", N_("Quarters")),
    ("/audit", N_("Audit")),
    ("/clocks", N_("Retention")),
    ("/accounts", N_("Accounts")),
    ("/operation/numbers", N_("Numbers")),
    ("/me", N_("Your sign-in")),
)


def menu(app: web.Application, worker: SignedIn | None) -> tuple[tuple[str, str], ...]:
    """Return path and label of each menu page this role may see; none when signed out."""
    return tuple(page for page in PAGES if worker and may_see(app, worker, page[0]))


def landing(app: web.Application, worker: SignedIn) -> str:
    """Return the path of the first page on the worker's menu."""
    return menu(app, worker)[0][0]
