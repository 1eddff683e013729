"""What the pages of the form hand on is sealed: no page posts what another one asked, and nobody else opens it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.pages import LONGEST_BODY
from bot.engine.languages import LANGUAGES
from bot.engine.request import Pair
from bot.runtime import Runtime, Secrets
from bot.usecases.person import carrying, leaving
from tests.channels.forms import CALL, Visitor, carried_by, furnish, in_pages, visiting
from tests.channels.test_leaving import PAGES, come_to
from tests.conftest import runtime_on
from tests.faces import Clock

OPENLY = {"token", "language", "from", "at", "carried", "screen", "press"}
"""What pages hand on in words: whose page it is and which one, and the way back into the chat."""
SECRETS = ("CANARY", "26 123 456", "26123456")
FILLED = CALL | {"note": "CANARY"}


def hidden(visitor: Visitor) -> list[Pair]:
    return [
        (control.name, control.value)
        for form in visitor.page.forms
        for control in form.controls
        if control.kind == "hidden" and control.on
    ]


def spoilt(visitor: Visitor, do: str) -> list[Pair]:
    """The press with something changed in what the page hands on."""
    fields = dict(visitor.page.form(do).fields())
    sealed = fields["carried"]
    place = len(sealed) // 2
    other = "A" if sealed[place] != "A" else "B"
    return [
        *[pair for pair in visitor.page.form(do).fields() if pair[0] != "carried"],
        ("carried", sealed[:place] + other + sealed[place + 1 :]),
        ("do", do),
    ]


async def review(visitor: Visitor, runtime: Runtime) -> None:
    await visitor.open(runtime)
    visitor.fill_in(FILLED)
    await visitor.press("review")


# --- Nothing in words -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("screen", [screen for screen in PAGES if screen != "chat"])
async def test_no_page_hands_on_anything_in_words(visitor: Visitor, runtime: Runtime, screen: str) -> None:
    await come_to(visitor, runtime, "/", screen)
    pairs = hidden(visitor)
    assert {name for name, _ in pairs} <= OPENLY
    said = " ".join(value for _, value in pairs)
    assert not [secret for secret in SECRETS if secret in said]
    code = dict(visitor.page.carried).get("code", "").replace(" ", "")
    assert not code or code not in said.replace(" ", "")


async def test_what_was_pressed_in_the_chat_is_handed_on_sealed(visitor: Visitor, runtime: Runtime) -> None:
    await visitor.open(runtime, danger_gate=("yes",))
    assert visitor.page.values("danger_gate") == ["yes"]
    assert "danger_gate" not in visitor.page.html


async def test_the_length_of_the_seal_tells_little(visitor: Visitor, runtime: Runtime) -> None:
    token = leaving.new_token(runtime)
    sealed = {len(carrying.seal(runtime, token, [("a.note", "x" * long)])) for long in range(0, 300, 20)}
    assert len(sealed) == 1


# --- Opened by whom ---------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=200)), max_size=20))
def test_what_is_sealed_comes_back_as_it_was(pairs: list[Pair]) -> None:
    runtime = Sealing()
    sealed = carrying.seal(runtime, "token", pairs)  # type: ignore[arg-type]  # its keys are all that is used
    assert [*(carrying.unseal(runtime, "token", sealed) or ())] == pairs  # type: ignore[arg-type]
    assert (carrying.unseal(runtime, "other", sealed) is None) == bool(pairs)  # type: ignore[arg-type]


class Sealing:
    """A program's keys and nothing else of it."""

    secrets = Secrets("a secret of the tests, long enough")


@pytest.mark.parametrize("sealed", ["x", "ž", "A" * 40, "=", "A" * 2000, "\0"])
async def test_what_we_did_not_seal_opens_nothing(runtime: Runtime, sealed: str) -> None:
    assert carrying.unseal(runtime, leaving.new_token(runtime), sealed) is None


async def test_after_leaving_it_opens_nothing(visitor: Visitor, runtime: Runtime) -> None:
    await review(visitor, runtime)
    fields = visitor.page.form("send").fields()
    await visitor.post([("token", dict(fields)["token"])], "/leave")
    page = await visitor.post([*fields, ("do", "review")])
    assert (page.screen, "CANARY" in page.html) == ("form.start", False)
    stolen = dict(fields)["carried"]
    await visitor.open(runtime)  # he puts it into a page of his own
    mine = {**dict(visitor.page.form(visitor.page.onward).fields()), "carried": stolen}
    page = await visitor.post([*mine.items(), ("do", "change.note")])
    assert (page.screen, "CANARY" in page.html) == ("form.fill", False)


