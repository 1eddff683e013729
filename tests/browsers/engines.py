"""Firefox and WebKit as Debian ships them, each driven by its own maker's protocol."""

import os
import subprocess
import tempfile
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
AWAY = (MarionetteException, WebDriverException)  # what both say while a page is on its way


@dataclass
class Engine:
    """One window, and the few gestures that tests need."""

    driver: Any
    go: Callable[[str], None]
    back: Callable[[], None]
    forward: Callable[[], None]
    reload: Callable[[], None]
    home: Path | None = None
    """The folder of its profile. WebKit's driver gives it one in memory only."""

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

    def look(self, expression: str) -> Any:
        return self.driver.execute_script(f"return {expression}")

    def comes(self, expression: str) -> Any:
        """Wait until an expression is true on the page, and answer with it."""
        for _ in tries():
            with suppress(*AWAY):
                if found := self.look(expression):
                    return found
        raise AssertionError(f"never came: {expression}")


@contextmanager
def webkit() -> Iterator[Engine]:
    options = WebKitGTKOptions()
    options.binary_location = MINI_BROWSER
    options.add_argument("--automation")
    driver = WebKitGTK(options=options, service=Service("/usr/bin/WebKitWebDriver"))
    driver.set_page_load_timeout(PATIENCE)
    try:
        yield Engine(driver, driver.get, driver.back, driver.forward, driver.refresh)
    finally:
        driver.quit()


@contextmanager
def firefox() -> Iterator[Engine]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        program = subprocess.Popen(
            ["firefox-esr", "--headless", "--marionette", "--no-remote", "--profile", home],
            env=os.environ | {"HOME": home},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            driver = _reached()
            yield Engine(driver, driver.navigate, driver.go_back, driver.go_forward, driver.refresh, Path(home))
            driver.delete_session()
        finally:
            program.terminate()
            program.wait()


def _reached() -> Any:
    """Firefox listens on its own port (2828) some seconds after its start."""
    for _ in tries():
        driver = Marionette(host="127.0.0.1", port=2828)
        with suppress(OSError, MarionetteException):
            driver.start_session()
            return driver
    raise AssertionError("Firefox never listened")
