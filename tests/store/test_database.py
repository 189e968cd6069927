"""The schema: made once, by whoever comes first, and never of a kind that this version does not know."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import URL

from modelruntime import ParameterInvalid
from modelruntime.store.blocking_engine import blocking_engine
from modelruntime.store.database import Database
from modelruntime.store.database_url import database_url
from modelruntime.store.errors import SchemaUnknown, StoreUnavailable
from modelruntime.store.migrating import MIGRATIONS, head_revision, known_revisions, locked, migrate, revision_of, upgrade
from modelruntime.store.sqlite_connection import PAGE_BYTES
from modelruntime.store.store import Store
from modelruntime.store.tables import METADATA
from tests.servers.postgres import Postgres
from tests.store.world import TESTER, added, listed


def differences(url: URL) -> object:
    engine = blocking_engine(url)
    try:
        with engine.connect() as connection:
            return compare_metadata(MigrationContext.configure(connection), METADATA)
    finally:
        engine.dispose()


def test_the_steps_make_the_tables_that_the_code_knows(database: str | None, tmp_path: Path):
    url = database_url(database, tmp_path)
    with locked(url) as connection:
        upgrade(connection, "head")
    assert differences(url) == []


def described(connection: Connection) -> dict[str, Any]:
    """Every table with what it is made of and what is in it, in no order that depends on how it was made."""
    seen = inspect(connection)
    return {
        table: {
            "columns": {column["name"]: {**column, "type": str(column["type"])} for column in seen.get_columns(table)},
            "primary key": seen.get_pk_constraint(table),
            "foreign keys": sorted(seen.get_foreign_keys(table), key=str),
            "unique": sorted(seen.get_unique_constraints(table), key=str),
            "indexes": sorted(seen.get_indexes(table), key=str),
            "rows": [dict(row) for row in connection.execute(text(f"SELECT * FROM {table}")).mappings()],
        }
        for table in seen.get_table_names()
    }


@pytest.fixture(params=["sqlite", "postgresql"])
def two_databases(request: pytest.FixtureRequest, tmp_path: Path) -> list[URL]:
    if request.param == "sqlite":
        return [database_url(f"sqlite:///{tmp_path / name}", tmp_path) for name in "ab"]
    server: Postgres = request.getfixturevalue("postgres")
    return [database_url(server.database(), tmp_path) for _ in "ab"]


def test_a_new_database_is_what_the_steps_would_have_made_of_it(two_databases: list[URL]):
    new, old = two_databases
    migrate(new)
    with locked(new) as made, locked(old) as stepped:
        upgrade(stepped, "head")
        assert described(made) == described(stepped)
        assert described(made)["alembic_version"]["rows"] == [{"version_num": head_revision()}]


def test_the_revisions_are_those_of_the_steps():
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    steps = ScriptDirectory.from_config(config).walk_revisions()
    assert known_revisions() == tuple(step.revision for step in steps)


OPENING_ANEW = """
import pathlib, sys
from modelruntime.store.database_url import database_url
from modelruntime.store.migrating import migrate
for _ in range(2):
    migrate(database_url(None, pathlib.Path(sys.argv[1])))
print(sorted({"alembic", "mako"} & sys.modules.keys()))
"""


def test_what_runs_migrations_is_loaded_when_one_is_due(tmp_path: Path):
    command = [sys.executable, "-W", "error", "-c", OPENING_ANEW, str(tmp_path)]
    assert subprocess.run(command, check=True, capture_output=True, text=True).stdout == "[]\n"


@pytest.mark.parametrize("revision", known_revisions())
def test_any_earlier_schema_is_brought_up_to_date(database: str | None, tmp_path: Path, revision: str):
    url = database_url(database, tmp_path)
    with locked(url) as connection:
        upgrade(connection, revision)
    migrate(url)
    assert differences(url) == []


NAMED_BEFORE = ("aliases", "balancing", "default_models", "policies", "prices", "routes", "settings")


def test_what_was_kept_under_a_name_is_for_all_workspaces_after_an_upgrade(database: str | None, tmp_path: Path):
    url = database_url(database, tmp_path)
    with locked(url) as connection:
        upgrade(connection, "0001")
        for table in NAMED_BEFORE:
            connection.execute(text(f"INSERT INTO {table} VALUES ('b', '\"ß 模\"', 2.5), ('a', '{{}}', 1)"))
    migrate(url)
    with locked(url) as connection:
        for table in NAMED_BEFORE:
            rows = connection.execute(text(f"SELECT workspace, name, value, updated_at FROM {table} ORDER BY name"))
            assert [tuple(row) for row in rows] == [("", "a", "{}", 1.0), ("", "b", '"ß 模"', 2.5)]
            connection.execute(text(f"INSERT INTO {table} VALUES ('team', 'a', '{{}}', 1)"))


def test_a_key_that_was_there_may_not_delete_models_after_an_upgrade(database: str | None, tmp_path: Path):
    url = database_url(database, tmp_path)
    row = "'k', 'default', '', 'app', '[]', 'null', false, 1"
    with locked(url) as connection:
        upgrade(connection, "0002")
        columns = "id, workspace, digest, name, models, limits, disabled, created_at"
        connection.execute(text(f"INSERT INTO api_keys ({columns}) VALUES ({row})"))
    migrate(url)
    with locked(url) as connection:
        assert not connection.execute(text("SELECT may_delete_models FROM api_keys")).scalar_one()
        connection.execute(text(f"INSERT INTO api_keys ({columns}) VALUES ({row.replace('k', 'of the version before', 1)})"))
        assert connection.execute(text("SELECT count(*) FROM api_keys WHERE NOT may_delete_models")).scalar_one() == 2


def test_a_newer_schema_is_refused_and_left_alone(database: str | None, tmp_path: Path):
    url = database_url(database, tmp_path)
    migrate(url)
    with locked(url) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaUnknown, match=r"9999.*newer version"):
        migrate(url)
    with locked(url) as connection:
        assert revision_of(connection) == "9999"


def test_somebody_elses_database_is_refused(database: str | None, tmp_path: Path):
    url = database_url(database, tmp_path)
    with locked(url) as connection:
        connection.execute(text("CREATE TABLE theirs (n int)"))
    with pytest.raises(SchemaUnknown, match="theirs"):
        migrate(url)


def upgrade_and_fail(url: URL) -> None:
    with locked(url) as connection:
        upgrade(connection, "head")
        raise ZeroDivisionError


def test_a_step_that_fails_leaves_nothing(database: str | None, tmp_path: Path):
    url = database_url(database, tmp_path)
    with pytest.raises(ZeroDivisionError):
        upgrade_and_fail(url)
    with locked(url) as connection:
        assert revision_of(connection) is None


OPENING = """
import asyncio, pathlib, sys
from modelruntime.store.store import Store
async def main():
    sys.stdin.readline()
    store = await Store.open(pathlib.Path(sys.argv[1]), {}, sys.argv[2] or None)
    print(store.pepper.value.hex(), store.roots.active)
    await store.aclose()
