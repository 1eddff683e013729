"""Whose press it is, as far as a fair queue has to know: a bucket for each address, never the address.

An address is hashed on arrival with a secret salt that is discarded after ten minutes; from then on nobody can tell
which address a bucket was, not even this program. Neither is ever stored. Each process has its own salt.
"""

import asyncio
import hashlib
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.usecases.operation.doctor_visitors import FORGED, HEADER, Seen

__all__ = ["BUCKET", "BUCKETS", "HEADER", "Buckets", "into_buckets", "is_here"]

SALT_LASTS = 600.0
"""Seconds."""
HOUSEHOLD = 64
"""Bits of an IPv6 address that one internet connection shares; it may choose all the others."""

Address = IPv4Address | IPv6Address


class Buckets:
    """Puts visitors into buckets. Only `proxies` are trusted to name a visitor's address."""

    def __init__(self, proxies: Sequence[IPv4Network | IPv6Network], now: Callable[[], datetime]) -> None:
        self._proxies = proxies
        self._now = now
        self._salt = b""
        self._made = 0.0

    def of(self, request: web.Request) -> bytes:
        """The bucket of the visitor's address, or of the peer if no trusted proxy names one."""
        address = self._forwarded(request) or _read(request.remote or "")
        return hashlib.blake2b(_household(address), key=self._fresh_salt(), digest_size=16).digest()

    def seen(self, request: web.Request) -> Seen:
        """Whether visitors get buckets of their own, or what is wrong with the proxy."""
        address = self._forwarded(request)
        if address:
            return "forged" if address == ip_address(FORGED) else "apart"
        return "together" if self._is_proxy(request) else "unnamed" if HEADER in request.headers else "apart"

    def _forwarded(self, request: web.Request) -> Address | None:
        if not self._is_proxy(request):
            return None
        return _read(",".join(request.headers.getall(HEADER, ())).rpartition(",")[2])

    def _is_proxy(self, request: web.Request) -> bool:
        peer = _read(request.remote or "")
        return peer is not None and any(peer in network for network in self._proxies)

    def _fresh_salt(self) -> bytes:
        now = self._now().timestamp()
        if not self._salt or not 0 <= now - self._made < SALT_LASTS:
            self._salt, self._made = secrets.token_bytes(16), now
            asyncio.get_running_loop().call_later(SALT_LASTS, self._forget, self._salt)
        return self._salt

    def _forget(self, salt: bytes) -> None:
        """Runs by timer, because nobody else may come."""
        if self._salt == salt:
            self._salt = b""


BUCKETS: Final = web.AppKey("buckets", Buckets)
BUCKET: Final = web.RequestKey("bucket", bytes)


@web.middleware
async def into_buckets(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Set the bucket before anything else looks at the request."""
    request[BUCKET] = request.app[BUCKETS].of(request)
    return await handler(request)


def is_here(request: web.Request) -> bool:
    """Whether somebody still waits for the answer."""
    return request.transport is not None and not request.transport.is_closing()


def _read(text: str) -> Address | None:
    try:
        address = ip_address(text.strip().partition("%")[0])
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address


def _household(address: Address | None) -> bytes:
    if address is None:
        return b""
    return address.packed[: HOUSEHOLD // 8] if isinstance(address, IPv6Address) else address.packed
