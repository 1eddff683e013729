"""From every page of the chat and the form, in Firefox and WebKit, the walk that the gate walks in Chromium:
`make browsers`.

Both have a folder of their own, searched after *Hide* and after closing. What Firefox writes is there as on somebody's
device; WebKit keeps its profile in memory while it is driven, so there the search shows only that nothing else is
written. No driver reopens a tab that was closed in WebKit, and where its pages have no scripts, its driver loses the
page at Back: that round is not walked there.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.browsers.engines import BOTH, firefox
from tests.browsers.tabs import own
from tests.channels.coming_back import ROUNDS, anywhere, chat_with_every_page, found_in, walk_from_every_page
from tests.channels.web import WebChat
from tests.patience import until


@pytest.fixture
async def chat(tmp_path: Path) -> AsyncIterator[WebChat]:
    async with chat_with_every_page(tmp_path) as started:
        yield started


WALKED = [(engine, how) for engine in BOTH for how in ROUNDS if (engine, how) != ("webkit", "without")]


@pytest.mark.parametrize("engine,how", WALKED)
async def test_from_every_page_nothing_comes_back_after_leaving(
    chat: WebChat, tmp_path: Path, engine: str, how: str
) -> None:
    folder, (_, script), start = tmp_path / "home", ROUNDS[how], BOTH[engine]
    async with own(start, folder, script) as browser:
        walks = await walk_from_every_page(chat, browser, how)
        if start is firefox:
            await until(lambda: anywhere(folder, chat.elsewhere, lambda file: "recovery.jsonlz4" in file))
        found_in(folder, walks, script)
    if start is firefox:
        assert anywhere(folder, chat.elsewhere, lambda file: "sessionstore.jsonlz4" in file), "the search sees it"
    found_in(folder, walks, script)
