"""A test that fails closes its database all the same: else a later one is warned of a connection nobody gave back."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from bot.content import Content
from bot.runtime import Runtime
from tests.channels.telegram_bot import runtime_of
from tests.channels.web import web_chat
from tests.conftest import runtime_on
from tests.faces import Clock
from tests.usecases.person.test_converse import another_key

Opened = Callable[[Path, Content], AbstractAsyncContextManager[Runtime]]


def on_a_file(folder: Path, content: Content) -> AbstractAsyncContextManager[Runtime]:
    return runtime_on(f"sqlite:///{folder / 'blakus.sqlite'}", Clock(), content)


@asynccontextmanager
async def with_another_key(folder: Path, content: Content) -> AsyncIterator[Runtime]:
    async with on_a_file(folder, content) as runtime, another_key(runtime):
        yield runtime


@asynccontextmanager
async def behind_the_web(folder: Path, content: Content) -> AsyncIterator[Runtime]:
    async with web_chat(folder) as chat:
        yield chat.runtime


def behind_telegram(folder: Path, content: Content) -> AbstractAsyncContextManager[Runtime]:
    return runtime_of(folder, Clock())


async def a_test_that_fails(opened: AbstractAsyncContextManager[Runtime], folder: Path) -> None:
    async with opened as runtime:
        async with runtime.database.store() as store:
            assert await store.conversations.count() == 0
        assert list(folder.glob("*.sqlite-wal"))
        raise ZeroDivisionError


@pytest.mark.parametrize("opened", [on_a_file, with_another_key, behind_the_web, behind_telegram])
async def test_a_test_that_fails_leaves_no_connection_open(tmp_path: Path, shipped: Content, opened: Opened) -> None:
    """SQLite takes its log away with the last connection."""
    with pytest.raises(ZeroDivisionError):
        await a_test_that_fails(opened(tmp_path, shipped), tmp_path)
    assert not list(tmp_path.glob("*.sqlite-wal"))
