"""An approver who has just read what is proposed, and presses."""

from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.content import drafts, publishing


async def approves(runtime: Runtime, approver: SignedIn, draft_id: str) -> int:
    read = drafts.readable(await drafts.read_draft(runtime, draft_id))
    return await publishing.approve(runtime, approver, draft_id, read.revision)
