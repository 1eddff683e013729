"""A person talks to the bot on Telegram: one neutral message, only buttons, nothing of hers stays."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.channels.telegram import Telegram
from bot.channels.telegram.chat_messages import PAUSES
from bot.content import Content
from bot.usecases.person.converse import Reply
from tests.channels.fake_telegram import TOKEN, FakeTelegram
from tests.channels.telegram_bot import FIRST_LINE, PUBLIC, Talk, polling, runtime_of
from tests.channels.telegram_people import SENT
from tests.channels.telegram_troubles import server_error
from tests.faces import Clock, chats_to_empty

TRIES = len(PAUSES) + 1

# --- One neutral message ----------------------------------------------------------------------------------------------


async def test_the_first_screen_comes_silently_without_previews_under_a_neutral_line(talk: Talk) -> None:
    await talk.anna.start()
    assert talk.anna.sees == f"{FIRST_LINE}\n\nLabdien!"
    assert talk.anna.labels == ["Tālāk", "Draud briesmas", "Cilvēks", "Русский", "Paslēpt"]
    (sent,) = talk.called("sendMessage")
    assert sent["disable_notification"] is True
    assert sent["link_preview_options"] == {"is_disabled": True}
    assert "parse_mode" not in sent


async def test_a_whole_conversation_is_one_message_that_is_edited(talk: Talk) -> None:
    await talk.anna.start()
    for label in ("Tālāk", "Tiesa", "Atpakaļ", "Temati", "Jurists", "✓ Jurists", "Gatavs", "Draud briesmas", "Cilvēks"):
        await talk.anna.press(label)
        assert talk.anna.sees.startswith(FIRST_LINE)
    assert len(talk.anna.chat.alive) == 1
    assert talk.fake.refusals == []
    assert talk.anna.chat.most_alive == 1
    assert len(talk.called("sendMessage")) == 1
    assert all(call["link_preview_options"] == {"is_disabled": True} for call in talk.called("editMessageText"))
    assert talk.fake.refusals == []


async def test_only_inline_buttons_are_ever_used_and_their_data_tells_nothing(talk: Talk) -> None:
    await talk.anna.start()
    for label in ("Tālāk", "Vieta", "Nezinu", "Temati"):
        await talk.anna.press(label)
    markups = [given["reply_markup"] for name in ("sendMessage", "editMessageText") for given in talk.called(name)]
    assert {key for markup in markups for key in markup} == {"inline_keyboard"}
    data = {button["callback_data"] for m in markups for row in m["inline_keyboard"] for button in row}
    assert all(len(token) == 22 for token in data)
    words = ("start", "menu", "court", "place", "topics", "lawyer", "danger", "hide")
    assert not [token for token in data if any(word in token.lower() for word in words)]


async def test_starting_again_puts_a_new_message_in_place_of_the_old_one(talk: Talk) -> None:
    await talk.anna.start()
    await talk.anna.press("Tālāk")
    talk.anna.clear_chat()  # on her phone nothing is left; an edit of the old message would show her nothing
    await talk.anna.start()
    assert talk.anna.sees == f"{FIRST_LINE}\n\nLabdien!"
    assert len(talk.anna.chat.alive) == 1
    assert talk.anna.chat.most_alive == 2
    assert await talk.remembered() == (talk.anna.chat.ours[0].id,)


async def test_every_press_is_answered_once(talk: Talk) -> None:
    await talk.anna.start()
    for label in ("Tālāk", "Numurs", "Tiesa", "Atpakaļ", "Paslēpt"):
        await talk.anna.press(label)
    assert all(press.answer for press in talk.anna.chat.presses)
    assert len(talk.called("answerCallbackQuery")) == 5
    assert {method for method, _ in talk.fake.refusals} <= {"editMessageText"}  # after a pop-up nothing has changed


async def test_a_short_answer_comes_as_a_popup_and_is_in_no_message(talk: Talk) -> None:
    await talk.anna.start()
    await talk.anna.press("Tālāk")
    press = await talk.anna.press("Numurs")
    assert press.answer is not None
    assert (press.answer.text, press.answer.alert) == ("Numurs ir 116006.", True)
    assert not [look for message in talk.anna.chat.messages.values() for look, _ in message.looks if "116006" in look]


async def test_the_phone_s_language_is_spoken_from_the_first_screen(talk: Talk) -> None:
    for code, words in (("ru", "Здравствуйте!"), ("ru-RU", "Здравствуйте!"), ("lv", "Labdien!"), ("en", "Labdien!")):
        person = talk.fake.person(code)
        await person.start()
        assert words in person.sees


async def test_a_double_press_changes_nothing_and_is_no_error(talk: Talk) -> None:
    await talk.anna.start()
    await talk.anna.press("Tālāk")
    await talk.anna.press("Temati")
    await talk.anna.press("Jurists")
    await talk.anna.press_old("Jurists")
    assert "✓ Jurists" in talk.anna.labels
    assert len(talk.anna.chat.alive) == 1


async def test_a_double_tap_is_one_press(talk: Talk) -> None:
    await talk.anna.start()
    await talk.anna.press("Tālāk")
    again = await talk.anna.press_old("Tālāk")
    assert again.answer is not None
    assert "Ko vēlaties zināt?" in talk.anna.sees
    assert "Vecā poga." not in talk.anna.sees
    assert len(talk.called("editMessageText")) == 1
    talk.clock.move(seconds=2)
    await talk.anna.press_old("Tālāk")
    assert "Vecā poga." in talk.anna.sees


async def test_words_are_answered_where_they_are_seen_also_in_a_history_that_was_cleared(talk: Talk) -> None:
    """She cleared it for herself alone: the bot is not told, and the message it knows is one she no longer has."""
    await talk.anna.start()
    talk.anna.clear_chat()
    await talk.anna.type("sveiki")
    assert "Labdien!" in talk.anna.sees
    assert [message.unseen for message in talk.anna.chat.alive] == [False]


async def test_words_that_were_changed_afterwards_are_still_heard_for_danger_and_despair(
    fake: FakeTelegram, tmp_path: Path, clock: Clock, shipped: Content
) -> None:
    """And for nothing else: what they are about was answered before."""
    async with runtime_of(tmp_path, clock) as runtime:
        runtime.content = shipped
        async with polling(runtime, fake):
            fake.patient, anna = True, fake.person()
            await anna.start()
            written = await anna.type("sveiki")
            await anna.edit(written, "tiesa")
            assert "Lūdzu, izmantojiet pogas." in anna.sees
            await anna.edit(written, "viņš mani tūlīt nogalinās")
            assert "Nevarat runāt?" in anna.sees
            await anna.edit(written, "negribu dzīvot")
            assert "Nevarat runāt?" not in anna.sees
            assert anna.sees.index("116123") < anna.sees.index("113") < anna.sees.index("112")
            assert anna.chat.theirs == []


async def test_a_button_of_an_earlier_screen_shows_the_present_one(talk: Talk) -> None:
    await talk.anna.start()
    await talk.anna.press("Tālāk")
    await talk.anna.press("Tiesa")
    await talk.anna.press_old("Temati")
    assert "Vecā poga." in talk.anna.sees
    assert "Tiesa var aizsargāt." in talk.anna.sees


async def test_help_is_one_press_away_even_from_a_button_that_is_gone(talk: Talk) -> None:
    await talk.anna.start()
    await talk.anna.press("Tālāk")
    await talk.anna.press("Paslēpt")
    await talk.anna.press_old("Draud briesmas")
    assert "Zvaniet 112." in talk.anna.sees


async def test_data_that_nobody_ever_sent_shows_the_present_screen(talk: Talk) -> None:
    await talk.anna.start()
    for data in ("x", "start\0go", "ā" * 30):
        press = await talk.anna.press_data(data)
        assert press.answer is not None
    assert "Labdien!" in talk.anna.sees


async def test_where_her_message_is_gone_a_new_one_is_sent(talk: Talk) -> None:
    await talk.anna.start()
    message = talk.anna.chat.ours[0]
    message.gone = True
    await talk.anna.press_old("Tālāk")
    assert "Ko vēlaties zināt?" in talk.anna.sees
    assert len(talk.anna.chat.alive) == 1


async def test_a_screen_longer_than_telegram_allows_is_cut_between_characters(talk: Talk) -> None:
    words = talk.runtime.content.words
    longer = {**words, "lv": {**words["lv"], "menu": "👩‍👧" * 1500}}
    talk.runtime.content = replace(talk.runtime.content, words=longer)
    await talk.anna.start()
    await talk.anna.press("Tālāk")
    assert talk.anna.sees.startswith(FIRST_LINE)
    assert talk.anna.sees.endswith("…")
    assert len(talk.anna.sees.encode("utf-16-le")) <= 8192


# --- What she writes --------------------------------------------------------------------------------------------------


async def test_what_she_types_is_taken_away_and_answered_with_buttons(talk: Talk) -> None:
    await talk.anna.start()
    await talk.anna.type("sveiki")
    assert "Rakstīto izņēmām" in talk.anna.sees
    assert "112" in talk.anna.sees
    assert talk.anna.chat.theirs == []
    assert len(talk.anna.chat.alive) == 1


@pytest.mark.parametrize("kind", sorted(set(SENT) - {"dice", "timer"}))
async def test_whatever_she_sends_is_taken_away_unread(talk: Talk, kind: str) -> None:
    await talk.anna.start()
    await talk.anna.send(kind, caption="paraksts")
    assert "To neatveram." in talk.anna.sees
    assert talk.anna.chat.theirs == []


async def test_an_album_and_an_edited_message_are_taken_away(talk: Talk) -> None:
    await talk.anna.start()
    await talk.anna.send_album("mēs")
    await talk.anna.edit(await talk.anna.type("sveiki"), "sveiki vēlreiz")
    assert talk.anna.chat.theirs == []
    assert len(talk.anna.chat.alive) == 1


async def test_a_note_of_telegram_itself_is_taken_away_and_needs_no_answer(talk: Talk) -> None:
    await talk.anna.start()
    before = talk.anna.sees
    await talk.anna.send("timer")
    assert (talk.anna.sees, talk.anna.chat.theirs) == (before, [])


async def test_what_telegram_lets_nobody_delete_is_taken_away_later(talk: Talk) -> None:
    await talk.anna.start()
    await talk.anna.send("dice")  # Telegram keeps a dice for 24 hours
    assert len(talk.anna.chat.theirs) == 1
    talk.clock.move(hours=25)
    await talk.expire()
    assert talk.anna.chat.alive == []


async def test_a_municipality_is_found_by_typing_its_name(talk: Talk) -> None:
    await talk.anna.start()
    await talk.anna.press("Tālāk")
    await talk.anna.press("Vieta")
    await talk.anna.type("Vilak")
    assert "Balvu novads" in talk.anna.labels
    assert talk.anna.chat.theirs == []
    await talk.anna.press("Balvu novads")
    assert "Tiesa var aizsargāt." in talk.anna.sees


async def test_a_municipality_typed_in_full_leads_on_by_itself(talk: Talk) -> None:
    await talk.anna.start()
    await talk.anna.press("Tālāk")
    await talk.anna.press("Vieta")
    await talk.anna.type("Viļaka")
    assert "Tiesa var aizsargāt." in talk.anna.sees
    assert talk.anna.chat.theirs == []


async def test_a_municipality_is_found_by_two_presses(talk: Talk) -> None:
    await talk.anna.start()
    await talk.anna.press("Tālāk")
    await talk.anna.press("Vieta")
    await talk.anna.press(talk.anna.labels[0])
    await talk.anna.press(talk.anna.labels[0])
    assert "Tiesa var aizsargāt." in talk.anna.sees


@pytest.mark.parametrize("command, words", [("/help", "Zvaniet 116006."), ("/help@blakus_bot", "116006")])
async def test_the_help_command_shows_how_to_reach_a_human(talk: Talk, command: str, words: str) -> None:
    await talk.anna.type(command)
    assert words in talk.anna.sees
    assert talk.anna.chat.theirs == []


async def test_an_unknown_command_and_a_payload_of_start_are_taken_away(talk: Talk) -> None:
    await talk.anna.type("/start no-kurienes")
    assert "Labdien!" in talk.anna.sees
    await talk.anna.type("/status")
    assert "To neatveram." in talk.anna.sees
    assert talk.anna.chat.theirs == []


# --- Hiding and ending ------------------------------------------------------------------------------------------------


async def test_hiding_empties_the_chat_and_shows_nothing(talk: Talk) -> None:
    """No pop-up stands on the screen in the second somebody walks in: what stays was said before."""
    await talk.anna.start()
    await talk.anna.press("Tālāk")
    press = await talk.anna.press("Paslēpt")
    assert talk.anna.chat.alive == []
    assert press.answer is not None
    assert (press.answer.text, press.answer.alert) == ("", False)
    assert await talk.screen() is None


@pytest.mark.parametrize("language, stays", [("lv", "čatu sarakst"), ("ru", "чатов"), ("en", "chat list")])
def test_what_hiding_cannot_take_away_is_said_where_the_button_is_first_named(
    shipped: Content, language: str, stays: str
) -> None:
    first = next(
        key
        for key in ("start", "start.watched", "menu")
        if shipped.text("exit:hide", language) in shipped.text(key, language)
    )
    assert first == shipped.dialogue.first
    assert stays in shipped.text(first, language)
    assert stays in shipped.text("privacy.hide", language)


async def test_once_the_chat_is_empty_even_its_number_is_forgotten(talk: Talk) -> None:
    await talk.anna.start()
    await talk.anna.press("Paslēpt")
    assert await chats_to_empty(talk.runtime) == ()


async def test_one_message_that_cannot_be_deleted_keeps_no_other_in_the_chat(talk: Talk) -> None:
    await talk.anna.start()
    dice = await talk.anna.send("dice")
    await talk.anna.press("Paslēpt")
    assert talk.anna.chat.alive == [dice]


async def test_the_hide_command_empties_the_chat(talk: Talk) -> None:
    await talk.anna.start()
    await talk.anna.type("/hide")
    assert talk.anna.chat.alive == []
    assert await talk.screen() is None


async def test_messages_that_are_too_old_to_delete_are_emptied_instead(talk: Talk) -> None:
    await talk.anna.start()
    await talk.anna.press("Tālāk")
    talk.clock.move(hours=40)
    await talk.anna.press("Tiesa")  # the conversation had ended; another begins in the same message
    talk.clock.move(hours=8, minutes=1)
    await talk.expire()
    assert talk.anna.sees == FIRST_LINE
    assert talk.anna.labels == []


async def test_after_half_an_hour_of_silence_the_chat_is_emptied_and_nothing_is_sent(talk: Talk) -> None:
    await talk.anna.start()
    await talk.anna.press("Tālāk")
    talk.clock.move(minutes=29)
    await talk.expire()
    assert len(talk.anna.chat.alive) == 1
    before = len(talk.called("sendMessage"))
    talk.clock.move(minutes=2)
    await talk.expire()
    assert talk.anna.chat.alive == []
    assert await talk.screen() is None
    assert len(talk.called("sendMessage")) == before


async def test_the_bot_never_writes_first(talk: Talk) -> None:
    talk.fake.person()
    for _ in range(5):
        talk.clock.move(hours=11)
        await talk.expire()
    assert talk.called("sendMessage") == []


async def test_who_came_back_before_the_sweep_keeps_her_screen(talk: Talk) -> None:
    await talk.anna.start()
    talk.clock.move(minutes=31)
    traces = await chats_to_empty(talk.runtime)
    await talk.anna.press("Draud briesmas")
    assert all([await talk.bot.vanish(trace) for trace in traces])
    assert "Zvaniet 112." in talk.anna.sees


async def test_a_chat_that_could_not_be_emptied_is_emptied_at_the_next_try(talk: Talk) -> None:
    await talk.anna.start()
    talk.clock.move(minutes=31)
    talk.fake.next("deleteMessages", server_error, times=TRIES)
    await talk.expire()
    assert len(talk.anna.chat.alive) == 1
    await talk.expire()
    assert talk.anna.chat.alive == []


async def test_stopping_the_bot_ends_the_conversation(talk: Talk) -> None:
    await talk.anna.start()
    await talk.anna.press("Tālāk")
    await talk.anna.block()
    assert await talk.screen() is None
    calls = len(talk.methods)
    talk.clock.move(hours=3)
    await talk.expire()
    assert len(talk.methods) == calls


async def test_who_stopped_the_bot_unnoticed_is_forgotten_at_the_next_refusal(talk: Talk) -> None:
    await talk.anna.start()
    talk.anna.chat.blocked = True  # the notice of it was lost
    await talk.anna.type("sveiki")
    assert await talk.screen() is None


# --- Elsewhere --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
async def test_groups_are_left_without_a_word(talk: Talk, kind: str) -> None:
    group = talk.fake.group(kind)
    await group.invite("administrator" if kind == "channel" else "member")
    assert talk.fake.left == [group.chat.id]
    await group.type("sveiki")
    assert "sendMessage" not in talk.methods
    assert "deleteMessages" not in talk.methods


async def test_being_put_out_of_a_group_needs_no_answer(talk: Talk) -> None:
    await talk.fake.group().invite("kicked")
    assert "leaveChat" not in talk.methods


# --- The form page ----------------------------------------------------------------------------------------------------


async def test_without_a_public_address_no_form_button_is_drawn(talk: Talk) -> None:
    await talk.anna.start()
    await talk.anna.press("Tālāk")
    await talk.anna.press("Sazināties")
    assert "Atvērt lapu" not in talk.anna.labels


async def test_the_form_button_opens_our_page_with_a_token_of_its_own(tmp_path: Path, clock: Clock) -> None:
    asked: list[str] = []

    def token(reply: Reply) -> str:
        asked.append(str(reply.form))
        return "t0k3n"

    fake = await FakeTelegram(clock).start()
    async with runtime_of(tmp_path, clock, PUBLIC) as runtime:
        bot = Telegram(runtime, TOKEN, fake.root, form_token=token, patience=0.01)
        anna = fake.person()
        await anna.start()
        await _hand_over(fake, bot)
        for label in ("Tālāk", "Sazināties"):
            await anna.press(label)
            await _hand_over(fake, bot)
        assert anna.opens("Atvērt lapu") == f"{PUBLIC}/form#t0k3n"
        assert asked == ["request"]
        await bot.stop()
    await fake.stop()


async def _hand_over(fake: FakeTelegram, bot: Telegram) -> None:
    """Bring what waits straight to the channel."""
    for update in fake.take_waiting():
        await bot.receive(update)
