"""A log line says that something happened, and nothing of whom it happened to."""

import asyncio
import logging
from datetime import timedelta

import pytest

from bot import jobs, logs
from bot.logs import Discreet
from bot.runtime import Runtime
from tests.patience import patiently

CANARY = "kanārijputniņš"


def line(name: str, message: str, *given: object, error: Exception | None = None, **fields: object) -> str:
    caught = (type(error), error, None) if error else None
    record = logging.LogRecord(name, logging.ERROR, __file__, 7, message, given, caught)
    for key, value in fields.items():
        setattr(record, key, value)
    return Discreet().format(record)


def test_what_others_log_is_cut_down_to_who_and_where() -> None:
    said = line("httpx", f"POST {CANARY} %s", CANARY)
    assert said.endswith("ERROR httpx:7")


def test_an_error_says_its_kind_and_place_but_not_its_words() -> None:
    said = line("bot.jobs", "job_failed", error=ValueError(CANARY), job="expire_conversations")
    assert "error=ValueError" in said
    assert "job=expire_conversations" in said
    assert CANARY not in said


def test_fields_that_were_not_allowed_are_left_out() -> None:
    assert CANARY not in line("bot.usecases.person.converse", "turn", chat=CANARY, service=CANARY, count=CANARY)


async def test_a_job_that_takes_long_is_not_logged_neither_at_its_next_turn_nor_at_the_end_of_the_program(
    runtime: Runtime, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.set_up()
    often, turns, running = timedelta(milliseconds=10), asyncio.Semaphore(0), asyncio.Queue[asyncio.Task[object]]()

    async def long() -> None:
        if task := asyncio.current_task():
            running.put_nowait(task)
        await asyncio.Event().wait()

    async def short() -> None:
        turns.release()

    async with patiently():
        async with jobs.scheduled(runtime, {"write_left": (often, long), "write_counts": (often, short)}):
            task = await running.get()
            for _ in range(5):  # and as often it was the turn of the long one
                await turns.acquire()
        await asyncio.wait([task])
    assert capsys.readouterr().err == ""
