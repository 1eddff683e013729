"""The way to Telegram: one aiohttp session under python-telegram-bot, in place of httpx, at a third of its cost."""

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
"""Seconds for a call of a turn: within its time there is room for a second one."""
USUAL = ClientTimeout(A_CALL, sock_connect=CONNECTING)
JSON = {"Content-Type": "application/json"}
DONE = b'{"ok":true,'
FAILED = 500
"""From this status on it is Telegram's own failure, or that of a machine on the way to it."""


class NotDone(NetworkError):
    """The call has had no effect, for certain: there was no line, or Telegram itself said that it failed."""


class Told(NamedTuple):
    """A status and a body that came already, handed to the library to be understood."""

    status: int
    body: bytes


def _says_no(body: bytes) -> bool:
    """Whether Telegram itself answered, and not a machine on the way to it."""
    try:
        said = json.loads(body)
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("ok") is False


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
        if told.status >= FAILED and _says_no(told.body):
            raise NotDone(f"status {told.status}")
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
        except ClientConnectorError as error:
            raise NotDone(type(error).__name__) from None
        except TimeoutError:
            raise TimedOut from None
        except Exception as error:  # whatever it is; its words hold the address, and so the token
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
