"""Rows of the matrix in which what keeps things breaks: the database, the server that counts, the disk, the keys, the clock."""

from __future__ import annotations

import base64
import json
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from msgspec.structs import replace
from sqlalchemy import text

from modelruntime.store.actor import COMMAND
from modelruntime.store.credential_scope import CredentialScope
from modelruntime.store.errors import SchemaUnknown
from modelruntime.store.gateway_key import KeyLimits
from modelruntime.store.key_ring import FILE_NAME, KeyRing
from modelruntime.store.private_file import replace_private
from modelruntime.store.sealed_rows import rewrap_all, verify
from tests.faults.gateway.bench import Bench, connect, eventually
from tests.faults.gateway.client import OPENAI_CLIENT, Seen, receive
from tests.faults.gateway.replica import PROVIDER, Replica, ReplicaOptions, Threaded, catalogue, process, seed
from tests.faults.gateway.wire import CANARY, FIRST, OPENAI, SAID, begun
from tests.gateway.serving import KEY
from tests.servers.fixtures import postgres, valkey
from tests.servers.postgres import Postgres
from tests.servers.valkey import Valkey
from tests.simulators.raw_server import Await, RawServer, chunk

__all__ = ["postgres", "valkey"]

REST = chunk(OPENAI.said(SAID[len(FIRST) :]) + OPENAI.ending + OPENAI.last) + b"0\r\n\r\n"


@pytest.fixture(params=["sqlite", "postgresql", "valkey"])
def mode(request: pytest.FixtureRequest) -> str:
    """One node, replicas, replicas with a server that counts."""
    found: str = request.param
    return found


@pytest.fixture
def well() -> Iterator[RawServer]:
    with RawServer(OPENAI.well) as server:
        yield server


@pytest.fixture
def options(mode: str, request: pytest.FixtureRequest, tmp_path: Path, compiled_faults: str, well: RawServer) -> ReplicaOptions:
    """Of a replica in that mode, on a new database."""
    database = None if mode == "sqlite" else request.getfixturevalue("postgres").database()
    counting = None
    if mode == "valkey":
        server: Valkey = request.getfixturevalue("valkey")
        counting = server.url
    return ReplicaOptions(
        data=str(tmp_path / "data"), database=database, valkey=counting, compiled=compiled_faults, well=vendor_of(well)
    )


@pytest.fixture
def stopping() -> Iterator[Postgres]:
    """A PostgreSQL that the test may stop."""
    server = Postgres.make()
    try:
        yield server
    finally:
        server.close()


@pytest.fixture
def losing() -> Iterator[Valkey]:
    """A Valkey that the test may stop."""
    server = Valkey.make()
    try:
        yield server
    finally:
        server.close()


def vendor_of(server: RawServer) -> str:
    return f"http://127.0.0.1:{server.port}/v1"


def ask(address: tuple[str, int], key: str, model: str = "alone", request_id: str = "t", *, stream: bool = False) -> Seen:
    with opened_call(address, key, model, request_id, stream=stream) as sock:
        return receive(sock)


def opened_call(address: tuple[str, int], key: str, model: str = "alone", request_id: str = "t", *, stream: bool = True) -> Any:
    sock = socket.create_connection(address, timeout=20)
    sock.sendall(OPENAI_CLIENT.request(model, stream=stream, request_id=request_id).replace(KEY.encode(), key.encode()))
    return sock


def read_until(sock: Any, wanted: bytes) -> bytes:
    seen = b""
    while wanted not in seen:
        piece = sock.recv(65536)
        assert piece, seen
        seen += piece
    return seen


def well_answered(seen: Seen) -> bool:
    return seen.status == 200 and OPENAI_CLIENT.text(seen, False) == SAID


def ids_in(replica: Replica) -> list[str]:
    """What the ledger holds."""

    async def read() -> list[str]:
        async with replica.opened.store.database.read() as connection:
            return [row.id for row in await connection.execute(text("SELECT id FROM calls"))]

    return replica.run(read)


