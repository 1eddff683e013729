"""What the program does slowly on purpose, done quickly: guessing is not what most tests are about. And what a program
does once in its life is done once for all tests.

Only in the tests' own process: a program in a process of its own is as slow as it has to be. That it is slow:
tests/test_slow_on_purpose.py and tests/test_sealing.py.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from types import ModuleType
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import URL, Dialect
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import apart, proof, sealing
from bot.channels import form_frame
from bot.content import Content
from bot.engine.check import Certificate
from bot.usecases.accounts import passwords
from bot.usecases.casework import receipts
from storage import database, together

SLOW_ON_PURPOSE: tuple[tuple[ModuleType, str, Any], ...] = (
    (passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)),
    (receipts, "SCRYPT_N", 2),
    (form_frame, "STEP", 0.001),
    (sealing, "has_the_one_size", lambda _: True),  # a hundred tries each time until it has
    (together, "PRAGMAS", (*together.PRAGMAS, "synchronous=OFF")),  # nothing here outlives the run
)
"""What protects people by being slow, and what most tests put in its place."""
AS_IT_IS = tuple((module, name, getattr(module, name)) for module, name, _ in SLOW_ON_PURPOSE)
"""As the program has it: this module is imported before anything is changed."""


@contextmanager
def quickly() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for module, name, quick in SLOW_ON_PURPOSE:
            patch.setattr(module, name, quick)
        patch.setattr(apart, "MOST_REMEMBERED", 1000)  # what is shipped is read and proved once for all tests
        patch.setattr(proof, "prove", once_for_each_package(proof.prove))  # known here as what a start asks for
        patch.setattr(database, "make_engine", compiling_once(database.make_engine))
        yield


def once_for_each_package(prove: Callable[[Content, date], Certificate]) -> Callable[[Content, date], Certificate]:
    """Prove a package once in this process: it takes seconds, and each start in a folder of its own asks for it."""
    known: dict[tuple[date, tuple[tuple[str, str], ...]], Certificate] = {}

    def proved(content: Content, today: date) -> Certificate:
        asked = today, tuple(sorted(content.files.items()))
        if asked not in known:
            known[asked] = prove(content, today)
        return known[asked]

    return proved


def compiling_once(make_engine: Callable[[URL], AsyncEngine]) -> Callable[[URL], AsyncEngine]:
    """Let all engines of one kind share what they have compiled. Each test has an engine of its own, and turning the
    same statements into SQL for each was a third of the work of a test with a database."""
    first: dict[type[Dialect], Dialect] = {}
    compiled: dict[Any, Any] = {}

    def make(url: URL) -> AsyncEngine:
        engine = make_engine(url)
        own = engine.sync_engine
        own.dialect = first.setdefault(type(own.dialect), own.dialect)  # what is compiled is known by its dialect
        own.update_execution_options(compiled_cache=compiled)
        return engine

    return make


@contextmanager
def slowly() -> Iterator[None]:
    """Let what is slow on purpose be as slow as in the program."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name, slow in AS_IT_IS:
            patch.setattr(module, name, slow)
        yield


def locked(secret: str, passphrase: str) -> bytes:
    """With the least work for each guess; the library takes a second, and a browser many."""
    return sealing.locked(secret.encode(), passphrase, 1)
