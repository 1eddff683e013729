"""kill -9 at every step: conversations go on where they were, and a request is there once or not at all."""

import asyncio
from pathlib import Path

from tests.channels.forms import CALL, Shown, Visitor
from tests.program import Program, Walker, started

WAY = ("go", "contact", "no", "text:Vilak", "place.balvu-novads")
"""From the first screen to the last before the form."""
MOMENTS = (0.0, 0.005, 0.02, 0.08, 0.16)
"""Seconds after “send” at which the program dies: before, within and after its transaction."""
NOTE = "kanārijputniņš piezīmē"


async def take(walker: Walker, step: str) -> None:
    kind, _, text = step.partition(":")
    await (walker.type(text) if kind == "text" else walker.press(step))


async def test_a_conversation_goes_on_where_it_was_whenever_the_program_is_killed(tmp_path: Path) -> None:
    async with started(tmp_path) as (program, walker):
        screen = (await walker.look()).screen
        for step in WAY:
            await take(walker, step)
            assert walker.page
            screen = walker.page.screen
            if step.startswith("text:"):
                continue  # what was found is offered once; only answers are kept
            await program.restart_after_kill()
            await walker.reload()
            assert walker.page.screen == screen
        assert screen == "request.offer"


async def test_a_request_is_there_once_or_not_at_all_and_the_person_sees_which(tmp_path: Path) -> None:
    async with started(tmp_path) as (program, walker):
        for moment in MOMENTS:
            visitor = await at_the_last_press(walker)
            page, before = visitor.page, counts(program)
            sending = asyncio.create_task(visitor.agree())
            await asyncio.sleep(moment)  # the moment of death is what this test is about
            await program.restart_after_kill()
            await asyncio.gather(sending, return_exceptions=True)
            once, all_else = added(program, before)
            assert once in {0, 1}
            assert all_else == {once}, "consent, request, errand and audit stand or fall together"
            receipt = await sent_again(visitor, page, program)
            assert added(program, before) == (1, {1}), "pressing again makes no second request"
            assert await sent_again(visitor, page, program) == receipt
            assert not program.holding(NOTE)


async def sent_again(visitor: Visitor, page: Shown, program: Program) -> str:
    """Press “send” on the page that is still open; answers with the receipt code."""
    visitor.page, visitor.url = page, program.public
    return (await visitor.agree()).code


async def at_the_last_press(walker: Walker) -> Visitor:
    await walker.look()
    for step in WAY:
        await take(walker, step)
    visitor = await walker.open_form()
    visitor.fill_in({name: value for name, value in CALL.items() if name != "area"} | {"note": NOTE})
    await visitor.press("review")
    assert "send" in {name for form in visitor.page.forms for name in form.buttons}, visitor.page.text
    return visitor


AUDITED = "(SELECT count(*) FROM {} WHERE event = 'request_sent')"


def counts(program: Program) -> tuple[int, ...]:
    """Requests, consents, errands and audit entries of sending."""
    tables = (
        "SELECT count(*) FROM contact_requests",
        "SELECT count(*) FROM consents",
        "SELECT count(*) FROM outbox",
        f"SELECT {AUDITED.format('audit')} + {AUDITED.format('audit_waiting')}",
    )
    return tuple(program.rows(table)[0][0] for table in tables)


def added(program: Program, before: tuple[int, ...]) -> tuple[int, set[int]]:
    """How many requests there are more than before, and how many of everything that belongs to one."""
    more = [now - then for now, then in zip(counts(program), before, strict=True)]
    return more[0], set(more[1:])
