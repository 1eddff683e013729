"""A draft by its link: whoever is signed in at the desk looks at it as people would read it."""

from bot.editing import Edit
from bot.usecases.content import drafts
from tests.desk.content.drafting import Editing
from tests.desk.content.test_content_in_use import page
from tests.faces import Clock
from tests.people import a_colleague, a_service, browser_of, serving, sign_in


async def test_a_worker_looks_at_a_draft_and_goes_from_screen_to_screen(editing: Editing, clock: Clock) -> None:
    runtime = editing.runtime
    await drafts.save_edit(runtime, editing.eva, editing.draft_id, Edit("text", "menu:court", "Tiesa (jauns)", "lv"))
    await a_service(runtime, "balvi")
    anna = await a_colleague(runtime, clock, "anna", "worker", "balvi")
    async with serving(runtime) as url, browser_of(url) as browser:
        assert await sign_in(browser, clock, anna) == 303
        shown = await page(browser, f"/preview/{editing.draft_id}/menu")
        assert f'<a href="/preview/{editing.draft_id}/court-protection?in=lv">Tiesa (jauns)</a>' in shown
        assert "tel:" not in shown
        in_russian = await page(browser, f"/preview/{editing.draft_id}/court-protection?in=ru")
        assert 'lang="ru" data-screen="court-protection"' in in_russian
        async with browser.get(f"/content/drafts/{editing.draft_id}") as answer:
            assert answer.status == 403
        async with browser.get(f"/preview/{editing.draft_id}/none") as answer:
            assert answer.status == 404


async def test_a_draft_that_was_put_away_is_not_shown(editing: Editing) -> None:
    assert f'href="/preview/{editing.draft_id}"' in await page(editing.browser, f"/content/drafts/{editing.draft_id}")
    await drafts.discard(editing.runtime, editing.eva, editing.draft_id)
    async with editing.browser.get(f"/preview/{editing.draft_id}") as answer:
        assert answer.status == 404


async def test_whoever_is_not_signed_in_sees_none(editing: Editing) -> None:
    async with (
        serving(editing.runtime) as url,
        browser_of(url) as stranger,
        stranger.get(f"/preview/{editing.draft_id}") as answer,
    ):
        assert answer.url.path == "/sign-in"
