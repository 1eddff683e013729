"""A phone number changed: one form in a draft, which refuses a new value on an old source and day without a why."""

from datetime import timedelta

import pytest

from bot.usecases.content import changes, drafts
from tests.desk.content.drafting import Editing
from tests.desk.content.test_content_in_use import page

FACT = "ta_80001801_phone"


@pytest.fixture
async def form(editing: Editing) -> str:
    """The path of the form that opens for a number found on the page of numbers."""
    found = await page(editing.browser, "/content/numbers?q=80 00 18 01")
    assert found.count('name="row"') == 1
    async with editing.browser.post("/content/correct", data={"table": "facts", "row": FACT}) as answer:
        assert "80001801" in await answer.text()
        return answer.url.path


async def test_a_new_number_with_its_day_is_saved_and_holds_as_long_as_before(editing: Editing, form: str) -> None:
    before = editing.runtime.content.facts[FACT]
    checked = editing.runtime.today()
    sent = {"value": "80001802", "source": before.source, "verified_on": checked.isoformat()}
    shown = await editing.sends(form, sent)
    assert "Saglabāts melnrakstā. Apskatiet to zemāk" in shown
    content = drafts.readable(await drafts.read_draft(editing.runtime, form.split("/")[3]))
    after = content.facts[FACT]
    assert after.value["lv"] == after.value["en"] == "80001802"
    assert after.verified_on == checked != before.verified_on
    assert after.expires_on - before.expires_on == checked - before.verified_on > timedelta(0)


async def test_a_new_number_on_an_old_source_and_day_asks_why_and_keeps_what_was_typed(
    editing: Editing, form: str
) -> None:
    before = editing.runtime.content.facts[FACT]
    sent = {"value": "80001802", "source": before.source, "verified_on": before.verified_on.isoformat()}
    shown = await editing.sends(form, sent, 409)
    assert "avots un diena ir vecie" in shown
    assert 'value="80001802"' in shown
    await editing.sends(form, sent | {"why": "Cipars bija pārrakstīts kļūdaini."})
    content = drafts.readable(await drafts.read_draft(editing.runtime, form.split("/")[3]))
    assert content.facts[FACT].note.endswith("Cipars bija pārrakstīts kļūdaini.")
    assert not changes.unexplained(editing.runtime.content, content)


@pytest.mark.parametrize("wrong", [{"value": "nav zināms"}, {"verified_on": "vakar"}])
async def test_what_is_no_number_or_no_day_is_refused_and_kept(
    editing: Editing, form: str, wrong: dict[str, str]
) -> None:
    source = editing.runtime.content.facts[FACT].source
    sent = {"value": "80001802", "source": source, "verified_on": "2026-11-23"} | wrong
    shown = await editing.sends(form, sent, 409)
    assert all(f'value="{value}"' in shown for value in sent.values())


async def test_the_number_of_a_service_is_corrected_in_the_same_way(editing: Editing) -> None:
    async with editing.browser.post("/content/correct", data={"table": "services", "row": "riga"}) as answer:
        form = answer.url.path
    service = editing.runtime.content.services["riga"]
    await editing.sends(form, {"phone": "67000000", "source": service.source, "verified_on": "2026-11-23"})
    content = drafts.readable(await drafts.read_draft(editing.runtime, form.split("/")[3]))
    assert content.services["riga"].phone == "67000000"


async def test_each_fact_to_review_stands_on_a_card_by_name_with_a_way_to_correct_it(editing: Editing) -> None:
    shown = await page(editing.browser, "/content/review")
    rows = len(editing.runtime.content.facts) + len(editing.runtime.content.services)
    assert shown.count('action="/content/correct"') == rows
    assert "<table" not in shown
    assert '<h3>Valsts policija: 110 <span class="code soft">police_phone</span></h3>' in shown


async def test_topics_and_facts_have_names_that_a_person_would_say(editing: Editing) -> None:
    root = f"/content/drafts/{editing.draft_id}"
    facts, topics = await page(editing.browser, f"{root}/facts"), await page(editing.browser, f"{root}/topics")
    assert ">Valsts policija: 110</a>" in facts
    assert ">Tiesas aizsardzība</a>" in topics
    assert "{fact:" not in topics
