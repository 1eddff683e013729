"""Whole packages between desks, git and municipalities: exported as a file with a checksum, imported as a draft."""

import asyncio
from collections.abc import Collection, Mapping

from bot.editing.package import OWN, pack
from bot.engine.problems import Problem
from bot.runtime import Runtime
from bot.usecases.content import apart, publishing
from bot.usecases.content.drafts import SignedIn, must_edit
from bot.usecases.refused import Refused

PARTS: Collection[str] = tuple(sorted(OWN))
"""The parts that a municipality may keep when it imports another's package."""


class NotAPackage(Refused):
    """This file is not a package that can be read here; the problem tells why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


async def hand_over(runtime: Runtime) -> tuple[str, bytes]:
    """Export the content in use. Return its revision and the package file."""
    content = runtime.content
    return content.revision, await asyncio.to_thread(pack, content.files, content.revision)


async def bring_in(runtime: Runtime, editor: SignedIn, data: bytes, title: str, kept: Collection[str]) -> str:
    """Open a draft from an exported package. Return its id. Raises NotAPackage, BrokenContent, NotAllowed."""
    must_edit(editor)
    files = await apart.unpack(runtime, data, runtime.content.files, kept)
    if isinstance(files, Problem):
        raise NotAPackage(files)
    return await publishing.bring_in(runtime, editor, files, title)


async def bring_in_files(
    runtime: Runtime, editor: SignedIn, files: Mapping[str, str], title: str, kept: Collection[str]
) -> str:
    """Open a draft from the files of a package. Return its id. Raises NotAllowed, BrokenContent with every problem."""
    own = await apart.with_own(runtime, files, runtime.content.files, kept)
    return await publishing.bring_in(runtime, editor, own, title)
