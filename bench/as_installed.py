"""`python -m bot`, as it is where it was only installed: without the packages that tests and types bring along.

Some of what we use loads these, too, where it finds them (httpx its command line, Mako its colours), and then the
program measured would not be the one that an operator runs.
"""

import runpy
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def named(file: str) -> set[str]:
    """The packages of a lock file."""
    lines = (ROOT / file).read_text().splitlines()
    return {line.partition("==")[0].replace("-", "_") for line in lines if line[:1].isalnum()}


if __name__ == "__main__":
    for name in named("requirements-dev.txt") - named("requirements.txt"):
        sys.modules[name] = None  # type: ignore[assignment]  # so Python says that there is none
    runpy.run_module("bot", run_name="__main__", alter_sys=True)
