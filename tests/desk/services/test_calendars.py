"""The calendar page: what a head may set, what is refused, what a person is promised by it, and who is mailed."""

import re
from collections.abc import AsyncIterator, Mapping
from html import unescape

import pytest
from aiohttp import ClientSession
from playwright.async_api import expect
from pydantic import SecretStr

from bot.runtime import Runtime
from bot.usecases.accounts import workers
from bot.usecases.acting import SignedIn
from bot.usecases.refused import NotFound
from bot.usecases.services import calendars, delivery, offers
from bot.usecases.services.calendars import ChangedMeanwhile, NotValid
from storage.audit import Entry
from storage.social_services import SocialService
from tests.desk.browsing import PHONE, Desk, accessible
from tests.faces import Clock
from tests.people import PASSWORD, a_colleague, a_desk_mate, a_key, a_request, a_service, browser_of, serving
from tests.people import sign_in as signs_in
from tests.usecases.services.test_delivery import Post, listening


@pytest.fixture
async def head(runtime: Runtime) -> SignedIn:
    await a_service(runtime, "riga", "riga")
    await a_service(runtime)
    for service in ("riga", "balvi"):
        await a_key(runtime, await a_desk_mate(runtime, f"ilze-{service}", "worker", service))
    return await a_desk_mate(runtime, "janis", "head", "balvi")


async def saved(runtime: Runtime, by: SignedIn | None, **typed: str) -> list[str]:
    view = await calendars.get_view(runtime, by, "balvi")
    return await calendars.change(runtime, by, "balvi", {**view.written, **typed}, view.version)


async def stored(runtime: Runtime, service_id: str = "balvi") -> SocialService:
    async with runtime.database.store() as store:
        service = await store.services.by_id(service_id)
        assert service
        return service


async def audited(runtime: Runtime) -> list[Entry]:
    async with runtime.database.store() as store:
        return [entry for entry in await store.audit.entries("balvi") if entry.event.startswith(("calendar", "notice"))]


async def test_a_change_holds_at_once_and_the_audit_says_what_and_by_whom_and_no_address(
    runtime: Runtime, head: SignedIn, clock: Clock
) -> None:
    before = await offers.get_offer(runtime, "balvu-novads", "lv")
    changed = await saved(
        runtime, head, closed_days="2026-11-23 – 24.11.2026\n2026-12-30", fallback_id="riga",
        deputy_email="vietnieks@example.org",
    )  # fmt: skip
    assert changed == ["closed_days", "deputy_email", "fallback_id"]
    after = await offers.get_offer(runtime, "balvu-novads", "lv")
    assert before.promise == "līdz pirmdienai, 23. novembrim, plkst. 14.00"
    assert after.promise == "līdz trešdienai, 25. novembrim, plkst. 11.00"
    (line,) = await audited(runtime)
    assert (line.actor, line.reason) == (head.id, "closed_days deputy_email fallback_id")
    clock.move(days=2)  # days that are over are shown no more
    assert (await calendars.get_view(runtime, head, "balvi")).written["closed_days"] == "2026-12-30"
    assert await saved(runtime, head) == []
    assert len(await audited(runtime)) == 1


@pytest.mark.parametrize(
    "typed, problems",
    [
        ({"mon.from": "17:00", "mon.to": "08:30"}, {"mon": "hours"}),
        ({"sat.from": "10:00"}, {"sat": "hours"}),
        ({"sun.from": "ten", "sun.to": "12"}, {"sun": "hours"}),
        ({"closed_days": "Christmas"}, {"closed_days": "days"}),
        ({"closed_days": "2026-02-30"}, {"closed_days": "days"}),
        ({"closed_days": "2026-12-30 – 2026-12-27"}, {"closed_days": "days"}),
        ({"closed_days": "2026-12-30 – 9999-12-27"}, {"closed_days": "far"}),
        ({"email": "nobody"}, {"email": "address"}),
        ({"email": "a@b.lv\nBcc: c@d.lv"}, {"email": "address"}),
        ({"head_email": "a b@example.org"}, {"head_email": "address"}),
        ({"reads_within_minutes": "5", "escalates_within_minutes": "soon"},
         {"reads_within_minutes": "minutes", "escalates_within_minutes": "minutes"}),
        ({"reads_within_minutes": "9" * 5000}, {"reads_within_minutes": "minutes"}),
        ({"fallback_id": "balvi"}, {"fallback_id": "itself"}),
        ({"fallback_id": "atlantis"}, {"fallback_id": "unaddressable"}),
    ],
)  # fmt: skip
async def test_what_cannot_be_is_refused_by_its_field_and_nothing_is_kept(
    runtime: Runtime, head: SignedIn, typed: Mapping[str, str], problems: Mapping[str, str]
) -> None:
    before = (await calendars.get_view(runtime, head, "balvi")).version
    with pytest.raises(NotValid) as refused:
        await saved(runtime, head, **typed)
    assert refused.value.problems == problems
    assert (await calendars.get_view(runtime, head, "balvi")).version == before


