"""An approver who has just read what is proposed, and presses."""

from bot.runtime import Runtime
from bot.usecases import publishing, wording
from bot.usecases.acting import SignedIn


async def approves(runtime: Runtime, approver: SignedIn, draft_id: str) -> int:
    read = wording.readable(await wording.draft(runtime, draft_id))
    return await publishing.approve(runtime, approver, draft_id, read.revision)
