"""Check that the public address leads through https to this very program: its page, and its path for Telegram.

The check runs on this machine, but with the name and certificate that a browser would see.
"""

import ssl
from collections.abc import Mapping

from aiohttp import ClientConnectorCertificateError, ClientError, ClientResponse

from bot.runtime import Runtime
from bot.usecases.operation.doctor_line import Line, Sentence, green, red, says
from bot.usecases.operation.doctor_outside import session

EXPIRED, NOT_YET, OTHER_NAME = 10, 9, 62
"""OpenSSL's codes for certificate errors."""
KEPT = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "Content-Security-Policy": "default-src 'none'",
}
"""Headers that protect a person, and what they must contain. A proxy must pass them on."""
NEVER = ("Strict-Transport-Security", "Alt-Svc", "Set-Cookie")
"""Headers that a browser would remember for longer than its history."""


async def public_page(runtime: Runtime) -> Line:
    """Check the first screen with 112 on it, its headers, and the path where Telegram delivers updates."""
    url, about = runtime.settings.public_url.rstrip("/"), says("public page")
    if not url:
        return red(about, says("BOT_PUBLIC_URL is not set"), says("people need an https address"))
    try:
        async with session() as asking:
            async with asking.get(f"{url}/", allow_redirects=False) as answer:
                wrong = _of_page(runtime, answer, await answer.text())
            async with asking.get(f"{url}/healthz", allow_redirects=False) as answer:
                health = answer.status
            async with asking.post(f"{url}/telegram", json={}, allow_redirects=False) as answer:
                hook = answer.status
    except ClientConnectorCertificateError as error:
        return red(about, *_of_certificate(error.certificate_error))
    except (ClientError, TimeoutError, ValueError) as error:
        silent = says("does not answer ({error})", error=type(error).__name__)
        return red(about, silent, says("see DNS, the proxy, its certificate, and whether the program runs"))
    if wrong is None and health != 200:
        wrong = says("information only: its database is out of reach"), says("see the line “database”")
    if wrong is None and runtime.settings.telegram_token.get_secret_value() and hook != 403:
        does = says("the proxy has to hand on what is posted to /telegram")
        wrong = says("Telegram's updates do not get through: {number} in place of 403", number=hook), does
    return red(about, *wrong) if wrong else green(about, says("is ours, through https"))


def _of_certificate(error: Exception) -> tuple[Sentence, Sentence]:
    number = error.verify_code if isinstance(error, ssl.SSLCertVerificationError) else 0
    if number == EXPIRED:
        return says("its certificate has expired"), says(
            "renew it; Caddy and certbot do so by themselves, see their log"
        )
    if number == NOT_YET:
        return says("its certificate is not valid yet"), says("set the clock by NTP: timedatectl")
    if number == OTHER_NAME:
        return says("its certificate is for another name"), says("order one for the host of BOT_PUBLIC_URL")
    do = says("order one that browsers trust, and let the proxy send its whole chain")
    return says("its certificate is not trusted"), do


def _of_page(runtime: Runtime, answer: ClientResponse, page: str) -> tuple[Sentence, Sentence] | None:
    if 300 <= answer.status < 400:
        if answer.headers.get("Location", "").startswith("http://"):
            return says("sends people on to a page without https"), says("take that redirect out of the proxy")
        return says("sends people on to another address"), says("set BOT_PUBLIC_URL to the address that answers itself")
    first = runtime.content.dialogue.first
    if f'data-screen="{first}"' not in page or 'action="/leave"' not in page:
        return says("something else answers there"), says("see DNS and the proxy")
    if 'href="tel:112"' not in page:
        return says("the page does not name 112"), says("something between changes our pages: take it out")
    return _of_headers(answer.headers)


def _of_headers(headers: Mapping[str, str]) -> tuple[Sentence, Sentence] | None:
    if lost := [name for name, has in KEPT.items() if has not in headers.get(name, "")]:
        return says("the proxy takes away: {names}", names=", ".join(lost)), says("let our headers through as they are")
    if added := [name for name in NEVER if name in headers]:
        do = says("take it out: browsers keep it on the device of whoever came")
        return says("the proxy adds: {names}", names=", ".join(added)), do
    return None
