"""A conversation on the web that goes on under another token at each press, as it does where the browser does not say
which site a press comes from.

The answer to a press may be lost on the way, and then the page that is still there is pressed once more. So under the
old token stays what was known when its page was shown, until the page that followed is pressed, which shows that the
answer came, or until the half hour of its own last press is over.

What if somebody else knows the old token, because he put that page into her browser? Under a token stands only what was
known when its page was given out, or what came of his own presses; what she does is written under tokens that she alone
was given. He looks: he sees the page that he had put there, or after her second press the first page. He presses after
her: he goes on from his own page, in a conversation of his own. He presses first: she goes on from what he had put
there, as she would have without it. He presses what followed for him: her page cannot be repeated any more, and only if
its answer was lost she begins anew. In none of these does a token of hers reach him, or one of his take the place of
hers; that her pages are pressed at all he could see before, by what his token shows.
"""

from dataclasses import replace

from bot.runtime import Runtime
from bot.usecases.person.converse import TRIES, Address, address_key
from bot.usecases.person.memory import Memory
from bot.usecases.retrying import again


async def branch(runtime: Runtime, old: Address, new: Address) -> None:
    """Go on at the new address, keep what was known at the old one, and forget what was kept before that."""
    await again(lambda: _branch_once(runtime, address_key(runtime, old), address_key(runtime, new)), TRIES)


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
