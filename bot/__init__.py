"""Blakus: a calm way from a first message to a social worker's screen."""

import tomllib
from pathlib import Path


def version() -> str:
    """Return the version of the program from pyproject.toml, the only place where it is set."""
    project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])
