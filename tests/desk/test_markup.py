"""Markup that somebody types is shown as it was typed: by a person in her form, by an editor in a draft."""

from html import unescape

from bot.runtime import Runtime
from bot.usecases.content import drafts
from tests.desk.browsing import Desk
from tests.desk.content.drafting import Editing
from tests.faces import Clock
from tests.people import PASSPHRASE, PASSWORD, a_colleague, a_key, a_request, a_service, acting, the_request

TYPED = '<img id="typed" src="/x" onerror="alert(1)">'


async def test_what_a_person_writes_becomes_no_markup_in_the_workers_browser(
    desk: Desk, runtime: Runtime, clock: Clock
) -> None:
    await a_service(runtime)
    ilze = await a_colleague(runtime, clock, "ilze", "worker", "balvi")
    await a_key(runtime, await acting(runtime, clock, ilze))
    await a_request(runtime, note=TYPED)
    await desk.sign_in("ilze", PASSWORD, ilze.code(clock))
    await desk.go(f"/requests/{await the_request(runtime)}")
    await desk.unlock(PASSPHRASE)
    await desk.opened()
    assert TYPED in (await desk.page.locator("#note").text_content() or "")
    assert await desk.page.locator("#typed").count() == 0


async def test_how_an_editor_names_a_draft_becomes_no_markup_for_others(editing: Editing) -> None:
    await drafts.open_draft(editing.runtime, editing.eva, TYPED)
    async with editing.browser.get("/content/drafts") as answer:
        page = await answer.text()
    assert TYPED in unescape(page)
    assert TYPED not in page
