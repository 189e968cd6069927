"""The configuration in force: always one, swapped whole, with the database or without."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from modelruntime.entities.secret import Secret
from modelruntime.store.blocking_engine import blocking_engine
from modelruntime.store.compiler import Compiled
from modelruntime.store.configuration import Configuration
from modelruntime.store.configuration_copy import FILE_NAME, read_copy, write_copy
from modelruntime.store.database_url import database_url
from modelruntime.store.errors import KeyMissing, SchemaUnknown, SealBroken
from modelruntime.store.gateway_key import matches, split_key
from modelruntime.store.key_ring import KeyRing, load_key_ring, save_key_ring
from modelruntime.store.live_configuration import LiveConfiguration
from modelruntime.store.migrating import locked
from modelruntime.store.open_store import OpenStore, open_store
from modelruntime.store.sealed_rows import rewrap_all
from modelruntime.store.store import Store
from tests.servers.postgres import Postgres
from tests.store.world import CATALOGUE, SECRET, TESTER, added, put, record, until


def base(pepper: bytes) -> Configuration:
    return Configuration(revision="file", pepper=pepper, aliases={"of-the-file": "acme/small"})


@asynccontextmanager
async def running(directory: Path, database: str | None = None, **options: Any) -> AsyncIterator[OpenStore]:
    async with open_store(directory, {}, base=base, catalogue=CATALOGUE, database=database, **options) as opened:
        yield opened


async def test_a_change_is_in_force_once_it_is_refreshed(database: str | None, tmp_path: Path):
    async with running(tmp_path, database) as opened:
        live = opened.configuration
        before = live.current()
        assert before.aliases == {"of-the-file": "acme/small"}
        seen: list[Configuration] = []
        live.on_change.append(seen.append)
        await put(opened.store, opened.store.aliases, "new", "acme/small")
        assert await live.refresh()
        assert live.current().aliases == {"of-the-file": "acme/small", "new": "acme/small"}
        assert seen[-1] is live.current()
        assert before.aliases == {"of-the-file": "acme/small"}, "who holds the old one keeps it"
        now = live.current()
        assert await live.refresh()
        assert live.current() is now, "nothing new: nothing is swapped"
        assert not live.state.degraded
        assert live.state.checked_at is not None


async def test_another_process_hears_at_once(postgres: Postgres, tmp_path: Path):
    database = postgres.database()
    async with running(tmp_path / "a", database) as one:
        # a root key is shared between hosts by hand
        save_key_ring(tmp_path / "b", load_key_ring(tmp_path / "a", {}))
        async with running(tmp_path / "b", database) as two:
            await until(lambda: len(postgres.execute("SELECT 1 FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")) >= 2)
            checked = two.configuration.state.checked_at
            await until(lambda: two.configuration.state.checked_at != checked)
            checked = two.configuration.state.checked_at or 0.0
            await put(one.store, one.store.aliases, "told", "acme/small")
            await until(lambda: "told" in two.configuration.current().aliases, 4.0)


async def test_another_file_is_in_force_at_once(tmp_path: Path):
    async with running(tmp_path) as opened:
        await put(opened.store, opened.store.aliases, "kept", "acme/small")
        await opened.configuration.refresh()
        opened.configuration.rebase(Configuration(revision="other", pepper=opened.store.pepper.value, aliases={"x": "a/b"}))
        assert opened.configuration.current().aliases == {"kept": "acme/small", "x": "a/b"}
        assert opened.configuration.current().revision.endswith(".other")


async def test_it_serves_on_while_the_database_is_gone_and_starts_without_it(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    server = Postgres.make()
    try:
        database = server.database()
        async with running(tmp_path, database) as opened:
            await added(opened.store)
            async with opened.store.database.change(TESTER) as change:
                key = (await opened.store.api_keys.create(change, "default", "app")).text
            await opened.configuration.refresh()
            kept = opened.configuration.current()
            server.stop()
            assert not await opened.configuration.refresh()
            assert opened.configuration.current() is kept
            assert opened.configuration.state.degraded
            assert opened.configuration.state.reason
            opened.ledger.settle(record(1))
        caplog.clear()
        async with running(tmp_path, database) as opened:
            assert opened.configuration.state.degraded
            again = opened.configuration.current()
            assert again == kept
            assert again.credentials[0].values["api_key"] == Secret(SECRET)
            identifier, secret = split_key(key) or ("", "")
            assert matches(again.keys[identifier], secret, again.pepper)
            opened.ledger.settle(record(2))
            server.start()
            await until(lambda: not opened.configuration.state.degraded)
            await put(opened.store, opened.store.aliases, "after", "acme/small")
            await opened.configuration.refresh()
            assert "after" in opened.configuration.current().aliases
            await until(lambda: opened.ledger.state.behind_seconds == 0.0)
            assert server.execute("SELECT id FROM calls ORDER BY id", database.rpartition("/")[2]) == [("call1",), ("call2",)]
        assert SECRET not in caplog.text
    finally:
        server.close()


async def test_the_very_first_start_waits_for_the_database(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    server = Postgres.make()
    try:
        database = server.database()
        server.stop()
        opened = asyncio.create_task(entered(tmp_path, database))
        await until(lambda: "waiting for it" in caplog.text)
        assert not opened.done()
        server.start()
        assert (await asyncio.wait_for(opened, 60)).aliases == {"of-the-file": "acme/small"}
    finally:
        server.close()


async def entered(directory: Path, database: str) -> Configuration:
    async with running(directory, database) as opened:
        return opened.configuration.current()


async def test_a_newer_schema_is_no_start(database: str | None, tmp_path: Path):
    async with running(tmp_path, database):
        pass
    with locked(database_url(database, tmp_path)) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaUnknown):
        await entered(tmp_path, database or "")


async def test_a_lost_key_ring_is_a_state_and_no_crash(tmp_path: Path):
    async with running(tmp_path) as opened:
        view = await added(opened.store)
        async with opened.store.database.change(TESTER) as change:
            await opened.store.api_keys.create(change, "default", "app")
    ring = load_key_ring(tmp_path, {})
    (tmp_path / "keys.json").unlink()
    async with running(tmp_path) as opened:
        assert opened.configuration.current().keys == {}
        assert [each.locked for each in opened.configuration.current().credentials] == [True]
        told = " ".join(problem.message for problem in opened.configuration.state.problems)
        assert view.kid in told
    save_key_ring(tmp_path, load_key_ring(tmp_path, {}).joined(ring))
    async with running(tmp_path) as opened:
        assert len(opened.configuration.current().keys) == 1
        assert opened.configuration.current().credentials[0].values["api_key"] == Secret(SECRET)
        assert opened.configuration.state.problems == ()


async def test_a_key_that_is_rotated_while_it_runs(tmp_path: Path):
    async with running(tmp_path) as opened:
        first = await added(opened.store)
        ring = load_key_ring(tmp_path, {}).with_new()
        save_key_ring(tmp_path, ring)
        second = await added(opened.store)
        assert second.kid == ring.active != first.kid
        other = await Store.open(tmp_path, {})
        report = await rewrap_all(other.database, other.roots)
        assert (report.rewrapped, report.references) == (2, {ring.active: 3})
        assert (await rewrap_all(other.database, other.roots)).rewrapped == 0
        await other.aclose()
        save_key_ring(tmp_path, ring.without(first.kid))
        await put(opened.store, opened.store.aliases, "x", "acme/small")
        await opened.configuration.refresh()
        assert [each.locked for each in opened.configuration.current().credentials] == [False, False]


COMPILED = Compiled(revision=5, configuration=Configuration(revision="5", pepper=b"p" * 32, keep_content=True))


def test_the_copy_opens_in_its_ring_alone(tmp_path: Path):
    ring = KeyRing.fresh()
    assert read_copy(tmp_path, ring) is None
    write_copy(tmp_path, ring, COMPILED)
    assert read_copy(tmp_path, ring) == COMPILED
    assert read_copy(tmp_path, ring.with_new()) == COMPILED
    with pytest.raises(KeyMissing):
        read_copy(tmp_path, KeyRing.fresh())
    with pytest.raises(SealBroken):
        read_copy(tmp_path, KeyRing(ring.active, {ring.active: b"x" * 32}))


def test_a_changed_copy_does_not_open(tmp_path: Path):
    ring = KeyRing("k", {"k": b"k" * 32})
    write_copy(tmp_path, ring, COMPILED)
    file = tmp_path / FILE_NAME
    assert file.stat().st_mode & 0o777 == 0o600
    content = file.read_bytes()
    for at in range(len(content)):
        file.write_bytes(bytes((*content[:at], content[at] ^ 1, *content[at + 1 :])))
        with pytest.raises((SealBroken, KeyMissing)):
            read_copy(tmp_path, ring)
    for cut in range(0, len(content), 7):
        file.write_bytes(content[:cut])
        with pytest.raises(SealBroken):
            read_copy(tmp_path, ring)


async def test_a_copy_that_cannot_be_written_harms_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    store = await Store.open(tmp_path / "data", {})
    (tmp_path / "taken").write_text("a file")
    live = LiveConfiguration(store, tmp_path / "taken", CATALOGUE, base(store.pepper.value))
    with caplog.at_level(logging.WARNING):
        assert await live.refresh()
    assert "could not be kept on disk" in caplog.text
    assert live.current().aliases == {"of-the-file": "acme/small"}
    await store.aclose()


async def test_housekeeping_sweeps(tmp_path: Path):
    async with running(tmp_path) as opened:
        await put(opened.store, opened.store.settings, "ledger_days", 1.0)
        opened.ledger.settle(record(1))
    async with running(tmp_path) as opened:

        async def swept() -> bool:
            engine = blocking_engine(opened.store.database.url)
            try:
                with engine.connect() as connection:
                    return connection.exec_driver_sql("SELECT count(*) FROM calls").scalar() == 0
            finally:
                engine.dispose()

        await until(swept)
