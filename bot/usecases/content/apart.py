"""Jobs for the child process, each with its time limit and the problem to report when that runs out."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from bot import outside
from bot.apart import TooLong
from bot.content import Content
from bot.editing import Edit
from bot.engine.check import Certificate
from bot.engine.find import FoundTopics
from bot.engine.problems import BrokenContent, Problem, broken
from bot.exchange.back import Opened, not_opened
from bot.outside import Files, Problems, Reading, Texts
from bot.runtime import Runtime

READING, PROVING = 10, 20
"""Seconds. Reading the shipped content takes a fifth of a second, proving it one or two; on a busy machine, more."""
SLOW_EDITS = broken("slow package")
SLOW_PROOF = broken("slow proof")
SLOW_TEXTS = broken("slow text")


async def read(runtime: Runtime, files: Files) -> tuple[Content | None, Problems]:
    """Parse the files of a package. Return its content, or None and the problems."""
    try:
        reading = await runtime.apart.ask(READING, outside.read, files)
    except TooLong:
        return None, (SLOW_EDITS,)
    return reading.content, reading.problems


async def read_edited(runtime: Runtime, base: Files, edits: Sequence[Edit]) -> Reading:
    """Read a package with the edits of a draft. If they cannot be applied, the reading has the files of `base`."""
    try:
        return await runtime.apart.ask(READING, outside.read_edited, base, tuple(edits))
    except TooLong:
        return Reading(base, None, (SLOW_EDITS,))


async def check_edits(runtime: Runtime, base: Files, others: Sequence[Edit], wanted: Sequence[Edit]) -> Problems:
    """Return the problems of new edits on top of the other edits of a draft."""
    try:
        return await runtime.apart.ask(READING, outside.wrong_with, base, tuple(others), tuple(wanted))
    except TooLong:
        return (SLOW_EDITS,)


async def prove(runtime: Runtime, files: Files, today: date, publishing: bool = False) -> Certificate:
    """Return the certificate of a package. Raises BrokenContent with every problem."""
    try:
        found = await runtime.apart.ask(PROVING, outside.verdict, files, today, publishing)
    except TooLong:
        found = (SLOW_PROOF,)
    if isinstance(found, Certificate):
        return found
    raise BrokenContent(found)


async def check_texts(runtime: Runtime, files: Files, texts: Texts) -> Mapping[tuple[str, str], Problems]:
    """Return the problems of texts while they are typed, by key and language."""
    try:
        return await runtime.apart.ask(READING, outside.wrong_texts, files, texts)
    except TooLong:
        return dict.fromkeys(texts, (SLOW_TEXTS,))


async def unpack(runtime: Runtime, data: bytes, own: Files, kept: Collection[str]) -> Files | Problem:
    """Unpack a package file. Return its files, or the problem with it."""
    try:
        return await runtime.apart.ask(READING, outside.unpacked, data, own, tuple(kept))
    except TooLong:
        return SLOW_EDITS


async def with_own(runtime: Runtime, files: Files, own: Files, kept: Collection[str]) -> Files:
    """Return a package with the parts a municipality keeps of its own. Raises BrokenContent."""
    try:
        return await runtime.apart.ask(READING, outside.with_own, files, own, tuple(kept))
    except TooLong:
        raise BrokenContent((SLOW_EDITS,)) from None


async def must_be_readable(runtime: Runtime, files: Files) -> None:
    """Raise BrokenContent with every problem that keeps a package from becoming a draft."""
    try:
        problems = await runtime.apart.ask(READING, outside.brought_in, files)
    except TooLong:
        problems = (SLOW_EDITS,)
    if problems:
        raise BrokenContent(problems)


async def open_file(runtime: Runtime, files: Files, name: str, data: bytes) -> Opened:
    """Return the texts of a translator's file, or the problems with it."""
    try:
        return await runtime.apart.ask(READING, outside.opened, files, name, data)
    except TooLong:
        return not_opened("slow file", name)


async def list_edit(
    runtime: Runtime, base: Files, others: Sequence[Edit], place: Edit, lines: tuple[str, ...]
) -> Edit | None:
    """Return the edit that turns a list of phrases into `lines`, or None if none is needed. Raises BrokenContent."""
    try:
        return await runtime.apart.ask(READING, outside.list_edit, base, tuple(others), place, lines)
    except TooLong:
        raise BrokenContent((SLOW_EDITS,)) from None


async def try_out(
    runtime: Runtime, base: Files, others: Sequence[Edit], place: Edit, lines: tuple[str, ...], text: str
) -> FoundTopics:
    """Return what a person who typed this would be offered. Raises BrokenContent."""
    try:
        found = await runtime.apart.ask(READING, outside.tried_out, base, tuple(others), place, lines, text)
    except TooLong:
        found = (SLOW_EDITS,)
    if isinstance(found, FoundTopics):
        return found
    raise BrokenContent(found)


async def first_topics(runtime: Runtime, files: Files, phrases: Sequence[str], language: str) -> tuple[str | None, ...]:
    """Return the topic that each phrase leads to, all None if that takes too long."""
    try:
        return await runtime.apart.ask(READING, outside.first_topics, files, tuple(phrases), language)
    except TooLong:
        return (None,) * len(phrases)
