"""Whether the proxy tells us who comes, so that a flood from one address keeps nobody else waiting.

The doctor comes as a visitor would, and says a wrong address of itself: a proxy that is set up well puts the right one
in its place. What we made of it stands in the answer of /healthz, in one word and without any address.
"""

from typing import Literal

from aiohttp import ClientError

from bot.runtime import Runtime
from bot.usecases.operation.doctor_line import Line, Sentence, green, not_set, red, says
from bot.usecases.operation.doctor_outside import session

HEADER = "X-Forwarded-For"
"""Where the proxy says who came. Its last entry counts: what stands before it was said by the visitor."""
SEEN = "X-Visitors"
"""Where /healthz says what we made of it."""
FORGED = "192.0.2.1"
"""What the doctor says of itself. No visitor has it (RFC 5737)."""

Seen = Literal["apart", "together", "unnamed", "forged"]


async def visitors(runtime: Runtime) -> Line:
    """Green where visitors stand apart; else everybody waits in one line, or chooses whose place to take."""
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
