"""Run `python -m bot` as an operator installs it: without the packages for tests and types.

Some libraries load optional packages if they find them (httpx its command line, Mako its colours); the measured program
would then differ from the one an operator runs.
"""

import runpy
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def locked(file: str) -> set[str]:
    """The names of the packages in a lock file, as modules."""
    lines = (ROOT / file).read_text().splitlines()
    return {line.partition("==")[0].replace("-", "_") for line in lines if line[:1].isalnum()}


if __name__ == "__main__":
    for name in locked("requirements-dev.txt") - locked("requirements.txt"):
        sys.modules[name] = None  # type: ignore[assignment]  # makes importing it fail
    runpy.run_module("bot", run_name="__main__", alter_sys=True)
