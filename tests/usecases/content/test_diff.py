"""What a draft changes is counted for whoever reads it: sentences, facts, ways, and conversations that it touches."""

from bot.usecases.content import publishing
from bot.usecases.content.drafts import Edit
from tests.usecases.content.editorial_desk import SHELTER, Desk, a_conversation, court


async def test_the_diff_counts_sentences_facts_and_ways(desk: Desk) -> None:
    draft_id = await desk.draft(
        Edit("text", "court", "Tiesa sargā. Pajautājiet tur.", "lv"),
        Edit("text", "court", "Tiesa sargā. Спросите там.", "ru"),
        Edit("text", "menu:court", "Суд", "ru"),
        Edit("fact", "emergency", {"expires_on": "2027-12-01"}),
        Edit("topic", "shelter", SHELTER),
    )
    found = await publishing.compare_draft(desk.runtime, draft_id)
    texts = {(text.key, text.language) for text in found.texts}
    assert {("court", "lv"), ("court", "ru"), ("menu:court", "ru"), ("shelter", "lv")} <= texts
    assert found.only_in == {"ru": 1}
    assert found.sentences == 1 + 1 + len({key for key, _ in texts if "shelter" in key})
    (fact,) = found.facts
    assert (fact.id, fact.how, [field for field, *_ in fact.fields]) == ("emergency", "changed", ["expires_on"])
    assert [(link.screen, link.choice, link.before, link.after) for link in found.links if link.screen == "menu"] == [
        ("menu", "shelter", None, "shelter")
    ]
    assert (found.screens_added, found.topics_added) == (("shelter",), ("shelter",))
    assert set(found.paths) == {"court-protection", "shelter"}


async def test_nothing_edited_is_no_change(desk: Desk) -> None:
    found = await publishing.compare_draft(desk.runtime, await desk.draft())
    assert found.nothing
    assert not found.paths
    assert not found.outdated


async def test_the_diff_counts_running_conversations_and_names_nobody(desk: Desk) -> None:
    for number, presses in enumerate(((), ("go",), ("go", "court"))):
        await a_conversation(desk.runtime, f"person {number}", presses)
    draft_id = await desk.draft(
        *court("Cits teksts."), Edit("topic", "shelter", SHELTER), Edit("text", "menu", "Citi temati.", "lv")
    )
    touched = (await publishing.compare_draft(desk.runtime, draft_id)).touched
    assert (touched.running, touched.on_changed, touched.on_removed) == (3, 2, 0)
    gone = await desk.draft(Edit("retire", "court-protection", {}))
    touched = (await publishing.compare_draft(desk.runtime, gone)).touched
    assert (touched.running, touched.on_removed) == (3, 1)
