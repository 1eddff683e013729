"""What waits for an approver stands first on her first page; what she reads stands side by side, her language first."""

import re

from bot.editing import Edit
from bot.usecases.content import drafts, publishing
from tests.desk.content.drafting import Editing
from tests.faces import Clock
from tests.people import Colleague, a_colleague, browser_of, serving, sign_in


async def test_what_waits_stands_first_with_its_number(editing: Editing, clock: Clock) -> None:
    zane = await a_colleague(editing.runtime, clock, "zane", "approver", None)
    assert "Jums šobrīd nekas nav jāapstiprina." in await first_page(editing, clock, zane)
    await proposed(editing)
    clock.move(seconds=31)
    await publishing.withdraw_now(editing.runtime, editing.eva, "court_fee", "Avots vairs nav atrodams")
    shown = await first_page(editing, clock, zane)
    assert "Gaida jūsu apstiprinājumu: 2" in shown
    assert shown.index("Gaida jūsu apstiprinājumu: 2") < shown.index("Ko cilvēki lasa")
    assert f'href="/content/drafts/{editing.draft_id}/changes"' in shown
    assert "Avots vairs nav atrodams" in shown
    assert "court_fee" not in shown[: shown.index("Ko cilvēki lasa")].partition("Gaida jūsu apstiprinājumu: 2")[2]
    async with editing.browser.get("/content") as answer:
        assert "Gaida jūsu" not in await answer.text()


async def test_what_she_proposed_herself_waits_for_another(editing: Editing, clock: Clock) -> None:
    zane = await a_colleague(editing.runtime, clock, "zane", "approver", None)
    async with serving(editing.runtime) as url, browser_of(url) as browser:
        assert await sign_in(browser, clock, zane) == 303
        await publishing.withdraw_now(editing.runtime, editing.eva, "court_fee", "Avots vairs nav atrodams")
        async with browser.post("/content/history/0/back", data={"note": "Bija labāk"}) as answer:
            changes = await answer.text()
        async with browser.get("/content") as answer:
            shown = await answer.text()
    assert "<h1>Izmaiņas</h1>" in changes
    assert "→ 0" not in changes
    assert "Atpakaļ pie tā, kas bija programmas komplektā" in changes
    assert "Gaida jūsu apstiprinājumu: 1" in shown
    assert "jo jūs pie tā strādājāt: 1" in shown


async def test_a_change_stands_beside_the_other_languages_with_the_approvers_first(
    editing: Editing, clock: Clock
) -> None:
    await proposed(editing)
    for cookie, order in (("lv", ["lv", "ru", "en", "uk"]), ("ru", ["ru", "lv", "en", "uk"])):
        async with editing.browser.get(
            f"/content/drafts/{editing.draft_id}/changes", headers={"Cookie": f"language={cookie}"}
        ) as answer:
            shown = await answer.text()
        assert re.findall(r'class="cell" lang="(\w+)"', shown) == order
        assert "<ins>К началу</ins>" in shown


async def proposed(editing: Editing) -> None:
    edit = Edit("text", "exit:back", "К началу", "ru")
    await drafts.save_edit(editing.runtime, editing.eva, editing.draft_id, edit)
    for language in editing.runtime.content.words.keys() - {"ru"}:
        await publishing.still_right(editing.runtime, editing.eva, editing.draft_id, "exit:back", language)
    await publishing.propose(editing.runtime, editing.eva, editing.draft_id, "Īsāk")


async def first_page(editing: Editing, clock: Clock, who: Colleague) -> str:
    async with serving(editing.runtime) as url, browser_of(url) as browser:
        assert await sign_in(browser, clock, who) == 303
        async with browser.get("/") as answer:
            assert answer.url.path == "/content"
            return await answer.text()
