"""Moves a web conversation to a new token at each press, for browsers that do not say which site a press comes from.

The answer to a press may be lost, and then the old page is pressed again. So the state which that page was shown with
stays under its token until the next page is pressed, which proves that the answer arrived, or until it has been idle
for half an hour.

Suppose somebody else knows the old token, because he put that page into her browser. A token holds only the state its
page was shown with, or what his own presses led to; her presses are written under tokens that only she was given.

- He looks: he sees the page that he put there or, after her second press, the first page.
- He presses after her: he continues from his own page, in a conversation of his own.
- He presses first: she continues from what he put there, as she would have anyway.
- He presses his next page: her page can no longer be repeated, and only if its answer was lost does she start over.

No token of hers ever reaches him, and none of his replaces hers. That her pages are pressed at all, his token showed
him before.
"""

from dataclasses import replace

from bot.runtime import Runtime
from bot.usecases.person.converse import TRIES, Address, address_key
from bot.usecases.person.memory import Memory
from bot.usecases.retrying import retry


async def branch(runtime: Runtime, old: Address, new: Address) -> None:
    """Continue at the new address. Keep the state of the old one, and forget the one before that."""
    await retry(lambda: _branch_once(runtime, address_key(runtime, old), address_key(runtime, new)), TRIES)


async def _branch_once(runtime: Runtime, key: bytes, fresh: bytes) -> None:
    async with runtime.database.store() as store:
        row = await store.conversations.get(key)
        if row is None:
            return
        memory = Memory.from_bytes(row.content)
        kept = replace(memory, before=key).to_bytes()
        await store.conversations.put(fresh, row.channel, kept, row.idle_at, row.ends_at, None)
        if memory.before:
            await store.conversations.delete(memory.before)