def arrives(replica: Replica, wanted: set[str]) -> bool:
    """Every record is in the ledger, once."""

    def holds() -> bool:
        found = ids_in(replica)
        return set(found) == wanted and len(found) == len(wanted)

    return eventually(holds, 20.0)


def test_row_53_a_start_without_the_database(stopping: Postgres, well: RawServer, tmp_path: Path, compiled_faults: str):
    options = ReplicaOptions(data=str(tmp_path), database=stopping.database(), compiled=compiled_faults, well=vendor_of(well))
    key = seed(options, vendor_of(well))
    with Threaded(options) as first:
        replica = first.served()
        assert eventually(lambda: not replica.opened.configuration.state.degraded, 5.0)
        assert well_answered(ask(replica.address, key))
        assert eventually(lambda: (tmp_path / "configuration.sealed").exists() or any(tmp_path.glob("conf*")), 5.0)
    stopping.stop()
    with Threaded(options) as second:
        replica = second.served()
        assert replica.opened.configuration.state.degraded
        assert well_answered(ask(replica.address, key, request_id="without"))
        stopping.start()
        assert eventually(lambda: not replica.opened.configuration.state.degraded, 20.0)
        assert arrives(replica, {"t", "without"})


def test_row_53_a_first_start_waits_for_the_database(stopping: Postgres, well: RawServer, tmp_path: Path, compiled_faults: str):
    options = ReplicaOptions(
        data=str(tmp_path), database=stopping.database(), compiled=compiled_faults, well=vendor_of(well), file_key=True
    )
    stopping.stop()
    with Threaded(options) as starting:
        assert starting.waits
        stopping.start()
        replica = starting.served()
        assert well_answered(ask(replica.address, replica.key, "backup"))


def test_row_54_the_database_goes_and_comes_back(stopping: Postgres, well: RawServer, tmp_path: Path, compiled_faults: str):
    options = ReplicaOptions(data=str(tmp_path), database=stopping.database(), compiled=compiled_faults, well=vendor_of(well))
    key = seed(options, vendor_of(well))
    with Threaded(options) as started:
        replica = started.served()
        assert well_answered(ask(replica.address, key, request_id="before"))
        stopping.kill()
        during = {f"during-{number}" for number in range(5)}
        assert all(well_answered(ask(replica.address, key, request_id=name)) for name in during)
        assert replica.opened.ledger.state.bytes_waiting > 0
        stopping.start()
        assert arrives(replica, {"before", *during})


@pytest.mark.parametrize("usage_loss", ["refuse", "drop"])
def test_row_54_an_outbox_that_is_full(stopping: Postgres, well: RawServer, tmp_path: Path, compiled_faults: str, usage_loss: Any):
    options = ReplicaOptions(
        data=str(tmp_path),
        database=stopping.database(),
        compiled=compiled_faults,
        well=vendor_of(well),
        outbox_bytes=2000,
        usage_loss=usage_loss,
    )
    key = seed(options, vendor_of(well))
    with Threaded(options) as started:
        replica = started.served()
        stopping.stop()
        for number in range(8):
            assert well_answered(ask(replica.address, key, request_id=f"t-{number}"))
        ledger = replica.opened.ledger
        assert ledger.full
        assert ledger.refusing is (usage_loss == "refuse")
        stopping.start()
        assert arrives(replica, {f"t-{number}" for number in range(8)}), "memory held what the disk did not take"
        assert not ledger.full


def test_row_55_a_database_that_hangs(options: ReplicaOptions, well: RawServer):
    key = seed(options, vendor_of(well))
    with Threaded(options) as started:
        replica = started.served()
        with hanging(options):
            began = time.monotonic()
            assert all(well_answered(ask(replica.address, key, request_id=f"t-{number}")) for number in range(5))
            assert time.monotonic() - began < 3
        assert arrives(replica, {f"t-{number}" for number in range(5)})


