"""The way to Telegram: one aiohttp session under python-telegram-bot, in place of httpx, at a third of its cost."""

import json
import ssl
from typing import Any, NamedTuple, cast

import certifi
from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from telegram import Bot
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECTIONS = 256
CONNECTING = 5.0
ANSWERING = 20.0
USUAL = ClientTimeout(ANSWERING, sock_connect=CONNECTING)
JSON = {"Content-Type": "application/json"}
DONE = b'{"ok":true,'


class Told(NamedTuple):
    """A status and a body that came already, handed to the library to be understood."""

    status: int
    body: bytes


class Wire(BaseRequest):
    """Carries the library's calls, and ours. Proxies of the environment are not used, and nothing is logged."""

    def __init__(self) -> None:
        self._session: ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return ANSWERING

    async def initialize(self) -> None:
        """Nothing: the session begins with the first call."""

    async def shutdown(self) -> None:
        if self._session:
            await self._session.close()
        self._session = None

    async def call(self, address: str, given: bytes, *, looked_at: bool = False) -> Any:
        """What Telegram answers to a call with this JSON, where it is `looked_at`; a mere "done" is not taken apart.

        Raises TelegramError as every call of the library does.
        """
        told = Told(*await self._sent("POST", address, given, USUAL))
        if told.status == 200 and not looked_at and told.body.startswith(DONE):
            return True
        return await self.post(address, cast("RequestData", told))  # do_request gives it back as it is

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = None,
        *_: Any,
        **__: Any,
    ) -> tuple[int, bytes]:
        if isinstance(request_data, Told):
            return request_data
        body = json.dumps(request_data.parameters).encode() if request_data else None
        patience = read_timeout if isinstance(read_timeout, (int, float)) else ANSWERING
        return await self._sent(method, url, body, ClientTimeout(patience, sock_connect=CONNECTING))

    async def _sent(self, method: str, url: str, body: bytes | None, patience: ClientTimeout) -> tuple[int, bytes]:
        session = self._session or self._opened(url.startswith("https"))
        try:
            async with session.request(
                method, url, data=body, headers=JSON if body else None, timeout=patience
            ) as answer:
                return answer.status, await answer.read()
        except TimeoutError:
            raise TimedOut from None
        except (ClientError, OSError) as error:  # its words hold the address, and so the token
            raise NetworkError(type(error).__name__) from None

    def _opened(self, secure: bool) -> ClientSession:
        trusted: ssl.SSLContext | bool = True
        if secure:
            trusted = ssl.create_default_context()
            trusted.load_verify_locations(certifi.where())  # a bare container may have no certificates of its own
        self._session = ClientSession(
            connector=TCPConnector(limit=CONNECTIONS, ssl=trusted),
            timeout=USUAL,
            cookie_jar=DummyCookieJar(),
            skip_auto_headers=("Accept", "Accept-Encoding", "User-Agent"),
        )
        return self._session


class Calls:
    """The few methods that every turn needs, without the library's objects: a turn makes two of them."""

    def __init__(self, bot: Bot, wire: Wire) -> None:
        self._root, self._wire = bot.base_url, wire

    async def __call__(self, method: str, given: bytes) -> Any:
        return await self._wire.call(f"{self._root}/{method}", given, looked_at=method == "sendMessage")
