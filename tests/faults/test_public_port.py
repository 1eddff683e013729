"""Whoever floods the public port, or keeps it busy by dawdling, takes neither the memory nor the others' help."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import psutil
import pytest
from aiohttp import ClientError, ClientSession, TCPConnector

from tests.patience import patiently
from tests.program import Program, Walker, started

MANY = 300
AT_ONCE = 40
ASKED = 1200
MOST_MEMORY = 96 * 2**20
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


@asynccontextmanager
async def flood(program: Program) -> AsyncIterator[None]:
    """Whole requests without a pause, most for pages and some for codes, each of which waits its turn in line: a
    bounded number of them."""
    left = iter(range(ASKED))

    async def one_of_many(session: ClientSession) -> None:
        for number in left:
            code = {"do": "look", "code": f"{number:04d} 0000 0000 0000"}
            try:
                async with (
                    session.request("POST", f"{program.public}/form", data=code)
                    if number % 8 == 0
                    else session.get(f"{program.public}/") as answer
                ):
                    await answer.read()
            except ClientError:
                continue  # refused, which is fair

    async with ClientSession(connector=TCPConnector(limit=AT_ONCE)) as session, asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(one_of_many(session))
        yield


@pytest.fixture(scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Program, Walker]]:
    folder = tmp_path_factory.mktemp("port")
    async with started(folder, BOT_MODE="service", BOT_OPERATOR="Paraugs") as (program, walker):
        yield program, walker


@pytest.mark.parametrize("what", DAWDLING)
async def test_in_a_crowd_that_dawdles_help_is_still_there_and_memory_is_bounded(
    served: tuple[Program, Walker], what: str
) -> None:
    program, walker = served
    before = memory(program)
    async with crowd(program, DAWDLING[what]):
        await gets_help(walker)
        assert memory(program) - before < MOST_MEMORY


async def test_in_a_flood_help_is_still_there_and_memory_is_bounded(served: tuple[Program, Walker]) -> None:
    program, walker = served
    before = memory(program)
    async with flood(program):
        await gets_help(walker)
    assert memory(program) - before < MOST_MEMORY
    await gets_help(walker)


def memory(program: Program) -> int:
    return int(psutil.Process(program.pid).memory_info().rss)


async def gets_help(walker: Walker) -> None:
    async with patiently():  # a port that lets nobody in never answers
        assert "112" in (await walker.look()).calls
        assert "112" in (await walker.press("danger")).calls
        await walker.look()
        assert (await walker.press("go")).screen == "menu"
