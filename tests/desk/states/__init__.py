"""Every page of the desk in every state that a test can bring it into: one line of a table each.

A new page gets its line in the module of its part: a function that brings a browser to it, under the route that answers
and the login of who sees it. A test fails when a route has none.
"""

from tests.desk.states import casework, content, own_work, refusals, rounds, services, signing_in

NOT_PAGES = {
    *("GET /", "GET /requests/next", "GET /static/{file:.+}", "GET /content/map.svg", "GET /metrics"),
    *("GET /requests/{reference}/standing", "GET /referrals/paper/{language}"),
    *("GET /quarters/{quarter}/paper", "GET /operation/numbers/{year}/paper"),
    *("GET /content/drafts/{draft}/files/{name}", "GET /content/package/file"),
    *("GET /content/drafts/{draft}/map.svg", "GET /content/drafts/{draft}/screens/{screen}/place.svg"),
}
"""Two lead on, the others are files, numbers for a monitor, and what a page asks by itself."""
STATES = (
    *signing_in.TABLE,
    *casework.TABLE,
    *services.TABLE,
    *own_work.TABLE,
    *content.TABLE,
    *rounds.TABLE,
    *refusals.TABLE,
)
"""In the order of the walk: some lines find what an earlier one left behind."""
