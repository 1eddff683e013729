"""Telegram fails, is silent or asks for a pause: the state stays right, and she gets an answer and 112."""

from pathlib import Path

import pytest
from aiohttp import ClientTimeout

from bot.channels.telegram import wire
from bot.channels.telegram.chat_messages import PAUSES
from bot.content import Content
from tests.channels.fake_telegram import FakeTelegram
from tests.channels.telegram_bot import Talk, polling, runtime_of
from tests.channels.telegram_troubles import (
    Trouble,
    bad_gateway,
    garbage,
    hung_up,
    server_error,
    silence,
    too_many_requests,
)
from tests.faces import Clock

TRIES = len(PAUSES) + 1
FAILURES = [server_error, bad_gateway, garbage, hung_up]


@pytest.mark.parametrize("trouble", [*FAILURES, too_many_requests(3600)])
async def test_when_an_edit_fails_she_is_told_and_the_next_press_shows_the_present_screen(
    talk: Talk, trouble: Trouble
) -> None:
    await talk.anna.start()
    talk.fake.next("editMessageText", trouble, times=TRIES)
    press = await talk.anna.press("Tālāk")
    assert "Labdien!" in talk.anna.sees
    assert await talk.screen() == "menu"
    assert press.answer is not None
    assert (press.answer.text, press.answer.alert) == ("Uzgaidiet. Briesmās 112.", False)
    talk.fake.all_is_well()
    await talk.anna.press("Tālāk")
    assert "Ko vēlaties zināt?" in talk.anna.sees


@pytest.mark.parametrize("trouble", FAILURES)
@pytest.mark.parametrize("method", ["editMessageText", "deleteMessages", "answerCallbackQuery"])
async def test_one_bad_answer_to_what_may_be_done_twice_is_not_noticed(
    talk: Talk, method: str, trouble: Trouble
) -> None:
    await talk.anna.start()
    talk.fake.next(method, trouble)
    press = await talk.anna.press("Draud briesmas")
    assert "Zvaniet 112." in talk.anna.sees
    assert press.answer is not None
    assert not press.answer.text
    await talk.anna.type("sveiki")
    assert talk.anna.chat.theirs == []
    assert len(talk.anna.chat.alive) == 1


async def test_a_message_that_telegram_says_it_did_not_take_is_sent_again(talk: Talk) -> None:
    talk.fake.next("sendMessage", server_error)
    await talk.anna.start()
    assert "Labdien!" in talk.anna.sees
    assert len(talk.anna.chat.alive) == 1


@pytest.mark.parametrize("trouble", [bad_gateway, hung_up, garbage])
async def test_a_message_that_may_have_arrived_unseen_is_not_sent_twice(talk: Talk, trouble: Trouble) -> None:
    """Its number would be known to nobody, and hiding could not take it away."""
    talk.fake.next("sendMessage", trouble)
    await talk.anna.start()
    assert len(talk.called("sendMessage")) == 1
    await talk.anna.start()
    assert "Labdien!" in talk.anna.sees


@pytest.mark.parametrize("trouble", FAILURES)
async def test_112_is_not_lost_to_one_bad_answer_after_words_of_danger(
    fake: FakeTelegram, tmp_path: Path, clock: Clock, shipped: Content, trouble: Trouble
) -> None:
    async with runtime_of(tmp_path, clock) as runtime:
        runtime.content = shipped
        async with polling(runtime, fake):
            fake.patient, anna = True, fake.person()
            await anna.start()
            fake.next("sendMessage", trouble)
            await anna.type("viņš mani tūlīt nogalinās")
            assert "112" in anna.sees
            assert anna.chat.theirs == []
            assert len(anna.chat.alive) == 1


async def test_when_telegram_never_answers_the_next_press_shows_the_present_screen(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await talk.anna.start()
    talk.fake.next("editMessageText", silence, times=TRIES)
    with monkeypatch.context() as patch:
        patch.setattr(wire, "USUAL", ClientTimeout(0.3))
        await talk.anna.press("Tālāk")
    assert await talk.screen() == "menu"
    await talk.anna.press("Tālāk")
    assert "Ko vēlaties zināt?" in talk.anna.sees


async def test_too_many_requests_are_repeated_after_the_pause_telegram_asks_for(talk: Talk) -> None:
    await talk.anna.start()
    talk.fake.next("editMessageText", too_many_requests(1))
    await talk.anna.press("Tālāk")
    assert "Ko vēlaties zināt?" in talk.anna.sees


async def test_a_press_that_cannot_be_answered_still_shows_its_screen(talk: Talk) -> None:
    await talk.anna.start()
    talk.fake.next("answerCallbackQuery", server_error, times=TRIES)
    await talk.anna.press("Tālāk")
    assert "Ko vēlaties zināt?" in talk.anna.sees


async def test_a_chat_that_hiding_could_not_empty_is_emptied_by_the_sweep(talk: Talk) -> None:
    await talk.anna.start()
    talk.fake.next("deleteMessages", server_error, times=TRIES)
    await talk.anna.press("Paslēpt")
    assert await talk.screen() is None
    await talk.expire()
    assert talk.anna.chat.alive == []


async def test_a_message_of_hers_that_could_not_be_deleted_at_once_goes_with_the_next_screen(talk: Talk) -> None:
    await talk.anna.start()
    talk.fake.next("deleteMessages", server_error, times=TRIES)
    await talk.anna.type("viņš ir mājās")
    assert talk.anna.chat.theirs == []


async def test_what_could_not_be_taken_away_is_gone_before_one_more_message_comes(talk: Talk) -> None:
    await talk.anna.start()
    talk.fake.next("deleteMessages", server_error, times=100)
    await talk.anna.start()
    assert len(talk.anna.chat.ours) == 2
    talk.fake.all_is_well()
    await talk.anna.start()
    assert (len(talk.anna.chat.alive), talk.anna.chat.most_alive) == (1, 2)
