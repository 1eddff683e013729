"""The connection to Telegram: an aiohttp session under python-telegram-bot, at a third of the cost of httpx."""

import json
import ssl
from typing import Any, NamedTuple, cast

import certifi
from aiohttp import ClientConnectorError, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector
from telegram import Bot
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECTIONS = 256
CONNECTING = 5.0
ANSWERING = 20.0
"""Seconds for the library's own calls: profile, webhook."""
A_CALL = 10.0
"""Seconds for a call of a turn: a turn has time for a second one."""
USUAL = ClientTimeout(A_CALL, sock_connect=CONNECTING)
JSON = {"Content-Type": "application/json"}
DONE = b'{"ok":true,'
FAILED = 500
"""From this status on, Telegram itself failed, or a machine on the way to it."""


class NotDone(NetworkError):
    """The call certainly had no effect: there was no connection, or Telegram itself said that it failed."""


class Received(NamedTuple):
    """A status and a body already received, handed to the library for parsing."""

    status: int
    body: bytes


def _says_no(body: bytes) -> bool:
    """Whether Telegram itself refused, not a machine on the way to it."""
    try:
        answer = json.loads(body)
    except ValueError:
        return False
    return isinstance(answer, dict) and answer.get("ok") is False


class Wire(BaseRequest):
    """Carries the library's calls and ours. It ignores proxy settings of the environment, and logs nothing."""

    def __init__(self) -> None:
        self._session: ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return ANSWERING

    async def initialize(self) -> None:
        """Do nothing: the session begins with the first call."""

    async def shutdown(self) -> None:
        if self._session:
            await self._session.close()
        self._session = None

    async def call(self, address: str, given: bytes, *, parsed: bool = False) -> Any:
        """Post this JSON and return Telegram's result. Unless `parsed`, a mere "done" is only recognised, as True.

        Raise TelegramError like every call of the library.
        """
        received = Received(*await self._sent("POST", address, given, USUAL))
        if received.status == 200 and not parsed and received.body.startswith(DONE):
            return True
        if received.status >= FAILED and _says_no(received.body):
            raise NotDone(f"status {received.status}")
        return await self.post(address, cast("RequestData", received))  # do_request gives it back as it is

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = None,
        *_: Any,
        **__: Any,
    ) -> tuple[int, bytes]:
        if isinstance(request_data, Received):
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
        except ClientConnectorError as error:
            raise NotDone(type(error).__name__) from None
        except TimeoutError:
            raise TimedOut from None
        except Exception as error:  # its message holds the address, and so the token
            raise NetworkError(type(error).__name__) from None

    def _opened(self, secure: bool) -> ClientSession:
        trusted: ssl.SSLContext | bool = True
        if secure:
            trusted = ssl.create_default_context()
            trusted.load_verify_locations(certifi.where())  # a bare container may have no certificates
        self._session = ClientSession(
            connector=TCPConnector(limit=CONNECTIONS, ssl=trusted),
            timeout=USUAL,
            cookie_jar=DummyCookieJar(),
            skip_auto_headers=("Accept", "Accept-Encoding", "User-Agent"),
        )
        return self._session


class Calls:
    """The methods every turn needs, without the library's objects, since each turn makes two calls."""

    def __init__(self, bot: Bot, wire: Wire) -> None:
        self._root, self._wire = bot.base_url, wire

    async def __call__(self, method: str, given: bytes) -> Any:
        return await self._wire.call(f"{self._root}/{method}", given, parsed=method == "sendMessage")
