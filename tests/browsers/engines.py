"""Firefox and WebKit as Debian ships them, each driven by its own maker's protocol."""

import json
import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marionette_driver.errors import MarionetteException
from marionette_driver.marionette import Marionette
from selenium.common.exceptions import WebDriverException
from selenium.webdriver import WebKitGTK, WebKitGTKOptions
from selenium.webdriver.webkitgtk.service import Service

from tests.patience import PATIENCE, tries

MINI_BROWSER = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser"
QUIT = "Services.startup.quit(Ci.nsIAppStartup.eAttemptQuit)"
"""As somebody closes it: it writes its session down first."""
NAMED = """
    if (document.readyState !== "complete") return null;
    return document.documentElement.dataset.named ??= String(Math.random());
"""
NUMBERED = """
    const { gBrowser } = Services.wm.getMostRecentWindow("navigator:browser");
    const { browsingContext, webProgress } = gBrowser.selectedBrowser;
    const { documentURI, innerWindowId } = browsingContext.currentWindowGlobal;
    return webProgress.isLoadingDocument && !documentURI.spec.startsWith("about:neterror") ? null : innerWindowId;
"""
"""What Firefox shows at Back instead of a page that it was told to keep nowhere is never complete without scripts."""
AWAY = (MarionetteException, WebDriverException)  # what both say while a page is on its way


@dataclass
class Engine:
    """One window, and the few gestures that tests need."""

    driver: Any
    go: Callable[[str], None]
    back: Callable[[], None]
    forward: Callable[[], None]
    reload: Callable[[], None]
    home: Path
    """The folder into which it writes."""

    def click(self, css: str) -> None:
        self.driver.find_element("css selector", css).click()

    def type(self, css: str, text: str) -> None:
        self.driver.find_element("css selector", css).send_keys(text)

    def run(self, script: str, *given: Any) -> None:
        """Run a script with these arguments. Marionette wants them as a list."""
        if isinstance(self.driver, Marionette):
            self.driver.execute_script(script, script_args=given)
        else:
            self.driver.execute_script(script, *given)

    def call(self, function: str, given: Any) -> Any:
        """A function of one argument, and what it answers."""
        if isinstance(self.driver, Marionette):
            return self.driver.execute_script(f"return ({function})(arguments[0])", script_args=[given])
        return self.driver.execute_script(f"return ({function})(arguments[0])", given)

    def tabs(self) -> list[str]:
        return list(self.driver.window_handles)

    def show(self, tab: str) -> None:
        if isinstance(self.driver, Marionette):
            self.driver.switch_to_window(tab)
        else:
            self.driver.switch_to.window(tab)

    def open_tab(self) -> None:
        if isinstance(self.driver, Marionette):
            self.driver.open("tab", focus=True)
        else:
            self.driver.switch_to.new_window("tab")

    def document(self) -> str | None:
        """Which document stands there, by a name that no other has; None while it is loading."""
        if not isinstance(self.driver, Marionette):
            found = self.driver.execute_script(NAMED)
        else:
            with self.driver.using_context("chrome"):
                found = self.driver.execute_script(NUMBERED)
        return None if found is None else str(found)

    def look(self, expression: str) -> Any:
        return self.driver.execute_script(f"return {expression}")

    def comes(self, expression: str) -> Any:
        """Wait until an expression is true on the page, and answer with it."""
        return self.comes_to(lambda: self.look(expression), expression)

    def comes_to(self, found: Callable[[], Any], what: str = "") -> Any:
        for _ in tries():
            with suppress(*AWAY):
                if answer := found():
                    return answer
        raise AssertionError(f"never came: {what}")


@contextmanager
def webkit(home: Path, script: bool = True) -> Iterator[Engine]:
    """A driven WebKit keeps its profile in memory. All that it writes nevertheless, it writes into this folder."""
    home.mkdir()
    places = {name: str(home) for name in ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "TMPDIR")}
    options = WebKitGTKOptions()
    options.binary_location = MINI_BROWSER
    options.add_argument("--automation")
    if not script:
        options.add_argument("--enable-javascript=false")
    language = {"LANGUAGE": "lv", "LANG": "lv_LV.UTF-8"}
    service = Service("/usr/bin/WebKitWebDriver", env=os.environ | places | language)
    driver = WebKitGTK(options=options, service=service)
    driver.set_page_load_timeout(PATIENCE)
    driver.set_script_timeout(PATIENCE)
    try:
        yield Engine(driver, driver.get, driver.back, driver.forward, driver.refresh, home)
    finally:
        driver.quit()


@contextmanager
def firefox(home: Path, script: bool = True) -> Iterator[Engine]:
    home.mkdir()
    port = _free_port()
    wanted = {"marionette.port": port, "javascript.enabled": script, "intl.accept_languages": "lv"}
    (home / "user.js").write_text("".join(f'user_pref("{name}", {json.dumps(it)});\n' for name, it in wanted.items()))
    program = subprocess.Popen(
        ["firefox-esr", "--headless", "--marionette", "-remote-allow-system-access", "--no-remote", "--profile", home],
        env=os.environ | {"HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        driver = _reached(port)
        yield Engine(driver, driver.navigate, driver.go_back, driver.go_forward, driver.refresh, home)
        driver.set_context("chrome")
        with suppress(OSError):  # it may be gone before it answers
            driver.execute_script(QUIT)
        program.wait(PATIENCE)
    finally:
        program.kill()
        program.wait(PATIENCE)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _reached(port: int) -> Any:
    """Firefox listens some seconds after its start. Asked whether to post once more, it does: she may press that."""
    for _ in tries():
        driver = Marionette(host="127.0.0.1", port=port)
        with suppress(OSError, MarionetteException):
            driver.start_session({"unhandledPromptBehavior": "accept"})
            driver.timeout.script = driver.timeout.page_load = PATIENCE
            return driver
    raise AssertionError("Firefox never listened")


BOTH = {"firefox": firefox, "webkit": webkit}
