"""The review shows what is sent, line by line, and nothing is sent without a consent to just these words."""

import re

from pyrage.x25519 import Identity

from bot.runtime import Runtime
from tests.channels.form_requests import answers_read_by, requests, to_review
from tests.channels.forms import Visitor


async def test_the_review_shows_each_line_that_is_sent_and_nothing_else(
    visitor: Visitor, runtime: Runtime, identity: Identity
) -> None:
    await to_review(visitor, runtime, called="Anna", topics=["lawyer", "money"])
    lines = re.findall(r'data-field="(\w+)"', visitor.page.html)
    assert "+37126123456" in visitor.page.text
    assert "trešdien 12.00–14.30" in visitor.page.text
    await visitor.agree()
    assert lines == list(await answers_read_by(identity, runtime))


async def test_a_line_can_be_taken_away_and_another_changed(visitor: Visitor, runtime: Runtime) -> None:
    await to_review(visitor, runtime, note="par daudz", called="Anna")
    page = await visitor.press("remove.note")
    assert page.screen == "form.review"
    assert "par daudz" not in page.html
    page = await visitor.press("change.called")
    assert page.screen == "form.fill"
    assert 'value="Anna"' in page.html
    assert re.search(r'name="a.called"[^>]* autofocus', page.html)
    visitor.fill(called="Ilze")
    assert "Ilze" in (await visitor.press("review")).text


async def test_what_a_request_needs_cannot_be_taken_away(visitor: Visitor, runtime: Runtime) -> None:
    await to_review(visitor, runtime)
    buttons = visitor.page.form("send").buttons
    assert not {"remove.area", "remove.phone", "remove.contact_mode", "remove.age_band"} & set(buttons)
    assert {"change.area", "change.phone"} <= set(buttons)


async def test_consent_is_asked_purpose_by_purpose_and_nothing_is_ticked(visitor: Visitor, runtime: Runtime) -> None:
    await to_review(visitor, runtime)
    page = visitor.page
    boxes = [box for box in page.form("send").controls if box.kind == "checkbox"]
    assert [box.name for box in boxes] == ["c.send_request", "c.contact_me_as_described"]
    assert not any(box.on for box in boxes)
    for said in ("Balvu novada Sociālais dienests", "30 dienām", "jāziņo", "Datu valsts inspekcija", "ar kodu"):
        assert said in page.text


async def test_without_each_tick_nothing_is_sent_and_help_stays_in_reach(visitor: Visitor, runtime: Runtime) -> None:
    await to_review(visitor, runtime)
    page = await visitor.press("send", **{"c.send_request": "yes"})
    assert page.screen == "form.review"
    assert "bez šīs atzīmes neko nesūtām" in page.text
    assert [box.on for box in page.form("send").controls if box.kind == "checkbox"] == [True, False]
    assert 'href="tel:116006"' in page.html
    assert await requests(runtime) == []


async def test_consent_to_other_words_than_were_shown_is_none(visitor: Visitor, runtime: Runtime) -> None:
    await to_review(visitor, runtime)
    for control in visitor.page.form("send").controls:
        control.on = control.on or control.kind == "checkbox"
    page = await visitor.post([*visitor.page.form("send").fields(), ("wording", "0" * 16), ("do", "send")])
    assert page.screen == "form.review"
    assert await requests(runtime) == []
