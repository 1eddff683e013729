"""The doctor's lines about certificates: until when both addresses have one that browsers trust."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from bot.runtime import Runtime
from bot.usecases.operation.doctor_line import Line, green, red, says
from bot.usecases.operation.doctor_outside import PATIENCE

RENEWED_BEFORE = timedelta(days=14)
"""Caddy and certbot renew a month before the end; half of it may pass unnoticed."""


async def lines(runtime: Runtime) -> AsyncIterator[Line]:
    """Yield a line for each https address of the settings."""
    for url in (runtime.settings.public_url, runtime.settings.desk_url):
        if host := urlsplit(url).hostname:
            yield await certificate(host, urlsplit(url).port or 443)


async def certificate(host: str, port: int) -> Line:
    """Check until when the certificate of a host is good."""
    about = says("certificate of {host}", host=host)
    try:
        ends = await _last_moment(host, port)
    except (OSError, TimeoutError) as error:  # an SSLError is one
        silent = says("does not answer ({error})", error=type(error).__name__)
        return red(about, silent, says("see DNS, the proxy, its certificate, and whether the program runs"))
    day = says("is good until {day}", day=f"{ends:%Y-%m-%d}")
    if ends - datetime.now(UTC) > RENEWED_BEFORE:
        return green(about, day)
    return red(about, day, says("renew it; Caddy and certbot do so by themselves, see their log"))


async def _last_moment(host: str, port: int) -> datetime:
    async with asyncio.timeout(PATIENCE):
        _, writer = await asyncio.open_connection(host, port, ssl=ssl.create_default_context())
        shown = writer.get_extra_info("peercert")
        writer.close()
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), UTC)
