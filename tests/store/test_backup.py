"""A backup is the whole database in one file, and goes back into either kind of it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.engine import URL

from modelruntime import ParameterInvalid
from modelruntime.entities.secret import Secret
from modelruntime.runtime.call_record import CallContent
from modelruntime.store.backup import EVERYTHING, WITHOUT_CONTENTS, back_up, restore
from modelruntime.store.blocking_engine import blocking_engine
from modelruntime.store.configuration import Route, RouteTarget
from modelruntime.store.database_url import database_url
from modelruntime.store.errors import NotAllowed, SchemaUnknown
from modelruntime.store.ledger_entry import decode_entries, encode_records
from modelruntime.store.ledger_writer import write_entries
from modelruntime.store.migrating import head_revision, locked, revision_of
from modelruntime.store.store import Store
from modelruntime.store.tables import METADATA
from tests.servers.postgres import Postgres
from tests.store.world import CATALOGUE, OTHER_SECRET, SECRET, TESTER, added, put, record


async def filled(directory: Path, database: str | None = None) -> Store:
    """A store with something in every table."""
    from tests.store.test_operator_values import NEW

    store = await Store.open(directory, {}, database)
    await added(store, "first", second_key=OTHER_SECRET)
    await put(store, store.routes, "fast", Route("fast", (RouteTarget("acme/small"),)))
    async with store.database.change(TESTER) as change:
        await store.workspaces.add(change, "team", "Team ß 模")
        await store.api_keys.create(change, "team", "app")
        root = await store.accounts.add(change, "root", "correct horse battery", "admin")
        await store.sessions.start(change.connection, root.id, change.now)
        await store.setup_tokens.make(change.connection, change.now)
        await store.access_tokens.create(change, "ci", "viewer")
        await store.declarations.add(change, CATALOGUE, NEW)
        await store.preferences.put(change.connection, "account:1", "x", {"a": None}, 1.0)
    whole = record(1, content=CallContent(bytes(range(256)), "said \x01 ß"))
    await write_entries(store.database, decode_entries(encode_records([whole, record(2, cost=None)])))
    return store


def rows_of(url: URL, tables: frozenset[str] = EVERYTHING) -> dict[str, list[Any]]:
    engine = blocking_engine(url)
    try:
        with engine.connect() as connection:
            return {
                table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))]
                for table in METADATA.sorted_tables
                if table.name in tables
            }
    finally:
        engine.dispose()


@pytest.mark.parametrize("source", ["sqlite", "postgresql"])
@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
async def test_it_goes_from_either_into_either(postgres: Postgres, tmp_path: Path, source: str, target: str):
    def named(kind: str, name: str) -> str | None:
        return None if kind == "sqlite" else postgres.database()

    first, second = named(source, "a"), named(target, "b")
    store = await filled(tmp_path / "a", first)
    file = io.BytesIO()
    count = back_up(store.database.url, file, EVERYTHING)
    await store.aclose()
    before = rows_of(store.database.url)
    assert {name for name, rows in before.items() if not rows} <= {
        *("aliases", "balancing", "default_models", "model_switches", "policies", "prices", "settings")
    }
    file.seek(0)
    url = database_url(second, tmp_path / "b")
    assert restore(url, file) == count == sum(map(len, before.values()))
    assert rows_of(url) == before
    assert rows_of(url, frozenset({"sessions", "setup_tokens"})) == {"sessions": [], "setup_tokens": []}
    again = await Store.open(tmp_path / "a", {}, second or f"sqlite:///{tmp_path}/b/gateway.sqlite")
    async with again.database.read() as connection:
        view = (await again.credentials.list(connection, "default"))[0]
        assert (await again.credentials.values(connection, "default", view.id))["api_key"] == Secret(SECRET)
        assert await again.audit.first_broken(connection) is None
        assert (await again.calls.get(connection, "call1")).content == CallContent(bytes(range(256)), "said \x01 ß")
    await again.aclose()


async def test_a_secret_is_in_no_backup(tmp_path: Path):
    store = await filled(tmp_path)
    file = io.BytesIO()
    back_up(store.database.url, file)
    await store.aclose()
    for secret in (SECRET, OTHER_SECRET, store.pepper.value.hex(), "correct horse battery"):
        assert secret.encode() not in file.getvalue()
    assert b'"table":"contents"' not in file.getvalue()
    assert rows_of(store.database.url, EVERYTHING - WITHOUT_CONTENTS)["contents"] != []


async def test_a_cut_or_changed_backup_restores_nothing(tmp_path: Path):
    store = await filled(tmp_path / "a")
    file = io.BytesIO()
    back_up(store.database.url, file)
    await store.aclose()
    lines = file.getvalue().splitlines(keepends=True)
    url = database_url(None, tmp_path / "b")
    broken = [lines[:number] for number in range(0, len(lines), 3)]
    broken += [lines[:-1], [*lines[:5], *lines[6:]], [*lines[:3], lines[4], lines[3], *lines[5:]]]
    broken += [[lines[0], lines[1].replace(b"1", b"2", 1), *lines[2:]], [b"\xff", *lines[1:]]]
    for each in broken:
        with pytest.raises(ParameterInvalid):
            restore(url, io.BytesIO(b"".join(each)))
        with locked(url) as connection:
            assert revision_of(connection) is None


async def test_a_database_in_use_is_not_overwritten(tmp_path: Path):
    store = await filled(tmp_path)
    file = io.BytesIO()
    back_up(store.database.url, file)
    await store.aclose()
    before = rows_of(store.database.url)
    file.seek(0)
    with pytest.raises(NotAllowed, match="in use"):
        restore(store.database.url, file)
    assert rows_of(store.database.url) == before


async def test_a_backup_of_a_newer_version_says_so(tmp_path: Path):
    store = await filled(tmp_path / "a")
    file = io.BytesIO()
    back_up(store.database.url, file)
    await store.aclose()
    newer = file.getvalue().replace(f'"schema":"{head_revision()}"'.encode(), b'"schema":"9999"', 1)
    assert newer != file.getvalue()
    with pytest.raises(SchemaUnknown, match="9999"):
        restore(database_url(None, tmp_path / "b"), io.BytesIO(newer))


def test_what_is_no_backup_says_so(tmp_path: Path):
    for content in (b"", b"\n", b"{}", b'{"format":"x","version":1,"schema":"0001","made_at":1}\n', b"PK\x03\x04"):
        with pytest.raises(ParameterInvalid):
            restore(database_url(None, tmp_path), io.BytesIO(content))
