"""Bringing a database's schema up to date, once, however many processes begin at the same time."""

from __future__ import annotations

import warnings
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import URL

from modelruntime.store.blocking_engine import blocking_engine
from modelruntime.store.database import unavailable
from modelruntime.store.errors import SchemaUnknown
from modelruntime.store.new_schema import make_schema

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).with_name("migrations")
LOCK = 7_246_355_113_846_001
"""The advisory lock of PostgreSQL: any number that nobody else uses."""
_NEWER = (
    "the database has the schema {found}, which this version does not know: a newer version made it. Start that version, or "
    "restore a backup into a new database"
)


def migrate(url: URL) -> None:
    """Blocks until the schema is that of this version. Raises `StoreUnavailable`, or `SchemaUnknown`."""
    with unavailable(), locked(url) as connection:
        found = revision_of(connection)
        if found is None:
            make_schema(connection, head_revision())
        elif found not in known_revisions():
            raise SchemaUnknown(_NEWER.format(found=found))
        elif found != head_revision():
            upgrade(connection, "head")


@contextmanager
def locked(url: URL) -> Generator[Connection]:
    """A connection in a transaction that holds the lock: SQLite's write lock on its file, or an advisory lock."""
    engine = blocking_engine(url, "BEGIN EXCLUSIVE")
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            yield connection
    finally:
        engine.dispose()


def upgrade(connection: Connection, revision: str) -> None:
    """Take the steps up to a revision."""
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        command.upgrade(config, revision)


def revision_of(connection: Connection) -> str | None:
    """The revision of a database; None for one without any schema of ours. Raises `SchemaUnknown` for somebody else's."""
    tables = inspect(connection).get_table_names()
    if "alembic_version" in tables:
        found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return found
    if tables:
        raise SchemaUnknown(f"the database holds tables of something else ({', '.join(sorted(tables)[:3])}): give an empty one")
    return None


def known_revisions() -> tuple[str, ...]:
    """Every revision of this version, newest first: their files are named after them, one after the other."""
    return tuple(sorted((file.name.partition("_")[0] for file in MIGRATIONS.glob("versions/[0-9]*.py")), reverse=True))


def head_revision() -> str:
    """The newest."""
    return known_revisions()[0]


def _config() -> Config:
    from alembic.config import Config as Settings

    config = Settings()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
