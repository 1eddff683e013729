"""Whole packages between desks, git and municipalities: out as one file with a checksum, in as a draft."""

import asyncio
from collections.abc import Collection, Mapping

from bot.editing.package import OWN, pack
from bot.engine.problems import Problem
from bot.runtime import Runtime
from bot.usecases.content import apart, publishing
from bot.usecases.content.drafts import SignedIn, must_edit
from bot.usecases.refused import Refused

PARTS: Collection[str] = tuple(sorted(OWN))
"""What a municipality may keep of its own when it takes another one's package."""


class NotAPackage(Refused):
    """This file is no package that can be read here: the problem says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


async def hand_over(runtime: Runtime) -> tuple[str, bytes]:
    """The content in use as one file, and its revision."""
    content = runtime.content
    return content.revision, await asyncio.to_thread(pack, content.files, content.revision)


async def bring_in(runtime: Runtime, editor: SignedIn, data: bytes, title: str, kept: Collection[str]) -> str:
    """A draft of a package that was handed over somewhere; nothing is published. Its id. Raises NotAPackage."""
    must_edit(editor)
    files = await apart.unpacked(runtime, data, runtime.content.files, kept)
    if isinstance(files, Problem):
        raise NotAPackage(files)
    return await publishing.bring_in(runtime, editor, files, title)


async def bring_in_files(
    runtime: Runtime, editor: SignedIn, files: Mapping[str, str], title: str, kept: Collection[str]
) -> str:
    """The same for the files of a package. Raises BrokenContent with every problem where they cannot be read."""
    own = await apart.with_own(runtime, files, runtime.content.files, kept)
    return await publishing.bring_in(runtime, editor, own, title)
