"""The program in the tests' own process gives up on nobody: where a machine is busy, everything takes long.

That it does give up is tested on a program in a process of its own (tests/test_outage.py, tests/faults/), or by a test
that sets one of these itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from aiohttp import ClientTimeout

from bot import dictionary
from bot.channels import doors, pages
from bot.channels.telegram import channel, polling, wire
from bot.usecases.operation import doctor, doctor_outside
from bot.usecases.person import emptying, outage
from bot.usecases.services import delivery
from storage import leader, together
from tests.patience import PATIENCE, PATIENCE_MS


@contextmanager
def unhurried() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
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
