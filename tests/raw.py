"""What a server answers to bytes, read as they come."""

import asyncio
import re
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from bot.engine import languages
from tests.patience import patiently

HELP = {"112", "116006"}
LANGUAGES = {*languages.LANGUAGES}


@dataclass(frozen=True)
class Answer:
    """One answer, up to where the server hangs up."""

    status: int
    headers: Mapping[str, str]
    body: str

    @property
    def calls(self) -> set[str]:
        return set(re.findall(r'href="tel:(\d+)"', self.body))

    @property
    def languages(self) -> set[str]:
        return set(re.findall(r'lang="(\w+)"', self.body))


async def says(
    port: int, what: bytes, name: str = "localhost", secure: ssl.SSLContext | None = None, *, hangs_up: bool = True
) -> Answer:
    """Say it, and read until the server hangs up; or until it has said all that it announced, where it still waits for
    the rest of what we say."""
    host = name if secure else None
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=secure, server_hostname=host)
    with suppress(ConnectionError):  # a server may hang up while we still speak
        writer.write(what)
        await writer.drain()
    told = b""
    async with patiently():
        with suppress(ConnectionError):
            while (hangs_up or not _whole(told)) and (more := await reader.read(65536)):
                told += more
    writer.close()
    return read(told)


def _whole(told: bytes) -> bool:
    head, found, body = told.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)^content-length: (\d+)", head, re.MULTILINE)
    return bool(found and length and len(body) >= int(length[1]))


def read(told: bytes) -> Answer:
    head, _, body = told.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    status = int(first.split(" ")[1]) if first.startswith("HTTP/") else 0
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Answer(status, headers, body.decode("utf-8", "replace"))
