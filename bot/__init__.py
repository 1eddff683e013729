"""Blakus: a calm way from a first message to a social worker's screen."""

import tomllib
from pathlib import Path


def version() -> str:
    """The version of the program, as pyproject.toml says it: the one place where it is set."""
    project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text())["project"]
    return str(project["version"])