asyncio.run(main())
"""


def test_processes_that_begin_at_once_share_schema_ring_and_pepper(database: str | None, tmp_path: Path):
    command = [sys.executable, "-W", "error", "-c", OPENING, str(tmp_path / "data"), database or ""]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    started = [subprocess.Popen(command, text=True, **pipes) for _ in range(4)]  # type: ignore[call-overload]
    for process in started:
        process.stdin.write("\n")
        process.stdin.flush()
    said = [process.communicate(timeout=60) for process in started]
    assert [process.returncode for process in started] == [0] * 4, said
    assert len({out for out, _ in said}) == 1


async def test_files_are_the_users_alone(tmp_path: Path):
    store = await Store.open(tmp_path / "data", {})
    await added(store)
    try:
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "data").iterdir()}
        assert modes.keys() >= {"gateway.sqlite", "gateway.sqlite-wal", "keys.json"}
        assert set(modes.values()) == {0o600}
        assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    finally:
        await store.aclose()


async def test_a_database_that_is_gone_is_one_error_and_comes_back(tmp_path: Path):
    server = Postgres.make()
    try:
        store = await Store.open(tmp_path, {}, server.database())
        await added(store)
        server.stop()
        for _ in range(2):
            with pytest.raises(StoreUnavailable, match=r"does not answer|was lost"):
                await listed(store)
            with pytest.raises(StoreUnavailable):
                await added(store)
        server.start()
        assert [view.name for view in await listed(store)] == ["credential 1"]
        await store.aclose()
    finally:
        server.close()


async def test_a_directory_that_cannot_be_written_is_one_error(tmp_path: Path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(OSError):
        await Database.open(database_url(None, tmp_path / "taken"))


@pytest.mark.parametrize(
    "url", ["mysql://root:hunter2@host/db", "no url hunter2", "sqlite://", "sqlite:///:memory:", "oracle://hunter2"]
)
def test_other_databases_are_refused_without_their_passwords(url: str, tmp_path: Path):
    with pytest.raises(ParameterInvalid) as refused:
        database_url(url, tmp_path)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_the_driver_is_ours_to_choose(scheme: str, tmp_path: Path):
    assert database_url(f"{scheme}://u@h/d", tmp_path).drivername == "postgresql+psycopg"


@pytest.mark.parametrize("before", [None, 4096])
def test_a_new_file_has_large_pages_and_one_that_is_there_keeps_its_own(tmp_path: Path, before: int | None):
    file = tmp_path / "some.db"
    if before is not None:
        with closing(sqlite3.connect(file)) as made:
            made.execute(f"PRAGMA page_size = {before}")
            made.execute("CREATE TABLE empty (id INTEGER)")
            made.execute("DROP TABLE empty")
    migrate(database_url(f"sqlite:///{file}", tmp_path))
    with closing(sqlite3.connect(file)) as opened:
        assert opened.execute("PRAGMA page_size").fetchone() == (before or PAGE_BYTES,)
        assert opened.execute("SELECT count(*) FROM calls").fetchone() == (0,)


async def test_changes_wait_for_each_other(store: Store):
    async def one(name: str) -> None:
        async with store.database.change(TESTER) as change:
            await store.aliases.put(change, name, "acme/small")

    await asyncio.gather(*(one(f"alias {number}") for number in range(12)))
    async with store.database.read() as connection:
        assert len(await store.aliases.all(connection)) == 12
        assert await store.audit.first_broken(connection) is None
        assert [entry.number for entry in await store.audit.list(connection)] == list(range(12, 0, -1))


def test_the_migrations_are_part_of_the_package():
    assert (MIGRATIONS / "env.py").is_file()
    assert sorted(MIGRATIONS.glob("versions/0*.py"))
    assert (MIGRATIONS / "versions" / "__init__.py").is_file()