@contextmanager
def hanging(options: ReplicaOptions) -> Iterator[None]:
    """The ledger's tables are locked by somebody else."""
    if options.database is None:
        held = sqlite3.connect(Path(options.data) / "gateway.sqlite", isolation_level=None)
        held.execute("BEGIN EXCLUSIVE")
        try:
            yield
        finally:
            held.execute("ROLLBACK")
            held.close()
        return
    with psycopg.connect(options.database.replace("+psycopg", "")) as connection:
        connection.execute("LOCK TABLE calls, attempts IN ACCESS EXCLUSIVE MODE")
        yield
        connection.rollback()


@pytest.mark.parametrize("fail_closed", [False, True])
def test_row_56_the_server_that_counts_is_lost(
    postgres: Postgres, losing: Valkey, well: RawServer, tmp_path: Path, compiled_faults: str, fail_closed: bool
):
    options = ReplicaOptions(
        data=str(tmp_path),
        database=postgres.database(),
        valkey=losing.url,
        compiled=compiled_faults,
        well=vendor_of(well),
        replicas=2,
    )
    key = seed(options, vendor_of(well), KeyLimits(requests_per_minute=60, fail_closed=fail_closed))
    with Threaded(options) as started:
        replica = started.served()
        assert well_answered(ask(replica.address, key))
        losing.kill()
        seen = ask(replica.address, key)
        assert replica.limiter.degraded
        if fail_closed:
            assert (seen.status, seen.json["error"]["code"]) == (503, "limits_unavailable")
            assert "retry-after" in seen.headers
        else:
            assert well_answered(seen)
            answers = [ask(replica.address, key) for _ in range(40)]
            refusals = [seen for seen in answers if seen.status == 429]
            assert refusals, "half of the limit is this replica's share"
            assert refusals[0].json["error"]["code"] == "rate_limited"
            assert "retry-after" in refusals[0].headers
        losing.start()
        assert eventually(lambda: ask(replica.address, key).status != 503 and not replica.limiter.degraded, 40.0)


def test_row_57_a_budget_outlives_the_server_that_counts(postgres: Postgres, losing: Valkey, tmp_path: Path, compiled_faults: str):
    usage = {"prompt_tokens": 10, "completion_tokens": 400_000, "total_tokens": 400_010}
    with RawServer((OPENAI.whole(usage=usage),)) as dear:
        options = ReplicaOptions(
            data=str(tmp_path), database=postgres.database(), valkey=losing.url, compiled=compiled_faults, well=vendor_of(dear)
        )
        key = seed(options, vendor_of(dear), KeyLimits(budget=Decimal(1)))
        with Threaded(options) as started:
            replica = started.served()
            assert [ask(replica.address, key, request_id=f"t-{number}").status for number in range(2)] == [200, 200]
            assert eventually(lambda: ask(replica.address, key).status == 402)
            served = ["t-0", "t-1"]  # beside them stand those that were refused
            assert eventually(lambda: sorted(each for each in ids_in(replica) if each in served) == served, 20.0)
            losing.kill()
            losing.start()
            assert eventually(lambda: _recovered(replica, key), 40.0)
            seen = ask(replica.address, key)
            assert (seen.status, seen.json["error"]["code"]) == (402, "budget_exhausted")
            assert not replica.limiter.degraded


def _recovered(replica: Replica, key: str) -> bool:
    """Asked until the server that counts is found again; nothing may pass meanwhile."""
    assert ask(replica.address, key).status == 402
    return not replica.limiter.degraded


