"""What somebody can do with a code, without JavaScript: see, change the safe times, stop calls, answer questions."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from pyrage import decrypt
from pyrage.x25519 import Identity

from bot.channels import form_codes
from bot.channels.form import form_token
from bot.channels.form_frame import PAGE_SIZE
from bot.channels.pages import FIELDS, PAIRS
from bot.engine.languages import LANGUAGES
from bot.engine.risk import QUESTIONS
from bot.runtime import Runtime
from bot.usecases.services import escalation
from tests.channels.code_page import added, looked, row, sent
from tests.channels.form_requests import requests
from tests.channels.forms import CALL, Visitor
from tests.faces import Clock

LATE = {
    "lv": "bija solīts to izlasīt",
    "ru": "его обещали прочитать",
    "en": "although we promised it would be read",
    "uk": "його обіцяли прочитати",
}
SKIPPED = dict.fromkeys(QUESTIONS, "not_answered")


# --- How it stands ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_promise_that_was_not_kept_is_said_with_two_numbers_to_call(
    visitor: Visitor, runtime: Runtime, clock: Clock, language: str
) -> None:
    code = await sent(visitor, runtime, language)
    clock.move(days=7)
    page = await looked(visitor, code, language)
    told = page.html.split('id="standing"')[1].split("</p>")[0]
    assert LATE[language] in told
    assert 'href="tel:116006"' in told
    assert "+371 00000000" in told


@pytest.mark.parametrize("through", ["web", "telegram"])
@pytest.mark.parametrize(
    "language, promise, told",
    [
        ("lv", "bija solīts to izlasīt", "Ziņa, ka kaut kas gaida, ir nosūtīta arī šī dienesta vadībai."),
        ("ru", "его обещали прочитать", "отправлено и руководству этой службы."),
        ("en", "we promised it would be read", "has also been sent to the head of this service."),
    ],
)
async def test_who_was_told_instead_is_said_after_the_numbers_to_call(
    visitor: Visitor, runtime: Runtime, clock: Clock, language: str, promise: str, told: str, through: str
) -> None:
    runtime.settings = runtime.settings.model_copy(update={"smtp": SecretStr("smtp://localhost")})
    code = await sent(visitor, runtime, language)
    async with runtime.database.store() as store:
        service = await store.services.by_id("balvi")
        assert service
        service.head_email = "head@example.org"
    clock.move(days=7)
    await escalation.escalate(runtime)
    assert told not in (await looked(visitor, code, language)).text  # the mail has not gone out yet
    async with runtime.database.store() as store:
        for errand in await store.outbox.claim(clock(), 10, timedelta(minutes=1)):
            await store.outbox.done(errand.id, clock(), sent=True)
    if through == "telegram":
        await visitor.post([("do", "open"), ("launch", form_token(runtime, {}, language, "receipt"))])
        page = await visitor.press("look", code=code)
    else:
        page = await looked(visitor, code, language)
    assert page.text.index(promise) < page.text.index("+371 00000000") < page.text.index(told)
    assert 'href="tel:112"' in page.html.split('id="told"')[1].split("<h2")[0]


async def test_telegram_leads_to_the_same_pages(visitor: Visitor, runtime: Runtime) -> None:
    code = await sent(visitor, runtime)
    await visitor.post([("do", "open"), ("launch", form_token(runtime, {}, "ru", "receipt"))])
    page = await visitor.press("look", code=code)
    assert {"times", "unsafe", "screen", "withdraw"} <= set(page.form("times").buttons)
    assert ("from", "telegram") in page.form("times").fields()


async def test_what_is_over_can_not_be_changed(visitor: Visitor, runtime: Runtime) -> None:
    await looked(visitor, await sent(visitor, runtime))
    await visitor.press("withdraw")
    page = await visitor.press("withdraw-now")
    assert not {"times", "unsafe", "screen"} & {do for form in page.forms for do in form.buttons}


# --- Other times ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
async def test_safe_times_are_changed_in_three_presses(
    visitor: Visitor, runtime: Runtime, identity: Identity, language: str
) -> None:
    await looked(visitor, await sent(visitor, runtime, language), language)
    page = await visitor.press("times")
    assert (page.screen, page.language) == ("form.times", language)
    form = page.form("new-times")
    for name, value in (("windows1.day", ["mon"]), ("windows1.from", "08:00"), ("windows1.to", "09:30")):
        form.set(f"a.{name}", value)
    page = await visitor.press("new-times")
    assert page.screen == "form.standing"
    assert {
        "lv": "Jaunie laiki ir nosūtīti",
        "ru": "Новое время отправлено",
        "en": "The new times have been sent",
        "uk": "Новий час надіслано",
    }[language] in page.text
    (letter,) = await added(runtime, identity)
    assert letter["answers"] == {
        "windows": [{"day": "mon", "begins": "08:00", "ends": "09:30"}],
        "valid_until": (runtime.now() + timedelta(days=7)).date().isoformat(),
    }


async def test_times_that_are_none_are_said_kindly_and_nothing_is_sent(
    visitor: Visitor, runtime: Runtime, identity: Identity
) -> None:
    code = await sent(visitor, runtime)
    await looked(visitor, code)
    await visitor.press("times")
    visitor.page.form("new-times").set("a.windows1.day", ["mon"])
    page = await visitor.press("new-times")
    assert page.screen == "form.times"
    assert "izvēlieties, no cikiem līdz cikiem." in page.text
    assert [box.on for box in page.form("new-times").controls if (box.name, box.value) == ("a.windows1.day", "mon")]
    assert await added(runtime, identity) == []
    page = await visitor.press("language.ru")
    assert (page.screen, page.language) == ("form.times", "ru")
    assert (await visitor.press("look")).screen == "form.standing"


# --- A number that is not safe ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
async def test_all_calls_are_stopped_in_two_presses(visitor: Visitor, runtime: Runtime, language: str) -> None:
    await looked(visitor, await sent(visitor, runtime, language), language)
    await visitor.press("unsafe")
    page = await visitor.press("unsafe-now")
    assert (await row(runtime)).call_blocked
    assert {
        "lv": "atzīmēts kā nedrošs",
        "ru": "отмечен как небезопасный",
        "en": "marked as not safe",
        "uk": "позначено як небезпечний",
    }[language] in page.text
    assert "unsafe" not in page.form("withdraw").buttons


@pytest.mark.parametrize(
    "do", ["times", "new-times", "unsafe", "unsafe-now", "withdraw", "withdraw-now", "send-screen", "drop", "stop"]
)
async def test_a_wrong_code_does_nothing_and_is_counted(
    visitor: Visitor, runtime: Runtime, identity: Identity, monkeypatch: pytest.MonkeyPatch, do: str
) -> None:
    await sent(visitor, runtime)
    times = [("a.windows1.day", "mon"), ("a.windows1.from", "08:00"), ("a.windows1.to", "09:00")]
    page = await visitor.post([("do", do), ("code", "0" * 16), ("s.fear", "yes"), *times])
    assert page.status == 200
    assert 'href="tel:112"' in page.html
    assert page.screen in ("form.code", "form.times", "form.screen-review")
    assert await added(runtime, identity) == []
    assert not (await row(runtime)).call_blocked
    assert (await row(runtime)).priority == "in_order"


async def test_pages_behind_a_code_have_even_lengths(visitor: Visitor, runtime: Runtime) -> None:
    await looked(visitor, await sent(visitor, runtime))
    standing = visitor.page
    for do in ("times", "unsafe", "withdraw", "screen"):
        visitor.page = standing
        page = await visitor.press(do)
        assert len(page.html.encode()) % PAGE_SIZE == 0


# --- The questions ----------------------------------------------------------------------------------------------------


async def test_the_questions_are_offered_only_after_the_request_was_sent(visitor: Visitor, runtime: Runtime) -> None:
    await visitor.open(runtime)
    visitor.fill_in(CALL)
    page = await visitor.press("review")
    assert not {"screen"} & {do for form in page.forms for do in form.buttons}
    page = await visitor.agree()
    assert page.screen == "form.receipt"
    assert len(await requests(runtime)) == 1
    assert page.html.index('href="tel:112"') < page.html.index('value="screen"')


@pytest.mark.parametrize("language", LANGUAGES)
async def test_seven_answers_and_one_press_to_send(
    visitor: Visitor, runtime: Runtime, identity: Identity, language: str
) -> None:
    code = await sent(visitor, runtime, language)
    page = await visitor.press("screen")
    presses = 0
    while page.screen == "form.screen":
        assert 'href="tel:112"' in page.html
        assert any("leave" in form.action for form in page.forms)
        question = next(do for do in page.form("stop").buttons if do.endswith(".yes"))
        page = await visitor.press(question)
        presses += 1
    assert (await row(runtime)).priority == "in_order", "nothing is sent before it is agreed to"
    assert await added(runtime, identity) == []
    page = await visitor.press("send-screen")
    presses += 1
    assert presses <= 8
    (letter,) = await added(runtime, identity)
    assert letter["screen"] == dict.fromkeys(QUESTIONS, "yes")
    assert (await row(runtime)).priority == "today"
    assert {
        "lv": "Paldies. Darbinieks to redzēs.",
        "ru": "Спасибо. Сотрудник это увидит.",
        "en": "Thank you. The worker",
        "uk": "Дякуємо. Працівник це побачить.",
    }[language] in page.text
    assert page.code == code, "who did not write it down yet can still do so"


async def test_a_skipped_question_is_sent_as_not_answered(
    visitor: Visitor, runtime: Runtime, identity: Identity
) -> None:
    await sent(visitor, runtime)
    await visitor.press("screen")
    await visitor.press("answer.fear.not_answered")
    await visitor.press("answer.threat.no")
    await visitor.press("stop")
    assert visitor.page.text.count("nav atbildes") == 6
    await visitor.press("send-screen")
    (letter,) = await added(runtime, identity)
    assert letter["screen"] == SKIPPED | {"threat": "no"}


async def test_what_stands_there_is_what_is_sent_and_any_of_it_can_be_changed(
    visitor: Visitor, runtime: Runtime, identity: Identity
) -> None:
    await sent(visitor, runtime)
    page = await visitor.press("screen")
    for question in QUESTIONS:
        page = await visitor.press(f"answer.{question}.yes")
    assert page.screen == "form.screen-review"
    await visitor.press("change-screen.fear")
    page = await visitor.press("language.ru")
    assert (page.screen, page.language) == ("form.screen", "ru")
    page = await visitor.press("answer.fear.not_sure")
    while page.screen == "form.screen":  # the change of language has led back into the row of questions
        page = await visitor.press("stop")
    shown = dict(part.split('" data-answer="')[:2] for part in page.html.split('data-field="')[1:])
    await visitor.press("send-screen")
    (letter,) = await added(runtime, identity)
    assert {name: rest.split('"')[0] for name, rest in shown.items()} == letter["screen"]
    assert letter["screen"]["fear"] == "not_sure"


@pytest.mark.parametrize("end", ["drop", "stop"])
async def test_who_does_not_want_to_send_them_sends_nothing(
    visitor: Visitor, runtime: Runtime, identity: Identity, end: str
) -> None:
    await sent(visitor, runtime)
    await visitor.press("screen")
    if end == "drop":
        await visitor.press("answer.fear.yes")
        await visitor.press("stop")
    page = await visitor.press(end)
    assert page.screen == "form.standing"
    assert await added(runtime, identity) == []
    assert (await row(runtime)).priority == "in_order"


async def test_a_pressed_neck_leads_to_a_doctor_and_a_controlled_phone_to_the_safe_times(
    visitor: Visitor, runtime: Runtime
) -> None:
    await sent(visitor, runtime)
    await visitor.press("screen")
    replies = {}
    for question in QUESTIONS:
        page = await visitor.press(f"answer.{question}.yes")
        replies[question] = page.html.split('id="reply"')[1].split("</p>")[0] if 'id="reply"' in page.html else ""
    assert {name for name, words in replies.items() if words} == {"neck", "control"}
    assert 'href="tel:113"' in replies["neck"]
    assert "droši zvanīt" in replies["control"]
    page = await visitor.press("drop")
    assert {"times", "unsafe"} <= set(page.form("times").buttons), "whatever she decided about the answers"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_duty_to_report_is_told_before_children_are_mentioned(
    visitor: Visitor, runtime: Runtime, language: str
) -> None:
    await sent(visitor, runtime, language)
    page = await visitor.press("screen")
    duty = {
        "lv": "ikvienam jāziņo",
        "ru": "каждый обязан сообщить",
        "en": "has to report",
        "uk": "кожен зобов’язаний повідомити",
    }[language]
    children = {"lv": "Jūsu bērnus", "ru": "ваших детей", "en": "your children", "uk": "Ваших дітей"}[language]
    assert page.text.index(duty) < page.text.index(children)
    for question in QUESTIONS[:-1]:
        page = await visitor.press(f"answer.{question}.no")
    assert page.text.index(duty) < page.text.index(
        {"lv": "mājās ir bērni", "ru": "дома дети", "en": "children at home", "uk": "вдома діти"}[language]
    )


@pytest.mark.parametrize("language", LANGUAGES)
async def test_no_page_of_the_questions_tells_a_score_or_a_verdict(
    visitor: Visitor, runtime: Runtime, language: str
) -> None:
    await sent(visitor, runtime, language)
    page, texts = await visitor.press("screen"), []
    while page.screen == "form.screen":
        texts.append(page.text)
        page = await visitor.press(next(do for do in page.form("stop").buttons if do.endswith(".yes")))
    texts += [page.text, (await visitor.press("send-screen")).text]
    said = " ".join(texts).lower()
    for word in (
        "risk",
        "риск",
        "līmen",
        "уровень",
        "punkt",
        "балл",
        "augst",
        "высок",
        "level",
        "score",
        "high",
        "7/7",
        "1/7",
        "%",
    ):
        assert word not in said


async def test_answers_are_nowhere_before_they_are_sent(
    visitor: Visitor, runtime: Runtime, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    code = await sent(visitor, runtime)
    await visitor.press("screen")
    for question in QUESTIONS:
        await visitor.press(f"answer.{question}.yes")
    await runtime.database.shrink()
    for place in (*(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()), caplog.text.encode()):
        for words in (b"include_screen", b"not_answered", code.replace(" ", "").encode(), code.encode()):
            assert words not in place


# --- Known again ------------------------------------------------------------------------------------------------------


async def test_an_old_code_on_the_form_reaches_the_service_as_one_word(
    visitor: Visitor, runtime: Runtime, identity: Identity
) -> None:
    old = await sent(visitor, runtime)
    first = (await row(runtime)).id
    await visitor.open(runtime)
    visitor.fill_in(CALL | {"wrote_before": old})
    page = await visitor.press("review")
    assert old.replace(" ", "") in page.text
    page = await visitor.agree()
    assert page.screen == "form.receipt"
    (again,) = [reference for reference in await requests(runtime) if reference.id != first]
    async with runtime.database.store() as store:
        whole = await store.requests.by_id(again.id)
    assert whole
    assert whole.sealed
    answers = json.loads(decrypt(whole.sealed, [identity]))["answers"]
    assert answers["wrote_before"] == "yes"


@pytest.mark.parametrize("code", ["0000 0000 0000 0000", "12 34", "nav"])
async def test_a_wrong_old_code_stops_nothing_and_is_not_pointed_at(
    visitor: Visitor, runtime: Runtime, code: str
) -> None:
    await sent(visitor, runtime, wrote_before=code)
    assert visitor.page.screen == "form.receipt"
    assert "Šādu kodu neatradām" not in visitor.page.text


@pytest.mark.parametrize("do, again", [("withdraw-now", "withdraw-now"), ("language.ru", "look")])
def test_what_could_not_be_answered_is_asked_again_also_when_it_was_another_language(do: str, again: str) -> None:
    """Else the next page would begin a new request, and nothing would have been taken back."""
    request: Any = {FIELDS: {"code": "1", "do": do, "at": "look"}, PAIRS: (("code", "1"), ("do", do))}
    assert form_codes.again(request) == (again, [("code", "1")])
