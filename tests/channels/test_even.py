"""Who watches the line learns nothing from the length of an answer, nor from its delay (`make bench` looks closer)."""

import pytest

from bot.channels import form_frame
from bot.channels.form_frame import PAGE_SIZE
from bot.runtime import Runtime
from tests.channels.forms import CALL, Visitor


async def at_consent(visitor: Visitor, runtime: Runtime, language: str) -> None:
    await visitor.open(runtime, language)
    visitor.fill_in(CALL | {"urgency_self": "when_possible"})
    await visitor.press("review")


def length(visitor: Visitor) -> int:
    return len(visitor.page.html.encode())


async def test_whether_something_was_sent_found_or_taken_back_is_no_question_of_length(
    visitor: Visitor, runtime: Runtime
) -> None:
    seen: dict[str, int] = {}
    for language in runtime.content.dialogue.languages:
        await at_consent(visitor, runtime, language)
        await visitor.press("send")
        seen[f"{language}: not sent, a tick is missing"] = length(visitor)
        code = (await visitor.agree()).code
        seen[f"{language}: sent"] = length(visitor)
        await visitor.go("/form")
        await visitor.press(f"code.{language}")
        await visitor.press("look", code="1")
        seen[f"{language}: not found"] = length(visitor)
        await visitor.press("look", code=code)
        seen[f"{language}: found"] = length(visitor)
        for do in ("withdraw", "withdraw-now"):
            await visitor.press(do)
            seen[f"{language}: {do}"] = length(visitor)
        await visitor.post([("do", f"code.{language}")])
        await visitor.press("look", code=code)
        seen[f"{language}: looked at once more"] = length(visitor)
    assert {what: long for what, long in seen.items() if long != PAGE_SIZE} == {}


async def test_each_answer_waits_for_its_step_of_time(
    visitor: Visitor, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []

    async def noted(seconds: float) -> None:
        pauses.append(seconds)

    await at_consent(visitor, runtime, "lv")
    monkeypatch.setattr(form_frame, "sleep", noted)
    await visitor.press("send")
    code = (await visitor.agree()).code
    for do, typed in (("look", "1"), ("look", code), ("withdraw", "1"), ("withdraw", code)):
        await visitor.post([("do", "code.lv")])
        await visitor.press(do, code=typed)
    assert len(pauses) == 6