async def test_another_replica_and_a_program_started_anew_open_it(
    clock: Clock, postgres_url: str, runtime: Runtime, shipped: object
) -> None:
    async with runtime_on(postgres_url, clock, runtime.content) as one:
        await furnish(one)
        async with visiting(one) as here:
            await review(here, one)
            fields = here.page.form("send").fields()
    async with runtime_on(postgres_url, clock, runtime.content) as other, visiting(other) as there:
        there.page = here.page
        assert (await there.post([*fields, ("do", "review")])).screen == "form.review"
        assert (await there.agree()).screen == "form.receipt"


# --- Spoilt -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("do", ["send", "add", "change.note", "language"])
async def test_where_it_cannot_be_opened_the_questions_come_again_and_the_page_says_why(
    visitor: Visitor, runtime: Runtime, language: str, do: str
) -> None:
    await visitor.open(runtime, language)
    visitor.fill_in(FILLED)
    await visitor.press("review")
    other = next(code for code in LANGUAGES if code != language)
    do = f"language.{other}" if do == "language" else do
    page = await visitor.post(spoilt(visitor, do))
    assert page.screen == "form.fill"
    assert runtime.content.text("request.page.lost", other if "language" in do else language) in page.text
    assert not [secret for secret in SECRETS if secret in page.html]


async def test_nothing_is_sent_of_what_cannot_be_opened(visitor: Visitor, runtime: Runtime) -> None:
    await review(visitor, runtime)
    for control in visitor.page.form("send").controls:
        control.on = control.on or control.kind == "checkbox"
    assert (await visitor.post(spoilt(visitor, "send"))).screen == "form.fill"
    async with runtime.database.store() as store:
        assert await store.requests.waiting("balvi") == []


async def test_what_the_page_itself_asked_is_kept(visitor: Visitor, runtime: Runtime) -> None:
    in_pages(runtime, ("contact_mode", "device_watched"), ("phone", "phone_is"))
    await visitor.open(runtime)
    for name in ("contact_mode", "device_watched"):
        visitor.page.form("next.p0").set(f"a.{name}", CALL[name])
    await visitor.press("next.p0")
    visitor.page.form("next.p1").set("a.phone", "26 123 456")
    page = await visitor.post(spoilt(visitor, "next.p1"))
    assert page.onward == "next.p0"
    assert page.values("contact_mode") == []
    assert page.values("phone") == ["26 123 456"]


@pytest.mark.parametrize("screen", ["receipt", "standing", "times", "confirm", "screen", "screen-review"])
async def test_behind_a_code_the_code_is_asked_for_again_and_nothing_is_changed(
    visitor: Visitor, runtime: Runtime, screen: str
) -> None:
    await come_to(visitor, runtime, "/form", screen)
    form = next(candidate for candidate in visitor.page.forms if any(c.name == "carried" for c in candidate.controls))
    for do in [button for button in form.buttons if button]:
        before = visitor.page
        page = await visitor.post(spoilt(visitor, do))
        language = page.language
        assert page.screen == "form.code", do
        assert runtime.content.text("request.page.lost.code", language) in page.text
        visitor.page = before
    async with runtime.database.store() as store:
        (request,) = await store.requests.waiting("balvi")
        assert (request.status, request.call_blocked, await store.additions.count(request.id)) == ("new", False, 0)


# --- Its size ---------------------------------------------------------------------------------------------------------


async def test_every_question_answered_at_its_longest_fits(visitor: Visitor, runtime: Runtime) -> None:
    form = runtime.content.request
    in_pages(runtime, [name for name in form.fields if name == "contact_mode"])
    token = leaving.new_token(runtime)
    days = [
        (f"a.windows{row}.day", day) for row in (1, 2, 3) for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    ]
    texts = [(f"a.{name}", "🌻" * (field.longest or 20)) for name, field in form.fields.items() if not field.options]
    chosen = [(f"a.{name}", value) for name, field in form.fields.items() for value in _most(field.type, field.options)]
    everything = [("once", "0" * 32), *days, *texts, *chosen]
    sealed = carrying.seal(runtime, token, everything)
    assert carried_by(runtime, {"token": token, "carried": sealed}) == everything
    assert len(sealed) < LONGEST_BODY / 2


def _most(kind: str, options: tuple[str, ...]) -> tuple[str, ...]:
    return options if kind == "several" else tuple(sorted(options, key=len)[-1:])


async def test_what_no_form_of_ours_holds_is_bounded_and_loses_its_longest_parts(runtime: Runtime) -> None:
    token = leaving.new_token(runtime)
    pairs = [("a.note", "x" * 12_000), ("a.phone", "26123456"), ("a.called", "y" * 7_000)]
    sealed = carrying.seal(runtime, token, pairs)
    assert carried_by(runtime, {"token": token, "carried": sealed}) == [
        ("a.phone", "26123456"),
        ("a.called", "y" * 7_000),
    ]
    assert len(sealed) < LONGEST_BODY
