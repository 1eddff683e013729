"""The package of an earlier version, to be upgraded from: 0.1.0, which had no package and no setup of its own."""

import re
import shutil
from pathlib import Path

from supply.package import contents, deb
from tests.conftest import ROOT
from tests.rehearsal.machine import FOLDER, Failed, sh

VERSION = "0.1.0"
COMMIT = "7fbfe96"
"""Where its tag stands, or will."""
UNIT = re.compile(r"^```ini\n(\[Unit\]\nDescription=Blakus\n[\s\S]*?)^```", re.M)
COMMAND = re.compile(r"^```sh\n(#!/bin/sh\n# One command of Blakus[\s\S]*?)^```", re.M)


def package() -> Path:
    """Build it once: its program as it was tagged, in today's package, with the unit and command of its own page."""
    made = FOLDER / f"blakus_{VERSION}_{deb.ARCHITECTURE}.deb"
    if made.exists():
        return made
    clone = FOLDER / "earlier"
    shutil.rmtree(clone, ignore_errors=True)
    sh("git", "clone", "--quiet", "--no-checkout", str(ROOT), str(clone))
    sh("git", "-C", str(clone), "checkout", "--quiet", COMMIT)
    sh("git", "-C", str(clone), "tag", "--force", f"v{VERSION}")
    page = (clone / "docs" / "operating.md").read_text()
    there = clone / contents.TEMPLATES
    there.mkdir(parents=True)
    for pattern, name in ((UNIT, "blakus.service"), (COMMAND, "blakus.sh")):
        found = pattern.search(page)
        if found is None:
            raise Failed(f"the page of {VERSION} shows no {name}")
        (there / name).write_text(found[1].replace("/opt/blakus", f"/{contents.CODE}"))
    (clone / ".git" / "info" / "exclude").write_text(f"/{contents.TEMPLATES}/\n/{contents.BUNDLES}/\n")
    shutil.copytree(ROOT / contents.BUNDLES, clone / contents.BUNDLES)
    return deb.build(contents.source(clone), FOLDER)
