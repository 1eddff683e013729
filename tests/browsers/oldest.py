"""Chromium 80 of February 2020, from an npm package, driven by its own protocol: Playwright knows none so old."""

import asyncio
import json
import os
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse

from tests.conftest import ROOT, missing
from tests.patience import LOOK, PATIENCE, patiently, tries_meanwhile

HOME = ROOT / "var" / "browsers" / "chromium80"
"""Where `make browsers` unpacks it."""


@dataclass
class Tab:
    """One page, and the few gestures that tests need."""

    line: ClientWebSocketResponse
    numbers: "count[int]" = field(default_factory=lambda: count(1))
    faults: list[str] = field(default_factory=list)
    """What a script of the page threw and nobody caught."""

    async def ask(self, method: str, **params: Any) -> Any:
        number = next(self.numbers)
        await self.line.send_json({"id": number, "method": method, "params": params})
        async with patiently():
            while (told := json.loads((await self.line.receive()).data)).get("id") != number:
                if told["method"] == "Runtime.exceptionThrown":
                    self.faults.append(json.dumps(told["params"]["exceptionDetails"]))
        assert "error" not in told, told
        return told["result"]

    async def look(self, expression: str) -> Any:
        found = await self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        return found["result"].get("value")

    async def comes(self, expression: str) -> Any:
        """Wait until an expression is true on the page, and answer with it. While pages change, none is."""
        async with patiently():
            while not (found := await self.look(expression)):  # noqa: ASYNC110 - the page sets no event of ours
                await asyncio.sleep(LOOK)
        return found

    async def go(self, url: str) -> None:
        await self.ask("Page.navigate", url=url)

    async def step(self, by: int) -> None:
        """As the browser's own Back and Forward walk its history."""
        history = await self.ask("Page.getNavigationHistory")
        entry = history["entries"][history["currentIndex"] + by]
        await self.ask("Page.navigateToHistoryEntry", entryId=entry["id"])

    async def reload(self) -> None:
        await self.ask("Page.reload")

    async def click(self, css: str) -> None:
        """With the mouse, in the middle of the first such element that is shown."""
        at = await self.comes(
            f"""(() => {{
                const one = [...document.querySelectorAll({json.dumps(css)})].find((each) => each.offsetParent);
                if (!one) return null;
                one.scrollIntoView({{ block: "center" }});
                const box = one.getBoundingClientRect();
                return [box.x + box.width / 2, box.y + box.height / 2];
            }})()"""
        )
        for kind in ("mousePressed", "mouseReleased"):
            await self.ask("Input.dispatchMouseEvent", type=kind, x=at[0], y=at[1], button="left", clickCount=1)

    async def type(self, css: str, text: str) -> None:
        await self.click(css)
        await self.ask("Input.insertText", text=text)

    async def offline(self, yes: bool) -> None:
        await self.ask(
            "Network.emulateNetworkConditions", offline=yes, latency=0, downloadThroughput=-1, uploadThroughput=-1
        )


@asynccontextmanager
async def oldest(folder: Path) -> AsyncIterator[Tab]:
    """The browser with a profile of its own, and its one tab."""
    if not (HOME / "chromium").exists():
        missing("Chromium 80 (make browsers)")
    quiet = ["--headless", "--no-sandbox", "--no-zygote", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
    ours = [f"--user-data-dir={folder}", "--remote-debugging-port=0", "--window-size=390,844", "--lang=lv"]
    libraries = {"LD_LIBRARY_PATH": str(HOME / "lib")}
    with (folder / "said.log").open("wb") as said:
        program = subprocess.Popen(
            [HOME / "chromium", *quiet, *ours, "about:blank"], env=os.environ | libraries, stdout=said, stderr=said
        )
    try:
        port = await _port(program, folder)
        async with (
            ClientSession() as session,
            session.ws_connect(await _address(session, port), max_msg_size=0) as line,
        ):
            tab = Tab(line)
            for part in ("Page", "Runtime", "Network"):
                await tab.ask(f"{part}.enable")
            yield tab
    finally:
        program.terminate()
        program.wait(PATIENCE)


async def _address(session: ClientSession, port: str) -> str:
    """Of its first tab, which comes a moment after its port."""
    async for _ in tries_meanwhile():
        async with session.get(f"http://127.0.0.1:{port}/json/list") as answer:
            for target in await answer.json():
                if target["type"] == "page":
                    return str(target["webSocketDebuggerUrl"])
    raise AssertionError("Chromium 80 never opened a tab")


async def _port(program: "subprocess.Popen[bytes]", folder: Path) -> str:
    async with patiently():
        while not (file := folder / "DevToolsActivePort").exists():
            assert program.poll() is None, (folder / "said.log").read_text(errors="replace")[:2000]
            await asyncio.sleep(LOOK)
    return file.read_text().split()[0]
