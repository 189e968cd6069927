"""A store on each database: SQLite in a folder of the test, PostgreSQL from the session's server."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from modelruntime.store.database_url import FILE_NAME, database_url
from modelruntime.store.migrating import migrate
from modelruntime.store.store import Store
from modelruntime.store.tables import METADATA
from tests.servers.fixtures import postgres
from tests.servers.postgres import Postgres

__all__ = ["postgres"]


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with our tables: a copy of it is ready sooner than a new one."""
    file = tmp_path_factory.mktemp("migrated") / FILE_NAME
    migrate(database_url(f"sqlite:///{file}", file.parent))
    return file


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Postgres) -> str:
    """The URL of a PostgreSQL database with our tables."""
    url = postgres.database()
    migrate(database_url(url, Path()))
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str | None:
    """The URL of a new database; None for the SQLite file of the data directory."""
    if request.param == "sqlite":
        return None
    server: Postgres = request.getfixturevalue("postgres")
    return server.database()


@pytest.fixture(params=["sqlite", "postgresql"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """A new store."""
    named = None
    if request.param == "sqlite":
        (tmp_path / "data").mkdir(mode=0o700)
        shutil.copy(request.getfixturevalue("migrated"), tmp_path / "data" / FILE_NAME)
    else:
        named = request.getfixturevalue("migrated_postgres")
        emptied(request.getfixturevalue("postgres"), named.rpartition("/")[2])
    opened = await Store.open(tmp_path / "data", {}, named)
    yield opened
    await opened.aclose()


def emptied(server: Postgres, database: str) -> None:
    """A database as it was made: that is sooner done than to make another one."""
    names = ", ".join(table.name for table in METADATA.sorted_tables)
    server.execute(f"TRUNCATE {names}", database)
    server.execute("INSERT INTO workspaces VALUES ('default', 'default', 0)", database)
    server.execute("INSERT INTO audit_head VALUES (1, 0, '')", database)
    server.execute("INSERT INTO revision VALUES (1, 0, 0)", database)
