"""Many updates at once, of one chat or of several: each is answered in order, and a slow chat holds up no other."""

import asyncio

from bot.channels.telegram import Telegram
from bot.channels.telegram.lanes import LONGEST_QUEUE
from tests.channels.fake_telegram import TOKEN
from tests.channels.telegram_bot import Talk
from tests.channels.telegram_troubles import Hold
from tests.patience import until


async def hangs(talk: Talk) -> Hold:
    """Anna has pressed, and Telegram keeps the call that answers her hanging."""
    talk.fake.patient = False
    hold = Hold()
    talk.fake.next("editMessageText", hold)
    await talk.anna.press("Tālāk")
    await hold.reached.wait()
    return hold


async def test_updates_of_one_chat_are_handled_in_order(talk: Talk) -> None:
    await talk.anna.start()
    await talk.anna.press("Tālāk")
    await talk.anna.press("Temati")
    talk.fake.patient = False
    for label in ("Jurists", "Krīzes centrs", "Gatavs"):
        await talk.anna.press_label_ever_seen(label)
    await talk.fake.settled()
    assert "Vecā poga." not in talk.anna.sees
    await talk.anna.press("Temati")
    await talk.fake.settled()
    assert talk.anna.labels[:2] == ["✓ Jurists", "✓ Krīzes centrs"]


async def test_a_slow_chat_does_not_make_another_wait(talk: Talk) -> None:
    """Also where updates are asked for: they are, while Telegram keeps one chat hanging."""
    berta = talk.fake.person()
    await talk.anna.start()
    await berta.start()
    hold = await hangs(talk)
    for label in ("Tālāk", "Tiesa", "Uz izvēlni"):
        press = await berta.press(label)
        await until(lambda press=press: press.answer is not None)  # type: ignore[misc]
    assert "Ko vēlaties zināt?" in berta.sees
    assert len(talk.fake.waiting()) == 4, "nothing behind the oldest unfinished one is confirmed"
    hold.released.set()
    await talk.fake.settled()
    assert "Ko vēlaties zināt?" in talk.anna.sees
    assert len(berta.chat.presses) == len([query for query in berta.chat.presses if query.answer]) == 3


async def test_what_is_brought_again_behind_a_slow_chat_is_done_once(talk: Talk) -> None:
    berta = talk.fake.person()
    await berta.start()
    await talk.anna.start()
    hold = await hangs(talk)
    await berta.type("sveiki")
    await until(lambda: "Rakstīto izņēmām" in berta.sees)  # told after it was taken away
    sent = len(talk.called("sendMessage"))
    await talk.fake.asked_again(3)
    assert len(talk.called("sendMessage")) == sent
    hold.released.set()
    await talk.fake.settled()


async def test_a_hundred_messages_of_one_chat_silence_the_bot_for_nobody_else(talk: Talk) -> None:
    """Telegram brings a hundred at a time, from the oldest that is not confirmed."""
    berta = talk.fake.person()
    await berta.start()
    await talk.anna.start()
    hold = await hangs(talk)
    for _ in range(110):
        await talk.anna.type("sveiki")
    await berta.press("Draud briesmas")
    await until(lambda: "Zvaniet 112." in berta.sees)
    hold.released.set()
    await talk.fake.settled()
    await until(lambda: talk.anna.chat.theirs == [])


async def test_an_update_that_telegram_no_longer_holds_keeps_nobody_waiting(talk: Talk) -> None:
    """A press that failed is forgotten by Telegram after some minutes; those behind it are confirmed all the same."""
    await talk.anna.start()
    talk.fake.patient = False
    with talk.database_gone():
        await talk.anna.press("Paslēpt")  # it is to be brought again, until the state can be forgotten, too
        await until(lambda: talk.anna.chat.alive == [])
        talk.clock.move(minutes=5)
    await talk.fake.person().start()
    await talk.fake.settled()
    assert talk.fake.waiting() == []


async def test_of_a_start_brought_to_two_replicas_at_once_every_message_is_known(talk: Talk) -> None:
    talk.fake.patient = False
    await talk.bot.stop()
    one, other = (Telegram(talk.runtime, TOKEN, talk.fake.root, patience=0.01) for _ in range(2))
    await talk.anna.start()
    await asyncio.gather(*(bot.receive(update) for update in talk.fake.waiting() for bot in (one, other)))
    assert sorted(await talk.remembered()) == [message.id for message in talk.anna.chat.ours]
    await talk.anna.press("Paslēpt")
    assert await one.receive(talk.fake.waiting()[-1])
    assert talk.anna.chat.alive == []
    await asyncio.gather(one.stop(), other.stop())


async def test_of_a_flood_every_press_is_answered_and_every_message_taken_away(talk: Talk) -> None:
    await talk.anna.start()
    hold = await hangs(talk)
    flood = [asyncio.create_task(talk.bot.receive(update)) for update in await _flood(talk, 150)]
    await asyncio.sleep(0)
    hold.released.set()
    await asyncio.gather(*flood)
    await talk.fake.settled()
    assert talk.anna.chat.theirs == []
    assert len(talk.anna.chat.alive) == 1
    assert all(press.answer for press in talk.anna.chat.presses)
    assert len(talk.called("deleteMessages")) < 3 * LONGEST_QUEUE
    assert talk.anna.popups == ["Uzgaidiet. Briesmās 112."]
    assert not [why for method, why in talk.fake.refusals if method == "deleteMessages"]  # never over 100 at a time


async def test_hiding_is_never_turned_away(talk: Talk) -> None:
    await talk.anna.start()
    await talk.anna.press("Tālāk")
    talk.fake.patient = False
    updates = await _flood(talk, 60)
    await talk.anna.press("Paslēpt")
    await asyncio.gather(*(talk.bot.receive(update) for update in [*updates, *talk.fake.take_waiting()]))
    await talk.fake.settled()
    assert talk.anna.chat.alive == []
    assert await talk.screen() is None


async def test_chats_that_are_quiet_again_take_no_memory(talk: Talk) -> None:
    people = [talk.fake.person() for _ in range(30)]
    await asyncio.gather(*(person.start() for person in people))
    assert all("Labdien!" in person.sees for person in people)
    assert talk.bot.chats_in_work == 0


async def _flood(talk: Talk, size: int) -> list[dict[str, object]]:
    """Messages and, last of all, a press: more than anybody can do by hand."""
    talk.fake.take_waiting()
    for _ in range(size):
        await talk.anna.type("nu")
    await talk.anna.press_label_ever_seen("Draud briesmas")
    return talk.fake.take_waiting()
