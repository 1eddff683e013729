"""The report of a round: who took part, the comments with their answers, and what the draft changed since."""

import asyncio
from dataclasses import dataclass

from bot.content import Content
from bot.runtime import Runtime
from bot.usecases.content import drafts
from bot.usecases.content.changes import Changes, compare
from bot.usecases.content.rounds import Held, frozen_content, view_round


@dataclass(frozen=True, slots=True)
class Report:
    """A round for printing. `since`: what the draft changed since the round began; None if it is unreadable."""

    held: Held
    frozen: Content
    screens: int
    since: Changes | None


async def make_report(runtime: Runtime, round_id: str) -> Report:
    """Collect a round for printing. Raises NotFound, BrokenContent."""
    held = await view_round(runtime, round_id)
    frozen = await frozen_content(runtime, round_id)
    draft = await drafts.read_draft(runtime, held.draft_id)
    since = await asyncio.to_thread(compare, frozen, draft.content) if draft.content else None
    return Report(held, frozen, sum(not screen.branch for screen in frozen.dialogue.screens.values()), since)
