"""Who edits and approves a small package, the drafts they make of it, and a person who reads it meanwhile."""

from dataclasses import dataclass

from bot.content import Content
from bot.engine.heard import Pressed, Started
from bot.runtime import Runtime
from bot.usecases.acting import SignedIn
from bot.usecases.content import drafts, publishing
from bot.usecases.content.drafts import Edit
from bot.usecases.person import converse
from bot.usecases.person.converse import Address
from tests.people import a_desk_mate
from tests.usecases.content.approving import approves

BOTH = ("lv", "ru")
HUMAN = "{fact:helpline_116006_phone}, {fact:helpline_116006_hours}, {fact:emergency_phone}: tur klausās."
SHELTER = {
    "menu": "menu",
    "texts": dict.fromkeys(BOTH, "Vieta, kur palikt."),
    "button": dict.fromkeys(BOTH, "Kur palikt"),
}


@dataclass
class Desk:
    """Two who write, two who approve, and what people read."""

    runtime: Runtime
    eva: SignedIn
    anna: SignedIn
    peteris: SignedIn
    zane: SignedIn

    async def draft(self, *edits: Edit, title: str = "Tiesa") -> str:
        draft_id = await drafts.open_draft(self.runtime, self.eva, title)
        for edit in edits:
            await drafts.save_edit(self.runtime, self.eva, draft_id, edit)
        return draft_id

    async def proposed(self, *edits: Edit) -> str:
        draft_id = await self.draft(*edits)
        await publishing.propose(self.runtime, self.eva, draft_id, "Skaidrāk")
        return draft_id

    async def published(self, *edits: Edit) -> int:
        return await approves(self.runtime, self.peteris, await self.proposed(*edits))


async def furnished(runtime: Runtime) -> Desk:
    editors = [await a_desk_mate(runtime, login, "editor", None) for login in ("eva", "anna")]
    approvers = [await a_desk_mate(runtime, login, "approver", None) for login in ("peteris", "zane")]
    return Desk(runtime, *editors, *approvers)


def court(text: str) -> tuple[Edit, ...]:
    return tuple(Edit("text", "court", text, language) for language in BOTH)


def again(runtime: Runtime, content: Content) -> Runtime:
    """Another program on the same database, with the package it came with."""
    return Runtime(runtime.database, content, runtime.settings, runtime.secrets, runtime.now)


async def a_conversation(runtime: Runtime, key: str, presses: tuple[str, ...]) -> Address:
    address = Address("web", key)
    reply = await converse.hear(runtime, address, Started("lv"))
    for choice in presses:
        assert reply.card
        reply = await converse.hear(runtime, address, Pressed(reply.card.screen, choice))
    return address
