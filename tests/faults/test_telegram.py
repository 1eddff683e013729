"""Telegram failing at each method in turn, its webhook stolen and its profile refused: no press is left unanswered."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientTimeout

from bot.channels.telegram import wire
from bot.content import Content
from tests.channels.fake_telegram import FakeTelegram
from tests.channels.telegram_bot import polling, runtime_of
from tests.channels.telegram_people import Person
from tests.channels.telegram_troubles import Trouble, bad_gateway, hung_up, server_error, silence, too_many_requests
from tests.faces import Clock
from tests.patience import until

TROUBLES: dict[str, Trouble] = {
    "429": too_many_requests(1),
    "500": server_error,
    "502": bad_gateway,
    "a hang": silence,
    "a cut line": hung_up,
}
WAY = ("press go", "type sveiki", "press danger", "press back", "type viņš mani tūlīt nogalinās", "press human", "hide")
"""What somebody does while a method fails: it shows, edits, answers and takes away."""


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    made = await FakeTelegram().start()
    yield made
    await made.stop()


async def walk(anna: Person, content: Content) -> None:
    """The whole way, answered or not; a screen that did not come is asked for by going on all the same."""
    labels = {
        "go": content.text("start:go", "lv"), "danger": content.text("exit:danger", "lv"),
        "back": content.text("exit:back", "lv"), "human": content.text("exit:human", "lv"),
    }  # fmt: skip
    await anna.start()
    for step in WAY:
        what, _, rest = step.partition(" ")
        if what == "type":
            await anna.type(rest)
        elif anna.chat.ours:
            label = labels.get(rest, content.text("exit:hide", "lv"))
            if label in anna.labels:
                await anna.press(label)


def unanswered(people: list[Person]) -> tuple[int, int]:
    """How many presses were sent, and how many of them nobody answered."""
    presses = [press for anna in people for press in anna.chat.presses]
    return len(presses), sum(press.answer is None for press in presses)


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_whichever_method_fails_every_press_is_answered_and_no_chat_keeps_a_word(
    fake: FakeTelegram, tmp_path: Path, clock: Clock, shipped: Content, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "USUAL", ClientTimeout(0.3))  # else each hang would be waited for as long as in life
    people: list[Person] = []
    async with runtime_of(tmp_path, clock) as runtime:
        runtime.content = shipped
        async with polling(runtime, fake):
            fake.patient, anna = True, fake.person()
            await walk(anna, shipped)
            methods = dict.fromkeys(
                name for name, _ in fake.calls if not name.startswith(("getUpdates", "getMy", "setMy", "setChat"))
            )
            assert {"sendMessage", "editMessageText", "deleteMessages", "answerCallbackQuery"} <= set(methods)
            for method in methods:
                anna = fake.person()
                people.append(anna)
                fake.next(method, TROUBLES[trouble])
                await walk(anna, shipped)
                fake.all_is_well()
                await anna.start()
                await anna.press(shipped.text("exit:danger", "lv"))
                assert "112" in anna.sees, method
                await anna.press(shipped.text("exit:hide", "lv"))
                assert anna.chat.theirs == [], method
                assert "112" not in anna.sees, method
    sent, left = unanswered(people)
    assert sent > 4 * len(people)
    assert left == 0


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_people_are_heard_while_telegram_refuses_the_bots_own_words(
    fake: FakeTelegram, tmp_path: Path, clock: Clock, shipped: Content, trouble: str
) -> None:
    for method in ("getMyName", "setMyName", "setMyDescription", "setMyShortDescription", "setMyCommands"):
        fake.next(method, TROUBLES[trouble], times=5)
    async with runtime_of(tmp_path, clock) as runtime:
        runtime.content = shipped
        async with polling(runtime, fake):
            fake.patient, anna = True, fake.person()
            await walk(anna, shipped)
            assert unanswered([anna])[1] == 0
            assert len(anna.chat.presses) > 2


async def test_while_the_webhook_is_stolen_again_and_again_no_press_is_lost(
    fake: FakeTelegram, tmp_path: Path, clock: Clock, shipped: Content
) -> None:
    async with runtime_of(tmp_path, clock) as runtime:
        runtime.content = shipped
        async with polling(runtime, fake):
            anna = fake.person()
            await anna.start()
            await until(lambda: bool(anna.labels))
            for label in ("start:go", "exit:danger", "exit:back"):
                fake.send_elsewhere("https://test-copy.example/telegram")
                await fake.stop_waiting()
                await until(lambda: not fake.posts_to)
                await anna.press(shipped.text(label, "lv"))
                await fake.settled()
            assert unanswered([anna]) == (3, 0)
