"""The token that opens the form page from Telegram: used once, soon, and saying nothing to whoever sees it."""

import base64

import pytest

from bot.runtime import Runtime
from bot.usecases.person.form_links import Launch, form_token, redeem
from tests.faces import Clock

ANSWERS = {"place": ("riga",), "topics": ("lawyer", "shelter"), "age_band": ("adult",)}


async def test_it_carries_the_coded_answers_and_the_language(runtime: Runtime) -> None:
    token = form_token(runtime, ANSWERS | {"elsewhere": ("x",)}, "ru", "receipt")
    assert await redeem(runtime, token) == Launch("receipt", "ru", ANSWERS)


async def test_it_opens_once(runtime: Runtime) -> None:
    token = form_token(runtime, ANSWERS, "lv")
    assert await redeem(runtime, token)
    assert await redeem(runtime, token) is None


async def test_two_people_at_the_same_moment_get_two_tokens(runtime: Runtime) -> None:
    first, second = form_token(runtime, ANSWERS, "lv"), form_token(runtime, ANSWERS, "lv")
    assert await redeem(runtime, first)
    assert await redeem(runtime, second)


async def test_it_cannot_be_spelled_in_another_way_and_used_again(runtime: Runtime) -> None:
    token = form_token(runtime, ANSWERS, "lv")
    assert await redeem(runtime, token)
    for last in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_":
        assert await redeem(runtime, token[:-1] + last) is None
    assert await redeem(runtime, token + "=") is None


async def test_it_is_good_for_fifteen_minutes(runtime: Runtime, clock: Clock) -> None:
    first, second = form_token(runtime, ANSWERS, "lv"), form_token(runtime, {}, "lv")
    clock.move(minutes=14, seconds=59)
    assert await redeem(runtime, first)
    clock.move(seconds=1)
    assert await redeem(runtime, second) is None


@pytest.mark.parametrize("token", ["", "A", "tgWebAppData", "A" * 600, "ž" * 40, "=" * 9])
async def test_a_forged_one_opens_nothing(runtime: Runtime, token: str) -> None:
    good = form_token(runtime, ANSWERS, "lv")
    assert await redeem(runtime, token) is None
    assert await redeem(runtime, good[:40] + ("A" if good[40] != "A" else "B") + good[41:]) is None


async def test_its_length_and_its_letters_tell_nothing(runtime: Runtime) -> None:
    empty, full = form_token(runtime, {}, "lv"), form_token(runtime, ANSWERS, "lv")
    assert len(empty) == len(full) < 700
    assert b"riga" not in base64.urlsafe_b64decode(full + "==")
    assert set(full) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