def test_row_58_a_replica_that_is_killed_gives_its_places_back(
    postgres: Postgres, valkey: Valkey, well: RawServer, tmp_path: Path, compiled_faults: str, monkeypatch: pytest.MonkeyPatch
):
    ring = KeyRing.fresh()
    monkeypatch.setenv("MODELRUNTIME_KEYS", ring_text(ring))
    database = postgres.database()
    common: dict[str, Any] = {
        "database": database,
        "valkey": valkey.url,
        "well": vendor_of(well),
        "compiled": compiled_faults,
        "lease_seconds": 2,
        "renew_seconds": 0.5,
    }
    one, two = (ReplicaOptions(data=str(tmp_path / name), **common) for name in ("one", "two"))
    with RawServer(OPENAI.well, (begun(OPENAI.opening + OPENAI.said(FIRST)), "stall")) as ill:
        key = seed(one, vendor_of(ill), KeyLimits(concurrent=1))
        with process(one) as dying, process(two) as living:
            first, second = dying.address(), living.address()
            assert well_answered(ask(first, key, request_id="settled"))
            with opened_call(first, key, request_id="under-way") as sock:
                read_until(sock, FIRST.encode())
                refused = ask(second, key, "backup", "refused")
                assert (refused.status, refused.json["error"]["code"]) == (429, "too_many_concurrent")
                dying.kill()
                killed = time.monotonic()
                assert ill.all_closed(1.0)
                ill.play(OPENAI.well)
                assert eventually(lambda: well_answered(ask(second, key, request_id=f"free-{time.monotonic_ns()}")), 10.0)
                assert time.monotonic() - killed < 6
        with Threaded(one) as again:  # what the dead one had settled waits in its outbox, if it was not written yet
            replica = again.served()
            assert eventually(lambda: "settled" in ids_in(replica), 10.0)
            assert ids_in(replica).count("settled") == 1
            assert "under-way" not in ids_in(replica)


def ring_text(ring: KeyRing) -> str:
    """As the environment has it."""
    return f"{ring.active}:{base64.b64encode(ring.root(ring.active)).decode()}"


def test_row_59_a_disk_that_is_full(options: ReplicaOptions, well: RawServer):
    """The outbox may not grow at all: the process lives, answers, and says that it is full."""
    tight = replace(options, outbox_bytes=0)
    key = seed(tight, vendor_of(well))
    with Threaded(tight) as started:
        replica = started.served()
        for number in range(5):
            assert well_answered(ask(replica.address, key, request_id=f"t-{number}"))
        assert replica.opened.ledger.state.bytes_waiting > 0
        assert replica.opened.ledger.refusing


def test_row_60_kill_9_loses_nothing_that_was_settled(options: ReplicaOptions, well: RawServer):
    key = seed(options, vendor_of(well))
    names = {f"t-{number}" for number in range(20)}
    with process(options) as dying:
        address = dying.address()
        assert all(well_answered(ask(address, key, request_id=name)) for name in names)
        dying.kill()
    outbox = Path(options.data) / "outbox"
    for segment in outbox.rglob("*.log"):
        with segment.open("ab") as file:
            file.write(b"\x00\x00\x10\x00torn")
    with Threaded(options) as again:
        replica = again.served()
        assert arrives(replica, names)
        assert sorted(ids_in(replica)) == sorted(names), "each once"


def test_row_61_two_replicas_begin_at_once(options: ReplicaOptions, well: RawServer, tmp_path: Path, compiled_faults: str):
    with_key = replace(options, file_key=True)
    with Threaded(with_key) as one, Threaded(with_key) as two:
        for started in (one, two):
            replica = started.served()
            assert well_answered(ask(replica.address, replica.key, "backup"))


def test_row_62_a_schema_of_tomorrow_is_refused(options: ReplicaOptions, well: RawServer):
    seed(options, vendor_of(well))
    statement = "UPDATE alembic_version SET version_num = '9999'"
    if options.database is None:
        held = sqlite3.connect(Path(options.data) / "gateway.sqlite")
        held.execute(statement)
        held.commit()
        held.close()
    else:
        with psycopg.connect(options.database.replace("+psycopg", "")) as connection:
            connection.execute(statement)
    with Threaded(options) as started:
        failure = started.ended()
    assert isinstance(failure, SchemaUnknown)
    assert "9999" in str(failure)


