"""A refusal loses no sentence that was typed, and leads back to where it was typed."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from aiohttp import ClientSession

from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.casework import handling, requests
from bot.usecases.casework.showings import ToldFirst
from bot.usecases.content import drafts, round_walks, rounds
from bot.usecases.person import contact
from tests.desk.content.drafting import Editing
from tests.faces import Clock
from tests.people import (
    PASSWORD,
    a_colleague,
    a_desk_mate,
    a_key,
    a_request,
    a_service,
    acting,
    browser_of,
    serving,
    sign_in,
    the_request,
)

REASON = "kept for the answer of the court"
WITH_A_NUMBER = "call me on 26123456 <b>"
TO_REQUEST = "Atpakaļ uz pieprasījumu"


@dataclass
class Plain:
    """Ilze in a browser without a script, and one request that she has taken."""

    runtime: Runtime
    browser: ClientSession
    reference: str
    code: str
    ilze: SignedIn

    @property
    def here(self) -> str:
        return f"/requests/{self.reference}"

    async def press(self, action: str, **fields: str) -> tuple[int, str]:
        async with self.browser.post(f"{self.here}/{action}", data=fields) as answer:
            return answer.status, await answer.text()


@pytest.fixture
async def plain(runtime: Runtime, clock: Clock) -> AsyncIterator[Plain]:
    await a_service(runtime)
    colleague = await a_colleague(runtime, clock, "ilze", "worker", "balvi")
    ilze = await acting(runtime, clock, colleague)
    await a_key(runtime, ilze)
    code = await a_request(runtime)
    reference = await the_request(runtime)
    async with serving(runtime) as url, browser_of(url) as browser:
        await sign_in(browser, clock, colleague)
        await requests.take(runtime, ilze, reference)
        yield Plain(runtime, browser, reference, code, ilze)


async def takes_over(plain: Plain, head: SignedIn) -> None:
    """Told first from whom, as the page tells her."""
    with pytest.raises(ToldFirst) as first:
        await requests.take_over(plain.runtime, head, plain.reference)
    await requests.take_over(plain.runtime, head, plain.reference, first.value.truth.mark)


@pytest.mark.parametrize("action", ["lower", "extend"])
@pytest.mark.parametrize("reason", [WITH_A_NUMBER, "short"])
async def test_a_refused_reason_stays_in_its_field_with_the_refusal_beside_it(
    plain: Plain, action: str, reason: str
) -> None:
    status, text = await plain.press(action, reason=reason)
    assert status == 400
    form = text.partition(f'action="{plain.here}/{action}"')[2].partition("</form>")[0]
    assert f'value="{reason.replace("<", "&lt;").replace(">", "&gt;")}"' in form
    assert '<p class="wrong" role="alert">' in form
    assert text.count('class="wrong"') == 1, "beside the one that was sent"
    assert text.count(f'value="{reason[:5]}') == 1
    assert '<details class="sheet" id="more" open>' in text


@pytest.mark.parametrize(
    "action", ["back", "meet", "extend", "close", "came", "wait", "attempt", "raise", "lower", "erase"]
)
async def test_an_action_that_is_refused_leads_back_to_its_request(plain: Plain, clock: Clock, action: str) -> None:
    zane = await a_desk_mate(plain.runtime, "zane", "head", "balvi")
    await takes_over(plain, zane)  # meanwhile
    await handling.note_arrival(plain.runtime, zane, plain.reference)
    if action in ("raise", "lower", "attempt"):
        await contact.withdraw(plain.runtime, plain.code)
    reason = "met" if action == "close" else REASON
    fields = {"reason": reason, "outcome": "no_answer", "most": "1", "day": "2026-11-27"}
    status, text = await plain.press(action, sure="yes", **fields)
    assert status >= 400
    assert f'<a href="{plain.here}">{TO_REQUEST}</a>' in text
    assert "Uz jūsu sākumlapu" not in text


async def test_a_reason_that_comes_too_late_can_be_copied(plain: Plain) -> None:
    zane = await a_desk_mate(plain.runtime, "zane", "head", "balvi")
    await takes_over(plain, zane)
    status, text = await plain.press("extend", reason=f"{REASON} <b>")
    assert status == 403
    assert f"{REASON} &lt;b&gt;</textarea>" in text


async def test_what_is_hidden_from_her_now_leads_to_the_queue(plain: Plain) -> None:
    async with plain.runtime.database.store() as store:
        row = await store.requests.by_id(plain.reference)
        assert row
        row.head_only = True
    status, text = await plain.press("lower", reason=REASON)
    assert status == 404
    assert '<a href="/requests">Atpakaļ uz rindu</a>' in text


async def test_no_secret_is_ever_shown_again(plain: Plain) -> None:
    for path in ("/key/own", "/key/change", "/me/codes"):
        form = {"password": PASSWORD, "passphrase": "my own four words", "code": "123456", "text": "a wish"}
        async with plain.browser.post(path, data=form) as answer:
            text = await answer.text()
            assert answer.status >= 400, path
        assert not [secret for secret in (PASSWORD, "my own four words", "123456") if secret in text]


async def test_another_page_cannot_have_its_words_shown_here(plain: Plain) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    async with plain.browser.post(f"{plain.here}/lower", data={"reason": REASON}, headers=headers) as answer:
        assert answer.status == 403
        assert REASON not in await answer.text()


async def a_round(editing: Editing) -> str:
    card = rounds.Scenario("one", {"lv": "Viens"}, {"lv": "Situācija."})
    closes = editing.runtime.now().date()
    return await rounds.open_round(editing.runtime, editing.eva, editing.draft_id, "Kārta", closes, [card])


async def posted(editing: Editing, path: str, **fields: str) -> tuple[int, str]:
    async with editing.browser.post(path, data=fields) as answer:
        return answer.status, await answer.text()


async def test_a_proposal_while_a_round_is_open_keeps_its_note_in_its_field(editing: Editing) -> None:
    await a_round(editing)
    here = f"/content/drafts/{editing.draft_id}"
    status, text = await posted(editing, f"{here}/propose", note="Trīs teksti par bērniem")
    assert status == 409
    form = text.partition(f'action="{here}/propose"')[2].partition("</form>")[0]
    assert ">\nTrīs teksti par bērniem</textarea>" in form
    assert (await drafts.read_draft(editing.runtime, editing.draft_id)).heading.standing == "open"


async def test_a_proposal_that_comes_too_late_can_be_copied_and_leads_back_to_the_draft(editing: Editing) -> None:
    here = f"/content/drafts/{editing.draft_id}"
    async with editing.runtime.database.store() as store:
        row = await store.drafts.by_id(editing.draft_id)
        assert row
        row.standing = "proposed"
    status, text = await posted(editing, f"{here}/propose", note="Trīs teksti <par bērniem>")
    assert status == 409
    assert ">\nTrīs teksti &lt;par bērniem&gt;</textarea>" in text
    assert f'<a href="{here}">Atpakaļ uz iepriekšējo vietu</a>' in text


async def test_a_proposal_of_a_draft_that_is_gone_leads_to_the_others(editing: Editing) -> None:
    await drafts.discard(editing.runtime, editing.eva, editing.draft_id)
    status, text = await posted(editing, f"/content/drafts/{editing.draft_id}/propose", note="Trīs teksti")
    assert status == 404
    assert ">\nTrīs teksti</textarea>" in text
    assert '<a href="/content/drafts">' in text


async def test_an_answer_that_is_refused_stays_beside_its_comment(editing: Editing) -> None:
    runtime, held = editing.runtime, await a_round(editing)
    (link,) = await rounds.invite(runtime, editing.eva, held, "Balvu sociālais dienests")
    session = await round_walks.join(runtime, link.rpartition("/")[2], "Ilze", "lv")
    who = await round_walks.get_practitioner(runtime, session)
    assert who
    await round_walks.take_card(runtime, who, "one")
    await round_walks.walk(runtime, who, None)
    for text in ("Nav saprotams.", "Pārāk garš."):
        await round_walks.comment(runtime, who, "menu", "unclear", text)
    one, _ = (await rounds.view_round(runtime, held)).comments
    sent = {"comment": str(one.id), "verdict": "", "answer": "Tas mainās <nākamreiz>"}
    status, text = await posted(editing, f"/content/rounds/{held}/answer", **sent)
    assert status == 400
    assert text.count("Tas mainās &lt;nākamreiz&gt;</textarea>") == 1
    form = text.partition(f'name="comment" value="{one.id}"')[2].partition("</form>")[0]
    assert "Tas mainās &lt;nākamreiz&gt;</textarea>" in form
    assert 'class="wrong"' in form
