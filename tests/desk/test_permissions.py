"""Who may do what: one table over every route and every role. A2: no editor or operator reaches a request."""

from dataclasses import replace

import pytest
from aiohttp import ClientSession

from bot.desk.app import desk_app
from bot.desk.content.round_words import shipped_cards
from bot.desk.roles import WHO_MAY
from bot.desk.security import HEADERS
from bot.runtime import Runtime
from bot.usecases.accounts.workers import Role
from bot.usecases.content import drafts, rounds
from tests.faces import Clock
from tests.people import (
    PASSWORD,
    a_colleague,
    a_desk_mate,
    a_key,
    a_request,
    a_service,
    acting,
    browser_of,
    serving,
    sign_in,
    the_request,
)

ROLES: tuple[Role, ...] = ("worker", "head", "editor", "approver", "operator", "dpo")
NOBODY = "nobody"

# The routes in the order in which a day goes, and what each answers to: nobody, worker, head, editor, approver,
# operator, data-protection officer. 403 is no, 303 leads on, 401 asks to sign in, 400 and 404 are about what was sent.
# (When the day ends everywhere at once, nothing is left to sign out of.)
TABLE = """
GET  /static/desk.css                 200  200  200  200  200  200  200
GET  /metrics                         404  404  404  404  404  404  404
GET  /sign-in                         200  200  200  200  200  200  200
POST /sign-in                         403  403  403  403  403  403  403
POST /sign-in/passkey                 404  404  404  404  404  404  404
GET  /join/{token}                    404  404  404  404  404  404  404
POST /join/{token}                    404  404  404  404  404  404  404
POST /join/{token}/passkey            404  404  404  404  404  404  404
GET  /address/{token}                 404  404  404  404  404  404  404
POST /address/{token}                 404  404  404  404  404  404  404
POST /confirm                         401  303  303  303  303  303  303
POST /confirm/ahead                   401  204  204  204  204  204  204
POST /confirm/passkey                 401  404  404  404  404  404  404
GET  /confirm                         303  200  200  200  200  200  200
POST /here                            401  204  204  204  204  204  204
POST /language                        303  303  303  303  303  303  303
GET  /                                303  303  303  303  303  303  303
GET  /requests                        303  200  200  403  403  403  403
GET  /calls                           303  200  200  403  403  403  403
GET  /quarters                        303  403  200  403  403  403  403
GET  /quarters/{quarter}/paper        303  403  404  403  403  403  403
GET  /referrals/new                   303  200  200  403  403  403  403
POST /referrals                       401  400  400  403  403  403  403
GET  /referrals/paper/{language}      303  200  200  403  403  403  403
POST /requests/{reference}/papers/{kind} 401 400 400 403 403 403 403
GET  /requests/{reference}            303  200  200  403  403  403  403
POST /requests/{reference}/open       401  200  403  403  403  403  403
POST /requests/{reference}/read       401  200  403  403  403  403  403
POST /requests/{reference}/word       401  400  400  403  403  403  403
GET  /requests/next                   303  303  303  403  403  403  403
POST /requests/together               401  200  200  403  403  403  403
POST /requests/find                   401  303  303  403  403  403  403
POST /requests/letters                401  400  400  403  403  403  403
POST /requests/{reference}/export     401  200  403  403  403  403  403
POST /requests/{reference}/print      401  303  303  403  403  403  403
POST /requests/{reference}/copy       401  303  303  403  403  403  403
POST /requests/{reference}/notes      401  409  403  403  403  403  403
POST /requests/{reference}/notes/{note}/remove 401  404  403  403  403  403  403
POST /requests/{reference}/take       401  303  303  403  403  403  403
POST /requests/{reference}/takeover   401  403  303  403  403  403  403
GET  /requests/{reference}/standing   303  200  200  403  403  403  403
POST /requests/{reference}/reveal     401  200  200  403  403  403  403
POST /requests/{reference}/raise      401  303  303  403  403  403  403
POST /requests/{reference}/lower      401  400  400  403  403  403  403
POST /requests/{reference}/attempt    401  400  400  403  403  403  403
POST /requests/{reference}/outside    401  400  400  403  403  403  403
POST /requests/{reference}/extend     401  400  400  403  403  403  403
POST /requests/{reference}/meet       401  403  403  403  403  403  403
POST /requests/{reference}/wait       401  400  400  403  403  403  403
POST /requests/{reference}/came       401  200  200  403  403  403  403
POST /requests/{reference}/erase      401  200  200  403  403  403  403
POST /requests/{reference}/close      401  200  200  403  403  403  403
POST /requests/{reference}/join       401  200  200  403  403  403  403
POST /requests/{reference}/part       401  200  200  403  403  403  403
POST /requests/{reference}/back       401  303  303  403  403  403  403
POST /requests/{reference}/conflict   401  200  200  403  403  403  403
GET  /requests/{reference}/sides      303  403  200  403  403  403  403
POST /requests/{reference}/sides      401  403  400  403  403  403  403
POST /requests/{reference}/reopen     401  403  403  403  403  403  403
POST /requests/{reference}/unflag     401  403  403  403  403  403  403
POST /requests/{reference}/unraise    401  403  403  403  403  403  403
POST /requests/{reference}/unnote     401  403  403  403  403  403  403
GET  /directory                       303  200  200  403  403  403  403
GET  /about                           303  200  200  403  403  403  403
GET  /colleagues                      303  403  200  403  403  403  403
POST /colleagues                      401  403  409  403  403  403  403
POST /colleagues/{colleague}/again    401  403  404  403  403  403  403
POST /colleagues/{colleague}/remove   401  403  404  403  403  403  403
POST /colleagues/{colleague}/handover 401  403  404  403  403  403  403
GET  /key                             303  200  200  403  403  403  403
GET  /key/lost                        303  200  303  403  403  403  403
POST /key                             401  400  400  403  403  403  403
POST /key/challenge                   401  400  400  403  403  403  403
POST /key/wish                        401  303  303  403  403  403  403
POST /key/held                        401  200  404  403  403  403  403
POST /key/own                         401  400  400  403  403  403  403
POST /key/grant                       401  400  400  403  403  403  403
POST /key/accept                      401  403  403  403  403  403  403
POST /key/differs                     401  400  400  403  403  403  403
POST /key/restore                     401  400  400  403  403  403  403
POST /key/change                      401  403  400  403  403  403  403
POST /key/letters                     401  403  403  403  403  403  403
POST /key/letters/{reference}/{part}  401  403  403  403  403  403  403
POST /key/letters/{reference}/{part}/sealed  401  403  403  403  403  403  403
GET  /content                         303  403  403  200  200  403  403
GET  /content/map.svg                 303  403  403  200  200  403  403
GET  /content/drafts                  303  403  403  200  200  403  403
POST /content/drafts                  401  403  403  303  403  403  403
GET  /content/drafts/{draft}          303  403  403  200  200  403  403
GET  /content/drafts/{draft}/map.svg  303  403  403  200  200  403  403
POST /content/drafts/{draft}/present  401  403  403  200  200  403  403
POST /content/drafts/{draft}/undo     401  403  403  404  403  403  403
GET  /content/drafts/{draft}/screens/{screen}            303  403  403  200  200  403  403
POST /content/drafts/{draft}/screens/{screen}            401  403  403  303  403  403  403
POST /content/drafts/{draft}/screens/{screen}/look       401  403  403  200  403  403  403
GET  /content/drafts/{draft}/screens/{screen}/place.svg  303  403  403  200  200  403  403
POST /content/drafts/{draft}/screens/{screen}/ways       401  403  403  400  403  403  403
GET  /content/drafts/{draft}/topics                      303  403  403  200  200  403  403
POST /content/drafts/{draft}/topics                      401  403  403  409  403  403  403
POST /content/drafts/{draft}/topics/{topic}/split        401  403  403  409  403  403  403
POST /content/drafts/{draft}/topics/{topic}/retire       401  403  403  409  403  403  403
GET  /content/drafts/{draft}/facts                       303  403  403  200  200  403  403
POST /content/drafts/{draft}/facts                       401  403  403  303  403  403  403
GET  /content/drafts/{draft}/facts/{row}                 303  403  403  200  404  403  403
POST /content/drafts/{draft}/facts/{row}                 401  403  403  303  403  403  403
POST /content/drafts/{draft}/facts/{row}/withdrawn       401  403  403  404  403  403  403
GET  /content/drafts/{draft}/facts/{row}/correct         303  403  403  404  403  403  403
POST /content/drafts/{draft}/facts/{row}/correct         401  403  403  404  403  403  403
GET  /content/drafts/{draft}/services/{row}/correct      303  403  403  404  403  403  403
POST /content/drafts/{draft}/services/{row}/correct      401  403  403  404  403  403  403
GET  /content/glossary                                   303  403  403  200  200  403  403
GET  /content/numbers                                    303  403  403  200  200  403  403
POST /content/correct                                    401  403  403  404  403  403  403
GET  /content/drafts/{draft}/services                    303  403  403  200  200  403  403
POST /content/drafts/{draft}/services                    401  403  403  303  403  403  403
GET  /content/drafts/{draft}/services/{row}              303  403  403  200  404  403  403
POST /content/drafts/{draft}/services/{row}              401  403  403  303  403  403  403
GET  /content/drafts/{draft}/phrases/{topic}/{language}  303  403  403  404  404  403  403
POST /content/drafts/{draft}/phrases/{topic}/{language}  401  403  403  404  403  403  403
POST /content/drafts/{draft}/phrases/{topic}/{language}/try  401  403  403  404  404  403  403
GET  /content/drafts/{draft}/danger/{language}           303  403  403  200  200  403  403
POST /content/drafts/{draft}/danger/{language}           401  403  403  409  403  403  403
POST /content/drafts/{draft}/danger/{language}/try       401  403  403  409  409  403  403
GET  /content/drafts/{draft}/despair/{language}          303  403  403  200  200  403  403
POST /content/drafts/{draft}/despair/{language}          401  403  403  409  403  403  403
POST /content/drafts/{draft}/despair/{language}/try      401  403  403  409  409  403  403
GET  /content/drafts/{draft}/files                       303  403  403  200  200  403  403
GET  /content/drafts/{draft}/files/{name}                303  403  403  200  200  403  403
POST /content/drafts/{draft}/files                       401  403  403  400  403  403  403
POST /content/drafts/{draft}/files/take                  401  403  403  400  403  403  403
GET  /preview/{draft}                 303  200  200  200  200  200  200
GET  /preview/{draft}/{screen}        303  200  200  200  200  200  200
GET  /content/drafts/{draft}/changes  303  403  403  200  200  403  403
GET  /content/drafts/{draft}/rounds   303  403  403  200  200  403  403
POST /content/drafts/{draft}/rounds   401  403  403  400  403  403  403
GET  /content/rounds/{round}          303  403  403  200  200  403  403
POST /content/rounds/{round}/invite   401  403  403  400  403  403  403
POST /content/rounds/{round}/answer   401  403  403  400  403  403  403
GET  /content/rounds/{round}/report   303  403  403  200  200  403  403
POST /content/rounds/{round}/close    401  403  403  303  403  403  403
GET  /round/join/{token}              404  404  404  404  404  404  404
POST /round/join/{token}              404  404  404  404  404  404  404
GET  /round/thanks                    200  200  200  200  200  200  200
GET  /round                           404  404  404  404  404  404  404
POST /round/card                      404  404  404  404  404  404  404
GET  /round/walk                      404  404  404  404  404  404  404
POST /round/walk                      404  404  404  404  404  404  404
POST /round/comment                   404  404  404  404  404  404  404
POST /round/end                       404  404  404  404  404  404  404
GET  /practice                        303  200  200  200  200  200  200
GET  /practice/{case}/{step}          303  200  200  200  200  200  200
GET  /round/practice                  404  404  404  404  404  404  404
GET  /round/practice/{case}/{step}    404  404  404  404  404  404  404
POST /round/practice/{case}/{step}    404  404  404  404  404  404  404
POST /content/drafts/{draft}/still    401  403  403  303  403  403  403
POST /content/drafts/{draft}/follow   401  403  403  200  403  403  403
POST /content/drafts/{draft}/choose   401  403  403  404  403  403  403
POST /content/drafts/{draft}/propose  401  403  403  303  403  403  403
POST /content/drafts/{draft}/approve  401  403  403  403  409  403  403
POST /content/drafts/{draft}/back     401  403  403  403  409  403  403
POST /content/drafts/{draft}/discard  401  403  403  303  403  403  403
GET  /content/history                 303  403  403  200  200  403  403
POST /content/history/{number}/back   401  403  403  303  303  403  403
POST /content/history/{number}/confirm  401  403  403  403  404  403  403
GET  /content/review                  303  403  403  200  200  403  403
POST /content/review/{fact}/withdraw  401  403  403  409  409  403  403
GET  /content/package                 303  403  403  200  200  403  403
POST /content/package                 401  403  403  400  403  403  403
GET  /content/package/file            303  403  403  200  200  403  403
GET  /operation                       303  403  403  403  403  200  403
POST /operation/look                  401  403  403  403  403  200  403
POST /operation/mail                  401  403  403  403  403  400  403
GET  /accounts                        303  403  403  403  403  200  200
GET  /clocks                          303  403  403  403  403  200  200
GET  /operation/numbers               303  403  403  200  403  200  200
GET  /operation/numbers/{year}/paper  303  403  403  404  403  404  404
GET  /calendar                        303  403  303  403  403  200  403
GET  /calendar/{service}              303  403  200  403  403  200  403
POST /calendar/{service}              401  403  409  403  403  409  403
POST /calendar/{service}/notice       401  403  303  403  403  303  403
POST /calendar/{service}/key          401  403  303  403  403  303  403
GET  /audit                           303  403  403  403  403  403  200
POST /audit/file                      401  403  403  403  403  403  200
POST /audit/consents                  401  403  403  403  403  403  200
GET  /conduct                         303  200  200  200  200  200  200
POST /conduct                         401  303  303  303  303  303  303
GET  /me                              303  200  200  200  200  200  200
POST /me/codes                        401  200  200  200  200  200  200
POST /me/app                          401  200  200  200  200  200  200
POST /me/app/prove                    401  409  409  409  409  409  409
POST /me/password                     401  303  303  303  303  303  303
POST /me/passkeys/new                 401  404  404  404  404  404  404
POST /me/passkeys                     401  404  404  404  404  404  404
POST /me/passkeys/{passkey}/remove    401  404  404  404  404  404  404
POST /me/sessions/{place}/end         401  404  404  404  404  404  404
POST /me/sessions/end                 401  303  303  303  303  303  303
POST /sign-out                        303  303  303  303  303  303  303
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()]
SENT = {
    "agreed": "yes",
    "language": "ru",
    "reason": "met",
    "password": PASSWORD,
    "again": PASSWORD,
}


async def test_every_route_is_in_the_table(runtime: Runtime) -> None:
    listed = {(method, path.replace("/static/desk.css", "/static/{file}")) for method, path, *_ in ROWS}
    assert listed == desk_app(runtime)[WHO_MAY].keys()


@pytest.mark.parametrize("path, status", [("/sign-in", 200), ("/requests", 401)])
async def test_a_monitor_may_ask_for_the_head_of_a_page_and_gets_what_a_browser_would(
    runtime: Runtime, path: str, status: int
) -> None:
    async with serving(runtime) as url, browser_of(url) as browser:
        del browser.headers["Sec-Fetch-Site"]
        async with browser.head(path) as answer:
            assert (answer.status, await answer.read()) == (status, b"")


@pytest.mark.parametrize("whose", [NOBODY, *ROLES])
async def test_a_role_reaches_its_own_routes_and_no_other(runtime: Runtime, clock: Clock, whose: Role) -> None:
    await a_service(runtime)
    holder = await a_colleague(runtime, clock, "holder", "worker", "balvi")
    await a_key(runtime, await acting(runtime, clock, holder))
    await a_request(runtime)
    reference = await the_request(runtime)
    editor = await a_desk_mate(runtime, "another-editor", "editor", None)
    draft = await drafts.open_draft(runtime, editor, "Melnraksts")
    held = await rounds.open_round(runtime, editor, draft, "Kārta", clock().date(), shipped_cards())
    column = [NOBODY, *ROLES].index(whose)
    async with serving(runtime) as url, browser_of(url) as browser:
        if whose == "worker":
            await sign_in(browser, clock, holder)
        elif whose != NOBODY:
            service = "balvi" if whose == "head" else None
            await sign_in(browser, clock, await a_colleague(runtime, clock, f"a-{whose}", whose, service))
        for method, path, *statuses in ROWS:
            names = {
                "token": "never-was",
                "colleague": "never-was",
                "place": "never-was",
                "passkey": "never-was",
                "service": "balvi",
            }
            names |= {"draft": draft, "screen": "menu", "fact": "none", "round": held, "row": "none", "topic": "none"}
            names |= {"name": "blakus.lv-ru.po", "language": "lv", "kind": "conversation"}
            names |= {"quarter": "2026Q3", "year": "2026"}
            names |= {"case": "known_family", "step": "plan"}
            address = path.format(reference=reference, part="letter", number=0, note=0, **names)
            form = SENT if method == "POST" else None
            async with browser.request(method, address, data=form, allow_redirects=False) as answer:
                assert answer.status == int(statuses[column]), (method, path)
                assert HEADERS.keys() <= answer.headers.keys(), path


async def test_another_services_request_is_not_found(runtime: Runtime, clock: Clock) -> None:
    await a_service(runtime)
    await a_service(runtime, "riga", "riga")
    holder = await a_colleague(runtime, clock, "holder", "worker", "balvi")
    await a_key(runtime, await acting(runtime, clock, holder))
    await a_request(runtime)
    reference = await the_request(runtime)
    async with serving(runtime) as url, browser_of(url) as browser:
        await sign_in(browser, clock, await a_colleague(runtime, clock, "head", "head", "riga"))
        async with browser.get("/requests") as answer:
            assert reference not in await answer.text()
        async with browser.get(f"/requests/{reference}") as answer:
            assert answer.status == 404
        for action in ("open", "read", "take", "reveal", "raise", "meet", "back", "conflict", "came", "erase", "close"):
            async with browser.post(f"/requests/{reference}/{action}", data={"reason": "met"}) as answer:
                assert answer.status == 404, action


async def test_only_the_pages_of_a_role_are_in_its_menu(runtime: Runtime, clock: Clock) -> None:
    await a_service(runtime)
    async with serving(runtime) as url:
        landings: dict[Role, str] = {"editor": "/content", "operator": "/operation", "dpo": "/audit"}
        for role, path in landings.items():
            colleague = await a_colleague(runtime, clock, role, role, None)
            async with browser_of(url) as browser:
                await sign_in(browser, clock, colleague)
                async with browser.get("/") as answer:
                    text = await answer.text()
                    assert answer.url.path == path
            assert f'href="{path}"' in text
            assert "/requests" not in text


@pytest.mark.parametrize(
    "headers, status",
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "http://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
    ],
)
async def test_what_changes_something_comes_from_the_desk_itself(
    runtime: Runtime, headers: dict[str, str], status: int
) -> None:
    async with serving(runtime) as url, browser_of(url) as browser:
        del browser.headers["Sec-Fetch-Site"]
        async with browser.post("/language", data=SENT, headers=headers, allow_redirects=False) as answer:
            assert answer.status == status


async def posted_from(browser: ClientSession, origin: str) -> int:
    """From a browser that tells no more of a page than its origin."""
    browser.headers.pop("Sec-Fetch-Site", None)
    async with browser.post("/language", data=SENT, headers={"Origin": origin}, allow_redirects=False) as answer:
        return answer.status


async def test_a_browser_without_fetch_metadata_is_known_by_its_origin_with_scheme_and_port(runtime: Runtime) -> None:
    async with serving(runtime) as url, browser_of(url) as browser:
        assert await posted_from(browser, url) == 303
        host, _, port = url.removeprefix("http://").rpartition(":")
        for another in (f"https://{host}:{port}", f"http://{host}", f"http://{host}:{int(port) + 1}", f"ftp://{host}"):
            assert await posted_from(browser, another) == 403, another


async def test_behind_a_proxy_the_desks_own_address_is_the_one_that_the_operator_set(runtime: Runtime) -> None:
    for address, own in (
        ("https://darbs.example", "https://darbs.example"),
        ("https://Darbs.example:443/", "https://darbs.example"),
        ("https://darbs.example:8443", "https://darbs.example:8443"),
    ):
        settings = runtime.settings.model_copy(update={"desk_url": address})
        async with serving(replace(runtime, settings=settings)) as url, browser_of(url) as browser:
            assert await posted_from(browser, own) == 303, address
            for another in (url, own.replace("https", "http"), f"{own}:9", "https://darbs.example.lv", "null"):
                assert await posted_from(browser, another) == 403, (address, another)


@pytest.mark.parametrize("back", ["//elsewhere.example", "/\\elsewhere.example", "https://elsewhere.example", "/\r\n"])
async def test_changing_the_language_leads_nowhere_else(runtime: Runtime, back: str) -> None:
    async with serving(runtime) as url, browser_of(url) as browser:
        form = {"language": "en", "back": back}
        async with browser.post("/language", data=form, allow_redirects=False) as answer:
            assert answer.headers["Location"] == "/"


@pytest.mark.parametrize("path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/none.js", "/.git", "/x"])
async def test_only_pages_and_our_own_files_are_served(runtime: Runtime, path: str) -> None:
    async with serving(runtime) as url, browser_of(url) as browser, browser.get(url + path) as answer:
        assert answer.status == 404
        assert HEADERS.keys() <= answer.headers.keys()
