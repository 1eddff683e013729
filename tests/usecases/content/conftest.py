"""Fixtures of the tests about drafts and revisions: a small package, and the people who edit and approve it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.content import Content
from tests import packages
from tests.conftest import runtime_on
from tests.faces import Clock
from tests.usecases.content.editorial_desk import Desk, furnished


@pytest.fixture
def small(tmp_path: Path) -> Content:
    return packages.read(tmp_path / "package")


@pytest.fixture
async def desk(tmp_path: Path, clock: Clock, small: Content) -> AsyncIterator[Desk]:
    async with runtime_on(f"sqlite:///{tmp_path / 'blakus.sqlite'}", clock, small) as runtime:
        yield await furnished(runtime)
