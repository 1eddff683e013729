"""The form of a fact: what is wrong is said in the editor's language, by the labels that stand on the form."""

from bot.usecases.content import drafts
from tests.desk.content.drafting import Editing

WHOLE = {
    "kind": "phone",
    "value|lv": "63400000",
    "value|ru": "63400000",
    "value|en": "63400000",
    "value|uk": "63400000",
    "source": "https://example.org/",
    "verified_on": "2026-11-20",
    "owner": "editors",
    "confidence": "review",
    "doubt|lv": "pajautājiet",
    "doubt|ru": "спросите",
    "doubt|en": "",
    "doubt|uk": "спитайте",
}


async def test_a_field_that_is_missing_is_called_by_its_label_and_an_empty_one_with_its_language(
    editing: Editing,
) -> None:
    shown = await editing.sends(f"/content/drafts/{editing.draft_id}/facts/new_phone", WHOLE, 409)
    assert "“new_phone”: nav aizpildīts “Derīgs līdz”" in shown
    assert "“new_phone”: lauks “Šaubas, ko rāda līdzās” valodā en ir tukšs" in shown
    assert "expires_on”" not in shown
    assert 'value="63400000"' in shown, "what was typed stays"


async def test_a_note_that_is_too_long_is_refused_in_the_editors_language(editing: Editing) -> None:
    fact = drafts.readable(await editing.draft()).facts["emergency_phone"]
    form = {"note": "x" * 6001, "source": fact.source}
    shown = await editing.sends(f"/content/drafts/{editing.draft_id}/facts/emergency_phone", form, 409)
    assert "“emergency_phone”: lauks “Piezīme kolēģiem” ir garāks par 6000 rakstzīmēm" in shown
    assert "String should" not in shown
