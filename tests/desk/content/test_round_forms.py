"""Rounds, form by form: many links at once, what keeps a draft from being proposed, and a link on another device."""

import re

import pytest

from bot.runtime import Runtime
from bot.usecases.content import round_walks, rounds
from tests.desk.content.drafting import Editing
from tests.desk.content.test_content_in_use import page
from tests.people import browser_of, serving

BALVI, RIGA = "Balvu sociālais dienests", "Rīgas Sociālais dienests"


async def test_every_line_gets_a_link_of_its_own(editing: Editing) -> None:
    held = await a_round(editing)
    shown = await editing.sends(f"/content/rounds/{held}/invite", {"service": f"{BALVI}\n\n  {RIGA}\n{BALVI}"})
    links = re.findall(r'id="link-\d+">[^<]*(/round/join/[\w-]+)<', shown)
    assert len({*links}) == 3
    assert re.findall(r'<dt id="for-\d+">([^<]+)</dt>', shown) == [BALVI, RIGA, BALVI]
    assert shown.count(' hidden data-copy="') == 3
    for link in links:
        assert await round_walks.join(editing.runtime, link.rpartition("/")[2], "", "lv")


@pytest.mark.parametrize("typed", [{"own1.text.ru": "Она стоит в коридоре."}, {"own2.name.lv": "Naktī"}], ids="-".join)
async def test_a_situation_that_is_not_whole_opens_no_round_and_stays_in_the_form(
    editing: Editing, typed: dict[str, str]
) -> None:
    form = {"title": "Kārta", "closes": editing.runtime.today().isoformat(), "card": "night", **typed}
    shown = await editing.sends(f"/content/drafts/{editing.draft_id}/rounds", form, 400)
    assert "vajag nosaukumu un tekstu latviešu valodā" in shown
    assert all(text in shown for text in typed.values())
    assert "<details open>" in shown
    assert not await rounds.list_rounds(editing.runtime, editing.draft_id)


async def test_too_many_lines_make_no_link_and_stay_in_the_form(editing: Editing) -> None:
    held = await a_round(editing)
    lines = "\n".join([BALVI] * 51)
    shown = await editing.sends(f"/content/rounds/{held}/invite", {"service": lines}, 400)
    assert "ne vairāk kā piecdesmit" in shown
    assert f"{BALVI}\n{BALVI}" in shown
    assert not (await rounds.view_round(editing.runtime, held)).guests


async def test_the_page_of_changes_names_the_round_that_keeps_a_draft_back(editing: Editing) -> None:
    changes = f"/content/drafts/{editing.draft_id}/changes"
    held = await a_round(editing)
    (link,) = await rounds.invite(editing.runtime, editing.eva, held, BALVI)
    comment = await a_comment(editing.runtime, link, "Nav saprotams.")
    shown = await page(editing.browser, changes)
    assert f'<a href="/content/rounds/{held}">Kārta</a>: Atvērta līdz' in shown
    assert "Publicēšanai nekas netraucē" not in shown
    assert "/propose" not in shown
    await rounds.close(editing.runtime, editing.eva, held)
    shown = await page(editing.browser, changes)
    assert "Bez atbildes: 1" in shown
    assert "Publicēšanai nekas netraucē" not in shown
    await rounds.answer(editing.runtime, editing.eva, held, comment, "accepted", "")
    shown = await page(editing.browser, changes)
    assert "Publicēšanai nekas netraucē" in shown
    assert "/propose" in shown


async def test_the_comments_of_a_report_are_numbered_on_from_screen_to_screen(editing: Editing) -> None:
    held = await a_round(editing)
    for link in await rounds.invite(editing.runtime, editing.eva, held, BALVI, RIGA):
        await a_comment(editing.runtime, link, "Nav saprotams.")
    async with editing.runtime.database.store() as store:
        first, _ = await store.rounds.comments(held)
        first.screen = "helplines"
    shown = await page(editing.browser, f"/content/rounds/{held}/report")
    assert re.findall(r"<h3>(\d+)\. ", shown) == ["1", "2"]


async def test_a_used_link_on_another_device_says_where_it_opens_and_whom_to_ask(editing: Editing) -> None:
    held = await a_round(editing)
    (link,) = await rounds.invite(editing.runtime, editing.eva, held, BALVI)
    await round_walks.join(editing.runtime, link.rpartition("/")[2], "", "lv")
    async with serving(editing.runtime) as url, browser_of(url) as other:
        for path in (link, "/round", "/round/walk"):
            async with other.get(path) as answer:
                shown = await answer.text()
                assert (answer.status, answer.url.path) == (404, path)
            assert "tajā pašā tālrunī vai datorā" in shown
            assert "Palūdziet jaunu saiti redaktoram" in shown
            assert "sign-in" not in shown


async def a_round(editing: Editing) -> str:
    card = rounds.Scenario("one", {"lv": "Viens"}, {"lv": "Situācija."})
    today = editing.runtime.today()
    return await rounds.open_round(editing.runtime, editing.eva, editing.draft_id, "Kārta", today, [card])


async def a_comment(runtime: Runtime, link: str, text: str) -> str:
    session = await round_walks.join(runtime, link.rpartition("/")[2], "Ilze", "lv")
    who = await round_walks.get_practitioner(runtime, session)
    assert who
    await round_walks.take_card(runtime, who, "one")
    await round_walks.walk(runtime, who, None)
    await round_walks.comment(runtime, who, "menu", "unclear", text)
    return (await rounds.view_round(runtime, who.round_id)).comments[-1].id
