"""A log line says that something happened, and nothing of whom it happened to."""

import logging

from bot.logs import Discreet

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
