"""A change that cannot be sent now: what was typed stays on the page, and what is said is true."""

import pytest
from pyrage.x25519 import Identity

from bot.engine.request import Values, Window
from bot.runtime import Runtime
from bot.usecases.person.additions import MOST, change_times
from tests.channels.code_page import added, looked, row, sent
from tests.channels.forms import Shown, Visitor

TIMES: Values = {"windows": (Window("tue", "10:00", "11:00"),), "valid_until": "2026-11-29"}
NOT_NOW = {
    "lv": "Tagad to nosūtīt nevar.",
    "ru": "Сейчас это отправить нельзя.",
    "en": "This cannot be sent just now.",
    "uk": "Зараз цього надіслати не можна.",
}
FULL = {
    "lv": "vairāk šeit pievienot nevar",
    "ru": "больше здесь добавить нельзя",
    "en": "no more can be added here",
    "uk": "більше тут додати не можна",
}
LANGUAGES = list(FULL)


async def without_a_key(runtime: Runtime, identity: Identity) -> None:
    async with runtime.database.store() as store:
        await store.services.retire(str(identity.to_public()), runtime.now())


async def used_up(runtime: Runtime, code: str) -> None:
    for _ in range(MOST):
        assert await change_times(runtime, code, TIMES, "lv")


async def new_times(visitor: Visitor) -> Shown:
    await visitor.press("times")
    form = visitor.page.form("new-times")
    for name, value in (("windows1.day", ["tue"]), ("windows1.from", "09:00"), ("windows1.to", "10:30")):
        form.set(f"a.{name}", value)
    return await visitor.press("new-times")


async def answers(visitor: Visitor) -> Shown:
    await visitor.press("screen")
    await visitor.press("answer.fear.yes")
    await visitor.press("stop")
    return await visitor.press("send-screen")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_times_that_cannot_be_sent_now_stay_typed_in(
    visitor: Visitor, runtime: Runtime, identity: Identity, language: str
) -> None:
    await looked(visitor, await sent(visitor, runtime, language), language)
    await without_a_key(runtime, identity)
    page = await new_times(visitor)
    assert (page.screen, page.language) == ("form.times", language)
    assert (page.values("windows1.from"), page.values("windows1.to")) == (["09:00"], ["10:30"])
    assert NOT_NOW[language] in page.text
    assert "+371 00000000" in page.text
    assert await added(runtime, identity) == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_answers_that_cannot_be_sent_now_stay_given(
    visitor: Visitor, runtime: Runtime, identity: Identity, language: str
) -> None:
    await looked(visitor, await sent(visitor, runtime, language), language)
    await without_a_key(runtime, identity)
    page = await answers(visitor)
    assert (page.screen, page.language) == ("form.screen-review", language)
    assert 'data-field="fear" data-answer="yes"' in page.html
    assert NOT_NOW[language] in page.text
    assert "send-screen" in page.form("send-screen").buttons
    assert await added(runtime, identity) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("change", [new_times, answers])
async def test_when_no_more_changes_are_taken_nobody_is_told_to_try_again_and_what_still_works_is_named(
    visitor: Visitor, runtime: Runtime, language: str, change: type
) -> None:
    code = await sent(visitor, runtime, language)
    await used_up(runtime, code.replace(" ", ""))
    await looked(visitor, code, language)
    page = await change(visitor)
    assert FULL[language] in page.text
    assert NOT_NOW[language] not in page.text
    assert runtime.content.text("request.page.waits", language) not in page.text
    assert "+371 00000000" in page.text

    await looked(visitor, code, language)
    await visitor.press("unsafe")
    await visitor.press("unsafe-now")
    assert (await row(runtime)).call_blocked, "as the page has said"
    await visitor.press("withdraw")
    await visitor.press("withdraw-now")
    async with runtime.database.store() as store:
        assert await store.requests.waiting("balvi") == []


async def test_after_a_refusal_the_page_leads_back_to_how_the_request_stands(
    visitor: Visitor, runtime: Runtime, identity: Identity
) -> None:
    await looked(visitor, await sent(visitor, runtime))
    await without_a_key(runtime, identity)
    await answers(visitor)
    assert (await visitor.press("drop")).screen == "form.standing"
    await new_times(visitor)
    assert (await visitor.press("look")).screen == "form.standing"
