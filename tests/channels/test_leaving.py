"""A page that was left or is older than a day does nothing any more: its address shows what anybody sees there."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.engine.risk import QUESTIONS
from bot.jobs import timetable
from bot.runtime import Runtime
from bot.usecases.person import leaving
from tests.channels.forms import CALL, Shown, Visitor, furnish, in_pages, visiting
from tests.conftest import runtime_on
from tests.faces import Clock

PHONE = "26123456"
PAGES = (
    *("chat", "fill", "review", "receipt", "code"),
    *("standing", "times", "confirm", "screen", "screen-review"),
)
CHANGES = ("send", "withdraw-now", "unsafe-now", "new-times", "send-screen")


@dataclass(frozen=True)
class Posted:
    """A press as the browser keeps it in its history, and where it went."""

    path: str
    pairs: Sequence[tuple[str, str]]

    @property
    def token(self) -> str:
        return dict(self.pairs)["token"]


async def press(visitor: Visitor, do: str, **ticks: str) -> Posted:
    form = visitor.page.form(do)
    for name, value in ticks.items():
        form.set(name, value)
    posted = Posted(form.action, [*form.fields(), ("do", do)])
    await visitor.post(posted.pairs, posted.path)
    return posted


async def opened(visitor: Visitor, runtime: Runtime, address: str) -> Posted:
    """The form, from the web chat or from Telegram."""
    in_pages(runtime)
    if address == "/form":
        await visitor.open(runtime)
        posted = Posted(address, visitor.page.form("review").fields())
    else:
        posted = Posted(address, [("token", leaving.new_token(runtime)), ("language", "ru"), ("form", "request")])
        await visitor.post(posted.pairs, address)
    return posted


async def come_to(visitor: Visitor, runtime: Runtime, address: str, screen: str) -> Posted:
    """The last press on the way to a page, as a browser keeps it."""
    if screen == "chat":
        posted = Posted("/", [("token", leaving.new_token(runtime)), ("language", "ru"), ("press", "helplines")])
        await visitor.post([*posted.pairs[:-1], ("screen", "start"), ("press", "go")], "/")
        await visitor.post([*posted.pairs, ("screen", "menu")], "/")
        return posted
    posted = await opened(visitor, runtime, address)
    if screen == "fill":
        return await press(visitor, "language.en")
    visitor.fill_in(CALL | {"note": "CANARY"})
    posted = await press(visitor, "review")
    if screen != "review":
        ticks = {control.name: "yes" for control in visitor.page.form("send").controls if control.kind == "checkbox"}
        posted = await press(visitor, "send", **ticks)
    if screen in ("review", "receipt"):
        return posted
    return await behind_the_code(visitor, screen)


async def behind_the_code(visitor: Visitor, screen: str) -> Posted:
    if screen.startswith("screen"):
        posted = await press(visitor, "screen")
        for do in (f"answer.{QUESTIONS[0]}.yes", "stop") if screen == "screen-review" else ():
            posted = await press(visitor, do)
        return posted
    code = visitor.page.code
    visitor.page.form("screen").buttons["code"] = ""  # as on the page that asks for a code
    posted = await press(visitor, "code")
    if screen != "code":
        posted = await press(visitor, "look", code=code)
    if screen in ("times", "confirm"):
        posted = await press(visitor, "times" if screen == "times" else "withdraw")
    return posted


async def changed(runtime: Runtime) -> list[tuple[object, ...]]:
    """All that a press can change of the requests."""
    async with runtime.database.store() as store:
        waiting = await store.requests.waiting("balvi")
        return [(request.id, request.call_blocked, await store.additions.count(request.id)) for request in waiting]


def without_token(page: Shown) -> str:
    """Each page names another visitor; nothing else in it may differ."""
    token = next(value for form in page.forms for name, value in form.fields() if name == "token")
    return page.html.replace(token, "")


async def first_page(visitor: Visitor, address: str) -> str:
    return without_token(await visitor.go(address))


# --- Left -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/", "/form"])
@pytest.mark.parametrize("screen", PAGES)
async def test_whatever_a_left_page_posts_is_answered_with_what_anybody_sees(
    visitor: Visitor, runtime: Runtime, address: str, screen: str
) -> None:
    posted = await come_to(visitor, runtime, address, screen)
    assert visitor.page.screen == ("helplines" if screen == "chat" else f"form.{screen}")
    before = visitor.page
    await visitor.post([("token", posted.token)], "/leave")
    assert visitor.page.status == 303
    expected = await first_page(visitor, posted.path)
    again = await visitor.post(posted.pairs, posted.path)
    assert (again.status, without_token(again)) == (200, expected)
    pressable = [(form.action, form.fields(), do) for form in before.forms for do in form.buttons if do]
    for path, fields, do in pressable:
        assert without_token(await visitor.post([*fields, ("do", do)], path)) == await first_page(visitor, path), do
    assert without_token(await visitor.post([("token", posted.token), ("language", "ru")], "/")) == await first_page(
        visitor, "/"
    )


@pytest.mark.parametrize("do", CHANGES)
async def test_a_left_page_changes_nothing(visitor: Visitor, runtime: Runtime, do: str) -> None:
    screen = {"send": "review", "withdraw-now": "confirm", "unsafe-now": "standing", "new-times": "times"}
    await come_to(visitor, runtime, "/form", screen.get(do, "screen-review"))
    if do == "unsafe-now":
        await press(visitor, "unsafe")
    form = visitor.page.form(do)
    for control in form.controls:
        control.on = control.on or control.name.startswith("c.")
    for name, value in (("day", "mon"), ("from", "10:00"), ("to", "11:00")) if do == "new-times" else ():
        form.set(f"a.windows1.{name}", value)
    before = await changed(runtime)
    await visitor.post([("token", dict(form.fields())["token"])], "/leave")
    page = await visitor.post([*form.fields(), ("do", do)])
    assert page.screen == "form.start"
    assert await changed(runtime) == before


async def test_hiding_in_the_chat_is_leaving(visitor: Visitor, runtime: Runtime) -> None:
    posted = await come_to(visitor, runtime, "/", "chat")
    await visitor.post([*posted.pairs[:-1], ("screen", "helplines"), ("press", "hide")], "/")
    assert visitor.page.status == 303
    assert (await visitor.post(posted.pairs, "/")).screen == "start"


async def test_one_who_left_takes_nobody_elses_page_away(visitor: Visitor, runtime: Runtime) -> None:
    posted = await come_to(visitor, runtime, "/", "review")
    other = await come_to(visitor, runtime, "/", "review")
    await visitor.post([("token", other.token)], "/leave")
    assert (await visitor.post(posted.pairs, "/")).screen == "form.review"


async def test_what_was_left_at_one_replica_has_left_at_the_other(
    clock: Clock, postgres_url: str, runtime: Runtime, shipped: object
) -> None:
    async with (
        runtime_on(postgres_url, clock, runtime.content) as one,
        runtime_on(postgres_url, clock, runtime.content) as other,
    ):
        await furnish(one)
        async with visiting(one) as here, visiting(other) as there:
            posted = await come_to(here, one, "/", "review")
            assert (await there.post(posted.pairs, "/")).screen == "form.review"
            await there.post([("token", posted.token)], "/leave")
            assert (await here.post(posted.pairs, "/")).screen == "start"


# --- Remembered -------------------------------------------------------------------------------------------------------


async def test_only_a_keyed_hash_of_the_token_is_remembered(visitor: Visitor, runtime: Runtime, tmp_path: Path) -> None:
    posted = await come_to(visitor, runtime, "/", "review")
    await visitor.post([("token", posted.token)], "/leave")
    assert runtime.pending.left == {}, "nothing waits in memory"
    await runtime.database.shrink()
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for token in (posted.token, posted.token[:28]):
        assert token.encode() not in written
    assert (tmp_path / "blakus.sqlite").exists()


@pytest.mark.parametrize("token", ["", "x" * 40, "x" * 22, "ž" * 40])
async def test_leaving_with_a_token_that_is_none_of_ours_writes_nothing(
    visitor: Visitor, runtime: Runtime, token: str
) -> None:
    await visitor.post([("token", token)], "/leave")
    assert visitor.page.status == 303
    async with runtime.database.store() as store:
        assert await store.left_pages.expire(runtime.now() + 2 * leaving.LASTS) == 0
    assert runtime.pending.left == {}


async def test_with_the_database_gone_leaving_leaves_and_the_mark_is_written_later(
    visitor: Visitor, runtime: Runtime
) -> None:
    posted = await come_to(visitor, runtime, "/", "review")
    runtime.database.is_open = False
    await visitor.post([("token", posted.token)], "/leave")
    assert visitor.page.status == 303
    assert (await visitor.post(posted.pairs, "/")).screen == "start"
    runtime.database.is_open = True
    await timetable(runtime, None)["write_left"][1]()
    assert runtime.pending.left == {}
    assert await leaving.has_left(runtime, posted.token), "the database knows it now"
    assert (await visitor.post(posted.pairs, "/")).screen == "start"


async def test_leaving_while_the_database_is_gone_ends_the_conversation_when_it_is_back(
    visitor: Visitor, runtime: Runtime
) -> None:
    posted = await come_to(visitor, runtime, "/", "chat")
    runtime.database.is_open = False
    await visitor.post([("token", posted.token)], "/leave")
    runtime.database.is_open = True
    async with runtime.database.store() as store:
        assert await store.conversations.count() == 1
    await leaving.write_down_at_stop(runtime)
    async with runtime.database.store() as store:
        assert await store.conversations.count() == 0


# --- Grown old --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/", "/form"])
@pytest.mark.parametrize("screen", PAGES)
async def test_a_page_older_than_a_day_is_none_any_more(
    visitor: Visitor, runtime: Runtime, clock: Clock, address: str, screen: str
) -> None:
    posted = await come_to(visitor, runtime, address, screen)
    clock.move(hours=24, seconds=1)
    page = await visitor.post(posted.pairs, posted.path)
    assert without_token(page) == await first_page(visitor, posted.path)


async def test_the_mark_of_a_page_outlives_the_page(visitor: Visitor, runtime: Runtime, clock: Clock) -> None:
    """So that there is no moment at which neither its age nor its mark stops it."""
    posted = await come_to(visitor, runtime, "/", "review")
    await visitor.post([("token", posted.token)], "/leave")
    clock.move(hours=23, minutes=59)
    await timetable(runtime, None)["expire_conversations"][1]()
    assert leaving.end_of(runtime, posted.token)
    assert (await visitor.post(posted.pairs, "/")).screen == "start"


@pytest.mark.parametrize("minutes", [31, 23 * 60])
async def test_a_form_over_which_somebody_thought_for_long_is_still_sent(
    visitor: Visitor, runtime: Runtime, clock: Clock, minutes: int
) -> None:
    await opened(visitor, runtime, "/")
    visitor.fill_in(CALL)
    clock.move(minutes=minutes)
    for job in ("expire_conversations", "write_left"):
        await timetable(runtime, None)[job][1]()
    await visitor.press("review")
    assert (await visitor.agree()).screen == "form.receipt"


async def test_the_time_in_a_token_cannot_be_changed(runtime: Runtime, clock: Clock) -> None:
    token = leaving.new_token(runtime)
    clock.move(hours=25)
    younger = leaving.new_token(runtime)[:6] + token[6:]
    assert leaving.end_of(runtime, younger) is None


async def test_a_clock_that_was_put_back_ends_nobodys_page(runtime: Runtime, clock: Clock) -> None:
    token = leaving.new_token(runtime)
    clock.move(hours=-2)
    assert leaving.end_of(runtime, token)
