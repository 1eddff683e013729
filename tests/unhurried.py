"""The program in the tests' own process gives up on nobody: where a machine is busy, everything takes long. Nor do the
desk's pages give up on the browser's own database, whose silence would lead another way: to her passphrase.

That it does give up is tested on a program in a process of its own (tests/test_outage.py, tests/faults/), or by a test
that sets one of these itself.
"""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from aiohttp import ClientTimeout

from bot import dictionary
from bot.channels import doors, pages
from bot.channels.telegram import channel, polling, wire
from bot.desk import files
from bot.usecases.operation import doctor, doctor_outside
from bot.usecases.person import emptying, outage
from bot.usecases.services import delivery
from storage import leader, together
from tests.patience import PATIENCE, PATIENCE_MS

HURRIED_STATIC = files.STATIC
"""As the program has it: this module is imported before anything is changed."""
GIVES_UP = re.compile(r"^(const PATIENCE = )\d+;", re.MULTILINE)


@contextmanager
def unhurried() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
        patch.setattr(files, "STATIC", patient_pages(Path(folder).resolve()))
        for module in (outage, delivery, doctor_outside, leader):
            patch.setattr(module, "PATIENCE", PATIENCE)
        patch.setattr(outage, "SLOW", PATIENCE)
        patch.setattr(together, "PATIENCE", int(PATIENCE_MS))
        patch.setattr(doctor, "LOOK_SECONDS", PATIENCE)
        patch.setattr(dictionary, "LONGEST_WAIT", PATIENCE)
        patch.setattr(doors, "PATIENCE", PATIENCE)
        patch.setattr(pages, "BODY_SECONDS", PATIENCE)
        patch.setattr(channel, "SENDING", PATIENCE)
        patch.setattr(emptying, "LONGEST", PATIENCE)
        patch.setattr(polling, "FAREWELL", PATIENCE)
        patch.setattr(wire, "ANSWERING", PATIENCE)
        patch.setattr(wire, "CONNECTING", PATIENCE)
        patch.setattr(wire, "USUAL", ClientTimeout(PATIENCE, sock_connect=PATIENCE))
        yield


def patient_pages(folder: Path) -> Path:
    """The desk's scripts, with the one that gives up on the browser's database as patient as a test."""
    made = shutil.copytree(HURRIED_STATIC, folder / "static")
    forget = made / "forget.js"
    script, changed = GIVES_UP.subn(rf"\g<1>{int(PATIENCE_MS)};", forget.read_text())
    assert changed == 1
    forget.write_text(script)
    return made
