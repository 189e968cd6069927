"""Which database: a URL, or a file of the data directory."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from modelruntime.entities.errors import ParameterInvalid

FILE_NAME = "gateway.sqlite"
_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


def database_url(named: str | None, directory: Path) -> URL:
    """The database named (`sqlite:///FILE`, `postgresql://…`), else the SQLite file of the directory.

    Raises `ParameterInvalid` for a URL that cannot be read or names another kind of database. The message never holds the URL:
    it may hold a password.
    """
    if not named:
        return URL.create("sqlite+aiosqlite", database=str(directory / FILE_NAME))
    try:
        url = make_url(named)
    except ArgumentError as cause:
        raise ParameterInvalid("the database is named by a URL, such as postgresql://user@host/name", field="database") from cause
    driver = _DRIVERS.get(url.drivername)
    if driver is None:
        raise ParameterInvalid(f"{url.drivername} is no database for this: use sqlite:///FILE or postgresql://…", field="database")
    if driver.startswith("sqlite") and url.database in (None, "", ":memory:"):
        raise ParameterInvalid("an SQLite database needs a file: sqlite:///path/to/gateway.sqlite", field="database")
    return url.set(drivername=driver)
