"""A text that was changed in one language only makes its translations late, and late ones hold up the draft."""

import pytest

from bot.content import Content, parse
from bot.editing import apply
from bot.usecases.content import drafts, publishing
from bot.usecases.content.changes import outdated
from bot.usecases.content.drafts import Edit
from bot.usecases.content.publishing import Blocked
from tests.usecases.content.editorial_desk import Desk


async def test_a_text_older_than_its_peer_blocks_until_it_changes_or_is_still_right(desk: Desk) -> None:
    draft_id = await desk.draft(Edit("text", "court", "Tiesa var sargāt.", "lv"))
    (late,) = (await publishing.compare_draft(desk.runtime, draft_id)).outdated
    assert (late.name, late.language, late.newer) == ("court", "ru", ("lv",))
    with pytest.raises(Blocked) as blocked:
        await publishing.propose(desk.runtime, desk.eva, draft_id, "")
    (mend,) = blocked.value.problems
    assert (mend.kind, mend.name, mend.language, mend.screen) == ("text", "court", "ru", "court")
    await publishing.still_right(desk.runtime, desk.anna, draft_id, "court", "ru")
    assert (await publishing.compare_draft(desk.runtime, draft_id)).outdated == ()
    again = Edit("text", "court", "Tiesa jūs var sargāt.", "lv")
    await drafts.save_edit(desk.runtime, desk.eva, draft_id, again, 1)
    assert (await publishing.compare_draft(desk.runtime, draft_id)).outdated != ()  # that was said of other words
    await publishing.still_right(desk.runtime, desk.eva, draft_id, "court", "ru")
    await publishing.propose(desk.runtime, desk.eva, draft_id, "")


async def test_a_value_in_one_language_makes_its_peers_late(desk: Desk, small: Content) -> None:
    value = {"lv": "bez maksas", "ru": "бесплатно", "en": "free"}
    fields = {"kind": "sum", "value": value, "source": "https://example.org", "verified_on": "2026-11-22",
              "expires_on": "2027-05-22", "owner": "content", "confidence": "high"}  # fmt: skip
    first = parse(apply(small.files, [Edit("fact", "court_fee", fields)]))
    later = parse(apply(first.files, [Edit("fact", "court_fee", {"value": {**value, "lv": "par brīvu"}})]))
    late = outdated(first, later, (), rollback=False)
    assert [(translation.name, translation.language) for translation in late] == [
        ("fact:court_fee.value", "en"), ("fact:court_fee.value", "ru"),
    ]  # fmt: skip
