"""From every page: leave it, then Back, Forward, Reload, the reopened tab. And what a browser's files may hold then."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from tests.channels.form_walks import ASKED, Walk, every_page
from tests.channels.forms import furnish, in_pages, name_reader
from tests.channels.history import in_profile
from tests.channels.tabs import OwnBrowser, Tab
from tests.channels.web import WebChat, web_chat

FIRST = (None, "start", "form.start")
MOST_BACK = 7
NEVER_IN_FILES = ("contact_mode", "windows1", "phone_is")
ROUNDS = {"with a script": ("/", True), "without": ("/", False), "from Telegram": ("/form", True)}
TELEGRAM = {"form.fill.p0", "form.review", "form.receipt", "form.times"}
LOOKED_AT = "() => [document.documentElement.outerHTML, document.querySelector('main')?.dataset.screen ?? null]"


@asynccontextmanager
async def chat_with_every_page(folder: Path) -> AsyncIterator[WebChat]:
    """The questions are on several pages, and somebody may be known where requests are read."""
    async with web_chat(folder) as started:
        await furnish(started.runtime)
        await name_reader(started.runtime)
        in_pages(started.runtime, *ASKED)
        yield started


async def leave(chat: WebChat, tab: Tab) -> None:
    await tab.click("#leave")
    await tab.arrives(chat.elsewhere)
    await chat.answer("POST /leave")


async def shows_nothing(tab: Tab, walk: Walk, where: str) -> None:
    content, screen = await tab.run(LOOKED_AT)
    assert [secret for secret in walk.secrets if secret in content] == [], where
    assert screen in FIRST, where


async def brings_nothing_back(tab: Tab, walk: Walk, screen: str, ahead: int, script: bool) -> None:
    """Forward and back as far as it goes, each entry loaded anew there, and forward again. With a script an entry of
    ours that is left over leads away."""
    steps = min(await entries(tab) - 1, MOST_BACK)
    for direction, anew in [(+1, True)] * ahead + [(-1, True)] * steps + [(+1, False)] * steps:
        await tab.go(direction)
        if script:
            await tab.left(walk.chat.url)
        await shows_nothing(tab, walk, f"{screen}, {direction:+}")
        if anew:
            await tab.reload()
            await shows_nothing(tab, walk, f"{screen}, {direction:+} and reload")


async def entries(tab: Tab) -> int:
    return int(await tab.run("() => history.length"))


async def walk_from_every_page(chat: WebChat, browser: OwnBrowser, how: str) -> Sequence[Walk]:
    """All of a round, in one browser. Answers what was walked, with what its pages posted."""
    address, script = ROUNDS[how]
    pages = every_page(chat.runtime)
    chosen = sorted(pages & TELEGRAM if how == "from Telegram" else pages)
    return [
        await _from_one_page(chat, browser, Walk(chat, await browser.tab(), number, address), screen, script)
        for number, screen in enumerate(chosen)
    ]


async def _from_one_page(chat: WebChat, browser: OwnBrowser, walk: Walk, screen: str, script: bool) -> Walk:
    tab = walk.tab
    await tab.goto(chat.elsewhere.replace("today", "kept"))
    before = await entries(tab)
    chat.posted.clear()
    await walk.to(screen)
    ahead = await entries(tab) - before - 1 if script else 0
    assert ahead in (0, 1), "one entry of the history and one for Back, whatever was pressed"
    await leave(chat, tab)
    walk.posts = [*chat.posted]
    await brings_nothing_back(tab, walk, screen, ahead, script)
    await tab.close()
    if again := await browser.reopened():
        await shows_nothing(again, walk, f"{screen}, reopened")
        await again.reload()
        await shows_nothing(again, walk, f"{screen}, reopened and reload")
        await again.close()
    return walk


def found_in(folder: Path, walks: Iterable[Walk], script: bool) -> Sequence[str]:
    """Her words that stand in the files. With a script there may be none; without, each was posted by one page at most,
    and none is in any file that no page posted by itself."""
    secrets = {secret: walk for walk in walks for secret in walk.secrets}
    found = in_profile(folder, [*secrets, *NEVER_IN_FILES] if script else secrets)
    if script:
        assert found == {}
        return []
    posted = {secret: walk.posted_on(secret) for secret, walk in secrets.items()}
    assert [secret for secret, pages in posted.items() if len(pages) > 1] == []
    assert [secret for secret in found if not posted[secret]] == []
    return list(found)


def anywhere(folder: Path, word: str, files: Callable[[str], bool] = lambda _: True) -> bool:
    """Whether it stands in one of these files: that the search sees what is there."""
    return any(files(file) for file in in_profile(folder, [word]).get(word, ()))
