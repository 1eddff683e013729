"""A draft that another publication has overtaken catches up first; a package from elsewhere stays on its own base."""

import pytest

from bot.content import Content
from bot.editing import apply
from bot.engine.problems import BrokenContent
from bot.usecases.content import drafts, publishing
from bot.usecases.content.drafts import Edit
from bot.usecases.content.publishing import Behind, Blocked
from bot.usecases.refused import NotAllowed
from tests.usecases.content.approving import approves
from tests.usecases.content.editorial_desk import HUMAN, SHELTER, Desk, court


async def test_a_draft_behind_another_publication_has_to_catch_up_and_is_told_what_met(desk: Desk) -> None:
    mine = await desk.draft(
        *court("Mans teksts."),
        Edit(
            "text",
            "human",
            HUMAN,
            "lv",
        ),
    )
    waiting = await desk.proposed(Edit("topic", "shelter", SHELTER))
    await desk.published(*court("Cits teksts."))
    with pytest.raises(Behind):
        await approves(desk.runtime, desk.peteris, waiting)
    with pytest.raises(Blocked):  # «human» in Russian fell behind
        await publishing.propose(desk.runtime, desk.eva, mine, "")
    await publishing.still_right(desk.runtime, desk.eva, mine, "human", "ru")
    with pytest.raises(Behind):
        await publishing.propose(desk.runtime, desk.eva, mine, "")
    assert (await drafts.read_draft(desk.runtime, mine)).heading.behind
    assert await publishing.catch_up(desk.runtime, desk.eva, mine) == ("court (lv)", "court (ru)")
    await publishing.propose(desk.runtime, desk.eva, mine, "")
    await approves(desk.runtime, desk.zane, mine)
    assert desk.runtime.content.text("court", "lv") == "Mans teksts."


async def test_a_package_from_elsewhere_is_a_draft_like_any_other_but_never_moves_onto_another_base(
    desk: Desk, small: Content
) -> None:
    files = apply(small.files, [*court("No citurienes."), Edit("topic", "shelter", SHELTER)])
    draft_id = await publishing.bring_in(desk.runtime, desk.eva, files, "Balvi")
    await drafts.save_edit(desk.runtime, desk.eva, draft_id, court("No citurienes, mūsu vārdiem.")[0])
    assert (await publishing.compare_draft(desk.runtime, draft_id)).screens_added == ("shelter",)
    with pytest.raises(NotAllowed):
        await publishing.catch_up(desk.runtime, desk.eva, draft_id)
    await publishing.propose(desk.runtime, desk.eva, draft_id, "")
    await approves(desk.runtime, desk.peteris, draft_id)
    (line,) = await publishing.history(desk.runtime)
    assert line.made == "import"
    assert desk.runtime.content.text("court", "lv") == "No citurienes, mūsu vārdiem."
    with pytest.raises(BrokenContent):
        await publishing.bring_in(desk.runtime, desk.eva, {**files, "dialogs/facts.yaml": "facts: 1"}, "Balvi")
