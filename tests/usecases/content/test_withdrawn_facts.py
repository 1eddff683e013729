"""One switch takes a fact away from everywhere at once, but never 112; somebody else confirms it afterwards."""

import pytest

from bot.usecases.acting import SignedIn
from bot.usecases.content import publishing
from bot.usecases.refused import NotAllowed, NotFound
from tests.faces import Clock
from tests.usecases.content.editorial_desk import Desk, court


async def test_one_switch_withdraws_a_fact_everywhere_and_is_confirmed_afterwards(desk: Desk, clock: Clock) -> None:
    assert await publishing.withdraw_now(desk.runtime, desk.eva, "emergency", "Numurs vairs nedarbojas") == 1
    said = desk.runtime.content.say("danger", "lv", clock().date())
    assert "110" not in "".join(span.text for span in said)
    (line,) = await publishing.history(desk.runtime)
    assert (line.made, line.by, line.note, line.to_confirm) == ("withdrawal", "Eva", "Numurs vairs nedarbojas", True)
    with pytest.raises(NotAllowed):
        await publishing.confirm(desk.runtime, SignedIn(desk.eva.id, "Eva", "eva", "approver", None), 1)
    await publishing.confirm(desk.runtime, desk.peteris, 1)
    (line,) = await publishing.history(desk.runtime)
    assert (line.to_confirm, line.confirmed_by) == (False, "Peteris")
    assert await publishing.withdraw_now(desk.runtime, desk.zane, "emergency", "") == 1  # it is done already
    with pytest.raises(NotFound):
        await publishing.withdraw_now(desk.runtime, desk.eva, "no_such_fact", "")


async def test_nobody_withdraws_112(desk: Desk, clock: Clock) -> None:
    with pytest.raises(NotAllowed):
        await publishing.withdraw_now(desk.runtime, desk.eva, "emergency_phone", "Kļūda")
    said = desk.runtime.content.say("danger", "lv", clock().date())
    assert "112" in "".join(span.text for span in said)


async def test_a_withdrawn_fact_keeps_nothing_else_from_being_published(desk: Desk) -> None:
    await publishing.withdraw_now(desk.runtime, desk.eva, "emergency", "")
    assert await desk.published(*court("Tiesa var sargāt.")) == 2
    assert desk.runtime.content.facts["emergency"].withdrawn