def test_row_63_a_root_key_that_is_missing_locks_what_it_sealed(options: ReplicaOptions, well: RawServer):
    options = replace(options, file_key=True)
    stored_key = seed(options, vendor_of(well))
    ring = Path(options.data) / FILE_NAME
    right, kid = ring.read_bytes(), json.loads(ring.read_bytes())["active"]
    ring.write_bytes(KeyRing.fresh().to_json())
    with Threaded(options) as started:
        replica = started.served()
        alone = ask(replica.address, replica.key)
        assert (alone.status, alone.json["error"]["code"]) == (424, "not_configured")
        assert CANARY.encode() not in alone.body
        assert well_answered(ask(replica.address, replica.key, "backup"))
        assert ask(replica.address, stored_key).status == 401
        problems = " ".join(problem.message for problem in replica.opened.configuration.state.problems)
        assert kid in problems
        assert CANARY not in problems
    ring.write_bytes(right)
    with Threaded(options) as mended:
        assert well_answered(ask(mended.served().address, stored_key)), "nothing was overwritten"


def test_row_64_a_root_key_that_is_rotated_while_it_runs(options: ReplicaOptions, well: RawServer):
    key = seed(options, vendor_of(well))
    ring = Path(options.data) / FILE_NAME
    with Threaded(options) as started:
        replica = started.served()
        assert well_answered(ask(replica.address, key, request_id="before"))
        old = KeyRing(active=(held := json.loads(ring.read_bytes()))["active"], keys=_decoded(held["keys"]))
        fresh = old.with_new()
        replace_private(ring, fresh.to_json())
        store = replica.opened.store

        async def rotate() -> Any:
            async with store.database.change(COMMAND) as change:
                values = {"api_key": CANARY, "base_url": vendor_of(well)}
                await store.credentials.add(change, CredentialScope(provider=PROVIDER), catalogue().provider(PROVIDER), "", values)
            before = await verify(store.database, store.roots)
            after = await rewrap_all(store.database, store.roots)
            await replica.opened.configuration.refresh()
            return before, after

        before, after = replica.run(rotate)
        assert set(before.references) == {old.active, fresh.active}, "new writes use the new key, old ones open"
        assert set(after.references) == {fresh.active}
        assert (after.locked, after.broken) == ((), ())
        replace_private(ring, fresh.without(old.active).to_json())
        assert well_answered(ask(replica.address, key, request_id="after"))
    with Threaded(options) as again:
        assert well_answered(ask(again.served().address, key, request_id="again"))


def _decoded(keys: dict[str, str]) -> dict[str, bytes]:
    return {kid: base64.b64decode(value) for kid, value in keys.items()}


def test_row_65_a_row_that_does_not_compile_is_left_out(options: ReplicaOptions, well: RawServer):
    key = seed(options, vendor_of(well))
    with Threaded(options) as started:
        replica = started.served()
        store = replica.opened.store

        async def spoil() -> None:
            async with store.database.write() as connection:
                columns = "(workspace, name, value, updated_at)"
                await connection.execute(text(f"INSERT INTO aliases {columns} VALUES ('', 'broken', '[1]', 0)"))
                await connection.execute(text("UPDATE revision SET number = number + 1"))
            await replica.opened.configuration.refresh()

        before = replica.opened.configuration.state.revision
        replica.run(spoil)
        state = replica.opened.configuration.state
        assert state.revision != before
        assert [problem.place for problem in state.problems] == ["alias broken"]
        assert well_answered(ask(replica.address, key))


@pytest.mark.parametrize("jump", [-86_400.0, 86_400.0])
def test_row_66_a_clock_that_jumps(calm: Bench, jump: float, monkeypatch: pytest.MonkeyPatch):
    going, real = threading.Event(), time.time
    with RawServer((begun(OPENAI.opening + OPENAI.said(FIRST)), Await(going), REST), OPENAI.well) as ill:
        calm.configure("openai", vendor_of(ill), timeout=20.0)
        calm.begin()
        with connect(calm.running, OPENAI_CLIENT.request("alone", stream=True, request_id="t-jump")) as sock:
            read_until(sock, FIRST.encode())
            monkeypatch.setattr(time, "time", lambda: real() + jump)
            going.set()
            read_until(sock, b"[DONE]")
        record = calm.record()
        assert (record.status, record.id) == (200, "t-jump")
        assert 0 <= record.seconds < 20
        assert 0 <= record.attempts[0].seconds < 20
        calm.works("alone")
        calm.nothing_left()
