"""The page of a draft's changes: who is offered to approve it."""

from bot.editing import Edit
from bot.usecases.content import drafts, publishing
from tests.desk.content.drafting import Editing
from tests.faces import Clock
from tests.people import a_colleague, browser_of, serving, sign_in


async def test_an_approver_with_an_editors_name_is_offered_to_approve(editing: Editing, clock: Clock) -> None:
    runtime = editing.runtime
    await drafts.save_edit(runtime, editing.eva, editing.draft_id, Edit("text", "exit:back", "К началу", "ru"))
    for language in runtime.content.words.keys() - {"ru"}:
        await publishing.still_right(runtime, editing.eva, editing.draft_id, "exit:back", language)
    await publishing.propose(runtime, editing.eva, editing.draft_id, "Īsāk")
    other = await a_colleague(runtime, clock, "zane", "approver", None)
    async with runtime.database.store() as store:
        zane = await store.workers.by_login("zane")
        assert zane
        zane.name = editing.eva.name
    changes = f"/content/drafts/{editing.draft_id}/changes"
    async with serving(runtime) as url, browser_of(url) as browser:
        assert await sign_in(browser, clock, other) == 303
        async with browser.get(changes) as answer:
            assert f'action="/content/drafts/{editing.draft_id}/approve"' in await answer.text()
    async with editing.browser.get(changes) as answer:
        assert "/approve" not in await answer.text()
