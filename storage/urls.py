"""The address of the database, as the settings say it."""

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

DRIVERS = {"sqlite": "sqlite+at_once", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


def with_driver(url: str) -> URL:
    """Return the URL with our asynchronous driver. Raises ValueError for other databases."""
    try:
        given = make_url(url)
    except ArgumentError:
        raise ValueError("no address of a database") from None
    backend = given.drivername.partition("+")[0]
    if backend not in DRIVERS:
        raise ValueError(f"neither SQLite nor PostgreSQL: {backend}")
    return given.set(drivername=DRIVERS[backend])


def embedded_file(url: str) -> Path | None:
    """Return the file of the database, if it is one on this machine."""
    given = with_driver(url)
    there = given.database if given.get_backend_name() == "sqlite" else None
    return Path(there).resolve() if there else None