async def test_services_never_fall_back_on_each_other_in_a_ring(runtime: Runtime, head: SignedIn) -> None:
    await a_service(runtime, "cesis", "cesis")
    async with runtime.database.store() as store:
        for service_id, fallback_id in (("riga", "cesis"), ("cesis", "balvi")):
            service = await store.services.by_id(service_id)
            assert service
            service.fallback_id = fallback_id
    with pytest.raises(NotValid) as refused:
        await saved(runtime, head, fallback_id="riga")
    assert refused.value.problems == {"fallback_id": "ring"}
    assert set((await calendars.get_view(runtime, head, "balvi")).others) == {"riga"}  # nobody can write to cesis


async def test_the_second_of_two_who_change_it_at_once_is_told(runtime: Runtime, head: SignedIn) -> None:
    seen = await calendars.get_view(runtime, head, "balvi")
    assert await saved(runtime, None, email="first@example.org") == ["email"]
    with pytest.raises(ChangedMeanwhile):
        await calendars.change(runtime, head, "balvi", {**seen.written, "email": "second@example.org"}, seen.version)
    assert (await stored(runtime)).email == "first@example.org"


async def test_a_head_reaches_her_own_calendar_only(runtime: Runtime, head: SignedIn) -> None:
    with pytest.raises(NotFound):
        await calendars.get_view(runtime, head, "riga")
    with pytest.raises(NotFound):
        await calendars.change(runtime, head, "riga", {}, "")
    operator = await a_desk_mate(runtime, "olga", "operator", None)
    assert (await calendars.get_view(runtime, operator, "riga")).id == "riga"


@pytest.mark.parametrize(
    "typed, problems",
    [
        ({"reader_id": "second-of-ilze-riga"}, {"reader_id": "holder"}),
        ({"reader_id": "zane"}, {"reader_id": "holder"}),
        ({"reader_email": "own@example.org"}, {"reader_id": "reader"}),
        ({"reader_id": "ilze-balvi", "reader_email": "Balvi@example.org"}, {"reader_email": "own"}),
        ({"reader_id": "ilze-balvi", "reader_email": "nobody"}, {"reader_email": "address"}),
    ],
)
async def test_only_a_holder_with_a_mailbox_of_her_own_is_named_to_read_alone(
    runtime: Runtime, head: SignedIn, typed: Mapping[str, str], problems: Mapping[str, str]
) -> None:
    ids = {login: await id_of(runtime, login) for login in ("ilze-balvi", "second-of-ilze-riga")}
    named = {**typed, "reader_id": ids.get(typed.get("reader_id", ""), typed.get("reader_id", ""))}
    with pytest.raises(NotValid) as refused:
        await saved(runtime, head, **named)
    assert refused.value.problems == problems


async def test_who_alone_reads_is_named_by_the_head_and_stands_in_the_audit(runtime: Runtime, head: SignedIn) -> None:
    ilze = await id_of(runtime, "ilze-balvi")
    assert (await calendars.get_view(runtime, head, "balvi")).reader_lack == "key"
    changed = await saved(runtime, head, reader_id=ilze, reader_email="ilze@example.org")
    assert changed == ["reader_id", "reader_email"]
    view = await calendars.get_view(runtime, head, "balvi")
    assert (view.reader_lack, set(view.untried)) == ("untried", {"reader_email"})
    (line,) = await audited(runtime)
    assert (line.actor, line.reason) == (head.id, "reader_id reader_email")


async def test_a_named_reader_who_left_stays_named_until_somebody_decides(runtime: Runtime, head: SignedIn) -> None:
    ilze = await id_of(runtime, "ilze-balvi")
    await saved(runtime, head, reader_id=ilze, reader_email="ilze@example.org")
    await workers.leave(runtime, "ilze-balvi")
    assert (await calendars.get_view(runtime, head, "balvi")).reader_lack == "nobody", "not the head without a word"
    assert await saved(runtime, head, reads_within_minutes="60") == ["reads_within_minutes"]
    assert (await stored(runtime)).reader_id == ilze


async def test_a_fallback_that_nobody_can_write_to_any_more_does_not_hold_up_a_change(
    runtime: Runtime, head: SignedIn
) -> None:
    await saved(runtime, head, fallback_id="riga")
    await workers.leave(runtime, "ilze-riga")
    assert await saved(runtime, head, reads_within_minutes="60") == ["reads_within_minutes"]


async def id_of(runtime: Runtime, login: str) -> str:
    async with runtime.database.store() as store:
        worker = await store.workers.by_login(login)
        assert worker
        return worker.id


# --- The page ---------------------------------------------------------------------------------------------------------


@pytest.fixture
async def browser(runtime: Runtime, head: SignedIn, clock: Clock) -> AsyncIterator[ClientSession]:
    async with serving(runtime) as url, browser_of(url) as one:
        await signs_in(one, clock, await a_colleague(runtime, clock, "zane", "head", "balvi"))
        yield one


async def got(browser: ClientSession, typed: Mapping[str, str] | None = None, **over: str) -> tuple[int, str]:
    form = None if typed is None else {**typed, **over}
    async with browser.request("POST" if form else "GET", "/calendar/balvi", data=form) as answer:
        return answer.status, unescape(await answer.text())


