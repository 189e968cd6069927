"""Planted secrets are in no file, no row and no log line."""

from __future__ import annotations

import base64
import logging
import traceback
from pathlib import Path

import pytest

from modelruntime.entities.errors import CredentialsInvalid, ModelRuntimeError
from modelruntime.store.compiler import compile_rows
from modelruntime.store.key_ring import KeyRing, load_key_ring
from modelruntime.store.open_store import open_store
from modelruntime.store.store import Store
from modelruntime.store.stored_rows import read_rows
from tests.servers.postgres import Postgres
from tests.store.test_live_configuration import base
from tests.store.world import ACME, CATALOGUE, CUSTOM, OTHER_SECRET, SECRET, TESTER, added, put, record

PASSWORD = "correct horse battery CANARY"


def spellings(*secrets: str) -> list[bytes]:
    """As they are, and as somebody may have encoded them."""
    plain = [secret.encode() for secret in secrets]
    return [*plain, *(base64.b64encode(each).rstrip(b"=")[:-1] for each in plain), *(each.hex().encode() for each in plain)]


async def lived(directory: Path, database: str | None) -> list[str]:
    """A gateway's life, with everything that holds a secret; returns the texts that were shown once."""
    async with open_store(directory, {}, base=base, catalogue=CATALOGUE, database=database) as opened:
        store = opened.store
        view = await added(store, "one", second_key=OTHER_SECRET)
        await added(store, "two", CUSTOM, server="http://127.0.0.1:9")
        async with store.database.change(TESTER) as change:
            key = (await store.api_keys.create(change, "default", "app")).text
            root = await store.accounts.add(change, "root", PASSWORD, "admin")
            session = await store.sessions.start(change.connection, root.id, change.now)
            setup = await store.setup_tokens.make(change.connection, change.now)
            token = (await store.access_tokens.create(change, "ci", "admin")).text
            await store.credentials.replace_values(change, "default", view.id, ACME, {"api_key": OTHER_SECRET})
        await put(store, store.aliases, "a", "acme/small")
        for values in ({"api_key": SECRET, "server": SECRET}, {"api_key": [SECRET]}, {"api_key": SECRET, "second_key": "****"}):
            with pytest.raises(CredentialsInvalid) as refused:
                async with store.database.change(TESTER) as change:
                    await store.credentials.replace_values(change, "default", view.id, ACME, values)
            assert SECRET not in "".join(traceback.format_exception(refused.value))
        await opened.configuration.refresh()
        assert SECRET not in repr(opened.configuration.current())
        opened.ledger.settle(record(1))
        blind = compile_rows(await read_rows(store.database), KeyRing.fresh(), store.pepper, CATALOGUE)
        assert blind.problems
        assert SECRET not in repr(blind)
        other = Store(store.database, KeyRing.fresh(), store.pepper)
        with pytest.raises(ModelRuntimeError) as locked:
            async with store.database.read() as connection:
                await other.credentials.values(connection, "default", view.id)
        assert SECRET not in "".join(traceback.format_exception(locked.value))
        opened.ledger.settle(record(2))
    return [key.partition(".")[2], session, setup, token.partition(".")[2], store.pepper.value.hex()]


def files_of(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_no_secret_is_in_a_file_or_a_log(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.DEBUG):
        shown = await lived(tmp_path, None)
    ring = load_key_ring(tmp_path, {})
    files = files_of(tmp_path)
    assert {path.name for path in files} >= {"gateway.sqlite", "configuration.sealed", "keys.json"}
    wanted = spellings(SECRET, OTHER_SECRET, PASSWORD, *shown)
    for path in files:
        content = path.read_bytes()
        assert [secret for secret in wanted if secret in content] == [], path.name
        if path.name != "keys.json":
            assert ring.root(ring.active) not in content
            assert base64.b64encode(ring.root(ring.active)) not in content
    assert [secret for secret in wanted if secret.decode() in caplog.text] == []


async def test_no_secret_is_in_a_row_of_postgresql(postgres: Postgres, tmp_path: Path, caplog: pytest.LogCaptureFixture):
    database = postgres.database()
    with caplog.at_level(logging.DEBUG):
        shown = await lived(tmp_path, database)
    name = database.rpartition("/")[2]
    tables = [row[0] for row in postgres.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", name)]
    assert "credentials" in tables
    content = repr([postgres.execute(f"SELECT * FROM {table}", name) for table in tables])
    for secret in spellings(SECRET, OTHER_SECRET, PASSWORD, *shown):
        assert secret.decode() not in content
        assert secret.decode() not in caplog.text
