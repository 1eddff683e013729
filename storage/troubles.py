"""Turns what a driver raises into Conflict or Trouble, without its message, which repeats what was to be stored."""

import sqlite3

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm.exc import StaleDataError

from storage.base import Conflict, Trouble

TWICE = {
    sqlite3.SQLITE_CONSTRAINT_UNIQUE,
    sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY,
    "23505",  # unique_violation
    "40001",  # serialization_failure
    "40P01",  # deadlock_detected
}
"""Error codes by which the databases say that another write was faster."""

WHY = {
    "authentication failed": "it refuses the password",
    "no password supplied": "it asks for a password",
    "does not exist": "it has no such database or user",
    "pg_hba.conf": "it lets nobody in from here",
    "refused": "nothing answers at this address",
    "resolve host": "its name is not known",
    "translate host name": "its name is not known",
    "timeout": "it does not answer in time",
    "timed out": "it does not answer in time",
    "unable to open database file": "its file cannot be opened: it is another account's, or its folder is missing",
    "readonly database": "its file cannot be written: it belongs to another account",
    "not a database": "its file is no database",
    "locked": "another process keeps it locked",
}
"""Why a database cannot be used, by what the driver says. Its words are not repeated: they may hold what is stored."""


def translate_error(error: DBAPIError | NoConnection | StaleDataError | sqlite3.Error) -> Conflict | Trouble:
    """Translate a database error, dropping its message, which repeats what was to be stored."""
    if isinstance(error, StaleDataError):
        return Conflict()
    said = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(said, "sqlite_errorcode", None) or getattr(said, "sqlstate", None)
    if code in TWICE:
        return Conflict()
    return Trouble(type(said).__name__, code, why=next((why for sign, why in WHY.items() if sign in str(said)), ""))