async def test_the_page_says_what_a_person_is_told_and_shows_a_change_before_it_is_saved(
    runtime: Runtime, head: SignedIn, browser: ClientSession
) -> None:
    _, html = await got(browser)
    assert '<a href="/calendar" aria-current="true">' in html  # the page is below the menu's entry
    offer = await offers.get_offer(runtime, "balvu-novads", "lv")
    assert offer.promise in html
    assert "Proklamēšanas diena" in html
    view = await calendars.get_view(runtime, head, "balvi")
    typed = {**view.written, "version": view.version}
    _, html = await got(browser, typed, do="look", closed_days="2026-11-23", head_email="head@example.org")
    assert "līdz otrdienai, 24. novembrim, plkst. 11.00" in html
    assert re.search(r"dienesta vadībai:\s+24\. novembris, 13:00", html)
    assert (await stored(runtime)).closed_days == []
    status, html = await got(browser, typed, do="save", email="nobody", closed_days="2026-11-23")
    assert (status, 'value="nobody"' in html, "Šī nav e-pasta adrese." in html) == (400, True, True)
    assert (await got(browser, typed, do="save", closed_days="2026-11-23"))[0] == 200
    assert (await stored(runtime)).closed_days == ["2026-11-23"]


async def test_who_was_second_keeps_what_was_typed_beside_what_is_saved_and_saves_it_with_one_more_press(
    runtime: Runtime, head: SignedIn, browser: ClientSession
) -> None:
    view = await calendars.get_view(runtime, head, "balvi")
    typed = {**view.written, "version": view.version, "do": "save", "tue.from": "07:15", "email": "mine@example.org"}
    assert await saved(runtime, None, email="theirs@example.org", closed_days="2026-11-23")
    status, html = await got(browser, typed)
    assert (status, "mainīja kāds cits" in html) == (409, True)
    assert re.findall(r'<small class="stored">Saglabāts: ([^<]+)<', html) == [
        "08:30",
        "2026-11-23",
        "theirs@example.org",
    ]
    assert (await stored(runtime)).email == "theirs@example.org"
    version = re.search(r'name="version" value="(\w+)"', html)
    assert version
    assert (await got(browser, typed, version=version[1]))[0] == 200
    now = await stored(runtime)
    assert (now.email, now.hours["tue"][0], now.closed_days) == ("mine@example.org", "07:15", [])


async def test_the_page_sends_test_mails_and_says_what_is_missing(
    runtime: Runtime, head: SignedIn, browser: ClientSession
) -> None:
    _, html = await got(browser)
    assert 'id="missing"' not in html
    await saved(runtime, head, email="new@example.org")
    _, html = await got(browser)
    missing = html.partition('id="missing"')[2].partition("</div>")[0]
    assert "Neviens nav apstiprinājis, ka vēstules pienāk tā adresē ziņām." in missing
    assert "blakus service try" in missing
    async with browser.post("/calendar/balvi/notice") as answer:
        assert answer.url.query_string == "said=not-tried", "there is no mail server"
    async with listening(Post()) as server:
        runtime.settings = runtime.settings.model_copy(update={"smtp": SecretStr(server)})
        async with browser.post("/calendar/balvi/notice") as answer:
            assert answer.url.query_string == "said=tried"
        assert await delivery.deliver_due(runtime) == 2


async def test_no_request_is_on_the_operators_pages(runtime: Runtime, head: SignedIn, clock: Clock) -> None:
    await a_request(runtime)
    async with serving(runtime) as url, browser_of(url) as one:
        await signs_in(one, clock, await a_colleague(runtime, clock, "olga", "operator", None))
        async with one.get("/calendar") as answer:
            listed = await answer.text()
        assert {"/calendar/balvi", "/calendar/riga"} <= set(re.findall(r'href="([^"]+)"', listed))
        assert "/requests" not in listed + (await got(one))[1]


@pytest.mark.parametrize("language", ["lv", "ru", "en"])
async def test_a_head_changes_the_calendar_in_a_browser_by_keyboard(desk: Desk, head: SignedIn, language: str) -> None:
    zane = await a_colleague(desk.runtime, desk.clock, "zane", "head", "balvi")
    await desk.page.context.add_cookies([{"name": "language", "value": language, "url": desk.url}])
    await desk.sign_in("zane", PASSWORD, zane.code(desk.clock))
    await desk.go("/calendar")
    await accessible(desk.page)
    await desk.page.fill("[name='sat.from']", "10:00")
    await desk.page.press("[name='sat.from']", "Enter")  # Enter saves; half a day is refused
    await expect(desk.page.locator("#wrong-sat")).to_be_visible()
    await accessible(desk.page)
    await desk.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    await accessible(desk.page)
    await desk.page.fill("[name='sat.to']", "14:00")
    await desk.page.press("[name='sat.to']", "Enter")
    await expect(desk.page.locator("#said")).to_be_visible()
    await expect(desk.page.locator("[aria-invalid]")).to_have_count(0)
    assert (await stored(desk.runtime)).hours["sat"] == ["10:00", "14:00"]
