"""Check that the proxy reports visitors' addresses, so that a flood from one address keeps nobody else waiting.

The doctor makes a request as a visitor would, with a forged address, which a well-configured proxy replaces. The answer
of /healthz tells in one word, without any address, what the program made of it.
"""

from typing import Literal

from aiohttp import ClientError

from bot.runtime import Runtime
from bot.usecases.operation.doctor_line import Line, Sentence, green, not_set, red, says
from bot.usecases.operation.doctor_outside import session

HEADER = "X-Forwarded-For"
"""Where the proxy reports the visitor's address. Only the last entry counts; earlier ones come from the visitor."""
SEEN = "X-Visitors"
"""Where /healthz tells what the program made of it."""
FORGED = "192.0.2.1"
"""The forged address. No visitor has it (RFC 5737)."""

Seen = Literal["apart", "together", "unnamed", "forged"]


async def visitors(runtime: Runtime) -> Line:
    """Check that visitors are told apart. Otherwise all wait in one line, or can forge another's address."""
    url, about = runtime.settings.public_url.rstrip("/"), says("visitors")
    if not url:
        return not_set(about, says("BOT_PUBLIC_URL is not set"))
    try:
        async with session() as asking, asking.get(f"{url}/healthz", headers={HEADER: FORGED}) as answer:
            seen = answer.headers.get(SEEN, "")
    except (ClientError, TimeoutError, ValueError):
        return not_set(about, says("see the line “public page”"))
    wrong = _wrong(seen)
    return red(about, *wrong) if wrong else green(about, says("each address waits in its own line"))


def _wrong(seen: str) -> tuple[Sentence, Sentence] | None:
    match seen:
        case "apart":
            return None
        case "forged":
            return (
                says("the proxy hands on whatever a visitor says of her address"),
                says("let it put the address it sees into X-Forwarded-For, in place of what came"),
            )
        case "unnamed":
            return (
                says("the proxy is not believed, so everybody waits in one line"),
                says("name its address in BOT_PROXY, and restart the program"),
            )
        case "together":
            return (
                says("the proxy hides who comes, so everybody waits in one line"),
                says("let it put the address it sees into X-Forwarded-For, in place of what came"),
            )
        case _:
            return says("something else answers there"), says("see DNS and the proxy")
