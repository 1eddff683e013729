"""Messages and their neutral words on the form's pages: asked where one may be left, refused with a way out."""

import re

from pyrage.x25519 import Identity

from bot.runtime import Runtime
from tests.channels.form_requests import answers_read_by
from tests.channels.forms import CALL, PULL, Shown, Visitor, in_pages, line_of

WRITE = CALL | {"contact_mode": "sms", "neutral_message": "nothing_urgent"}


def ways_out(page: Shown) -> list[str]:
    return re.findall(r'<button name="do" value="set\.([\w.]+)"', page.html)


async def test_a_refused_message_becomes_something_else_in_one_press_and_nothing_is_lost(
    visitor: Visitor, runtime: Runtime
) -> None:
    await visitor.open(runtime)
    visitor.fill_in(WRITE | {"phone_is": "mine_shared", "note": "klusi"})
    page = await visitor.press("review")
    assert page.screen == "form.fill"
    assert "uz tālruni, ko lieto arī citi, īsziņas nesūtām" in page.text
    assert ways_out(page) == ["contact_mode.i_will_call_you", "contact_mode.i_will_come"]
    await visitor.press("set.contact_mode.i_will_come")
    page = await visitor.press("review")
    assert page.screen == "form.review"
    assert line_of(page, "contact_mode") == "Es atnākšu uz dienestu"
    assert line_of(page, "note") == "klusi"
    assert page.values("phone") == []


async def test_a_message_that_may_be_left_is_forbidden_again_in_one_press(visitor: Visitor, runtime: Runtime) -> None:
    await visitor.open(runtime)
    visitor.fill_in(CALL | {"phone": "67105048", "sms_ok": "yes_neutral_text", "neutral_message": "good_time"})
    page = await visitor.press("review")
    assert "uz fiksēto tālruni īsziņas nesūtām" in page.text
    page = await visitor.press("set.sms_ok.no")
    assert page.screen == "form.review"
    assert line_of(page, "sms_ok") == "Nē"
    assert page.values("neutral_message") == []


async def test_somebody_with_a_watched_phone_is_written_to_on_a_friends_who_expects_it(
    visitor: Visitor, runtime: Runtime, identity: Identity
) -> None:
    await visitor.open(runtime, "ru")
    visitor.fill_in(WRITE | {"phone_is": "trusted_person", "device_watched": "yes"})
    page = await visitor.press("review")
    assert page.screen == "form.fill"
    assert ways_out(page) == []
    visitor.fill(expects_message="yes")
    page = await visitor.press("review")
    assert line_of(page, "neutral_message") == "Здравствуйте! Ничего срочного. Всего доброго!"
    await visitor.agree()
    answers = await answers_read_by(identity, runtime)
    assert (answers["expects_message"], answers["neutral_message"]) == ("yes", "nothing_urgent")


async def test_an_invented_way_out_changes_nothing(visitor: Visitor, runtime: Runtime) -> None:
    in_pages(runtime)
    await visitor.open(runtime)
    visitor.fill_in(PULL)
    form = visitor.page.form("review")
    page = await visitor.post([*form.fields(), ("do", "set.nothing.at-all")], form.action)
    assert page.screen == "form.review"
    page = await visitor.post([*form.fields(), ("do", "set.urgency_self.never")], form.action)
    assert page.screen == "form.fill"


async def test_whoever_calls_or_comes_says_until_when(visitor: Visitor, runtime: Runtime, identity: Identity) -> None:
    await visitor.open(runtime)
    visitor.fill_in(PULL)
    assert "līdz pirmdienai, 30. novembrim" in line_of(await visitor.press("review"), "coming_by")
    await visitor.press("change.coming_by")
    visitor.fill(coming_by="2026-12-07")
    await visitor.press("review")
    await visitor.agree()
    assert (await answers_read_by(identity, runtime))["coming_by"] == "2026-12-07"
