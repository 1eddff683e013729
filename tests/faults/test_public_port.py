"""Whoever floods the public port, or keeps it busy by dawdling, takes neither the memory nor the others' help."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from tests.program import Program, started

MANY = 300
MOST_MEMORY = 96 * 2**20
WITHIN = 5.0
DAWDLING = {
    "the head": b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ",
    "the body": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 16000\r\n\r\ntoken=",
    "a form too long": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 90000000\r\n\r\n" + b"a=" * 30_000,
}


@asynccontextmanager
async def crowd(program: Program, says: bytes) -> AsyncIterator[None]:
    """Many connections that say something and then nothing more."""
    address = urlsplit(program.public)
    writers = []
    for _ in range(MANY):
        _, writer = await asyncio.open_connection(address.hostname, address.port)
        writer.write(says)
        writers.append(writer)
    yield
    for writer in writers:
        writer.transport.abort()


@pytest.mark.parametrize("what", DAWDLING)
async def test_in_a_crowd_that_dawdles_help_is_still_there_and_memory_is_bounded(tmp_path: Path, what: str) -> None:
    async with started(tmp_path, BOT_MODE="service", BOT_OPERATOR="Paraugs") as (program, walker):
        await walker.look()
        before = psutil.Process(program.pid).memory_info().rss
        async with crowd(program, DAWDLING[what]):
            async with asyncio.timeout(WITHIN):
                page = await walker.look()
                assert "112" in page.calls
                answer = await walker.press("danger")
                assert "112" in answer.calls
            assert psutil.Process(program.pid).memory_info().rss - before < MOST_MEMORY
        await walker.look()
        assert (await walker.press("go")).screen == "menu"
