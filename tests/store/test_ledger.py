"""Records of calls: each in the database once, whatever happens on the way."""

from __future__ import annotations

import asyncio
import csv
import io
import threading
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select

from modelruntime import ParameterInvalid
from modelruntime.entities.cost import Cost
from modelruntime.entities.usage import InputUsage, OutputUsage, Usage
from modelruntime.runtime.call_record import CallContent, CallRecord
from modelruntime.store import ledger as ledger_module
from modelruntime.store import ledger_writer
from modelruntime.store import outbox as outbox_module
from modelruntime.store.call_log import CallFilter
from modelruntime.store.configuration import Retention
from modelruntime.store.errors import NotThere
from modelruntime.store.ledger import Ledger
from modelruntime.store.ledger_entry import CONTENT_AT_MOST, encode_records
from modelruntime.store.ledger_writer import ROWS
from modelruntime.store.limits_contract import Spent
from modelruntime.store.outbox import Outbox
from modelruntime.store.retention import retention_of, sweep
from modelruntime.store.settings import GatewaySettings
from modelruntime.store.store import Store
from modelruntime.store.tables import API_KEYS, ATTEMPTS, CALLS, CONTENTS
from modelruntime.store.usage_report import as_csv
from tests.servers.postgres import Postgres
from tests.store.world import TESTER, record, revision, until

EVERY = CallFilter()


@pytest.fixture
async def ledger(store: Store, tmp_path: Path) -> AsyncIterator[Ledger]:
    opened = Ledger(store.database, Outbox(tmp_path / "outbox"), tmp_path / "outbox")
    yield opened
    await opened.aclose()


async def settled(ledger: Ledger, *records: CallRecord) -> None:
    """All of them in one turn of the loop."""
    ledger.settle_all(records)
    assert await ledger.drain()


async def ids(store: Store, wanted: CallFilter = EVERY) -> list[str]:
    async with store.database.read() as connection:
        return [call.id for call in (await store.calls.page(connection, wanted, limit=500)).calls]


async def count(store: Store, table: Any) -> int:
    async with store.database.read() as connection:
        return int(await connection.scalar(select(func.count()).select_from(table)) or 0)


async def attempts(store: Store) -> int:
    """All that were kept, those that have rows of their own and those that have none."""
    async with store.database.read() as connection:
        every = [row.id for row in await connection.execute(select(CALLS.c.id))]
        return sum([len(call.attempts) for call in await store.calls.several(connection, every)])


async def test_a_record_comes_back_as_it_was(store: Store, ledger: Ledger):
    failed = msgspec.structs.replace(record().attempts[0], id="call1.0", error="RateLimited", status=429, usage=None, cost=None)
    whole = record(attempts=(failed, *record().attempts), content=CallContent(b'{"a": 1}\x00\xff', "said"))
    await settled(ledger, whole)
    async with store.database.read() as connection:
        assert await store.calls.get(connection, "call1") == whole
        assert await store.calls.get(connection, "call1", "default") == whole
        with pytest.raises(NotThere):
            await store.calls.get(connection, "call1", "other")


def first_of(call: CallRecord, **changes: Any) -> CallRecord:
    """The call with another first attempt."""
    first, *rest = call.attempts
    return msgspec.structs.replace(call, attempts=(msgspec.structs.replace(first, **changes), *rest))


@pytest.mark.parametrize(
    ("call", "rows"),
    [
        (record(), 0),
        (record(attempts=()), 0),
        (record(attempts=record().attempts + record(2).attempts), 2),
        (first_of(record(), provider="other"), 1),
        (first_of(record(), model="other"), 1),
        (first_of(record(), error="TimedOut"), 1),
        (first_of(record(), status=500), 1),
        (first_of(record(), usage=None), 1),
        (first_of(record(), cost=None), 1),
        (first_of(record(), request_id=None), 0),
        (record(provider=None, model=None), 1),
    ],
)
async def test_an_attempt_like_its_call_has_no_row_and_comes_back(store: Store, ledger: Ledger, call: CallRecord, rows: int):
    await settled(ledger, call)
    assert await count(store, ATTEMPTS) == rows
    async with store.database.read() as connection:
        assert await store.calls.get(connection, call.id) == call


async def test_settling_twice_writes_once(store: Store, ledger: Ledger):
    await settled(ledger, record(), record())
    await settled(ledger, record(status=500))
    assert (await count(store, CALLS), await attempts(store)) == (1, 1)
    assert ledger.state.rejected == 0, "a record that is there already is nothing wrong"
    async with store.database.read() as connection:
        assert (await store.calls.get(connection, "call1")).status == 200


async def test_a_batch_whose_writer_is_cancelled_half_way_is_written_once(
    store: Store, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
):
    if not store.database.is_sqlite:
        pytest.skip("the whole batch is one piece of work in a thread with SQLite alone")
    begun, may_go_on, write = threading.Event(), threading.Event(), ledger_writer._write

    def held(*arguments: Any) -> None:
        begun.set()
        assert may_go_on.wait(30)
        write(*arguments)

    monkeypatch.setattr(ledger_writer, "_write", held)
    ledger.settle(record())
    draining = asyncio.create_task(ledger.drain())
    assert await asyncio.to_thread(begun.wait, 30)
    draining.cancel()
    with pytest.raises(asyncio.CancelledError):
        await draining
    assert not ledger.state.rejected
    assert ledger.state.bytes_waiting, "nobody knows yet whether it was written"
    may_go_on.set()
    assert await ledger.drain()
    assert (await count(store, CALLS), ledger.state.rejected) == (1, 0)


async def test_a_client_that_calls_twice_under_one_id_is_counted_twice(store: Store, ledger: Ledger):
    def call(at: int) -> CallRecord:
        attempt = msgspec.structs.replace(record().attempts[0], id=f"attempt{at}")
        return msgspec.structs.replace(record(at), id="mine", attempts=(attempt,), content=CallContent(b"asked", f"said {at}"))

    await settled(ledger, call(1), call(2))
    await settled(ledger, call(3), call(1), call(2))
    found = await ids(store)
    assert len(set(found)) == 3
    assert found[-1] == "mine", "the first of them keeps the id"
    assert all(each.startswith("mine.") for each in found[:-1])
    async with store.database.read() as connection:
        calls = [await store.calls.get(connection, each) for each in found]
    said = [(each.attempts[0].id, each.content.reply if each.content else "") for each in calls]
    assert said == [("attempt3", "said 3"), ("attempt2", "said 2"), ("attempt1", "said 1")]
    assert await attempts(store) == 3


async def test_records_configure_nothing_and_tell_when_a_key_was_used(store: Store, ledger: Ledger):
    async with store.database.change(TESTER) as change:
        key = (await store.api_keys.create(change, "default", "app")).key.id
    before = await revision(store)
    await settled(ledger, record(1, key_id=key), record(3, key_id=key), record(2, key_id=key), record(4, key_id="gone"))
    await settled(ledger, record(0, key_id=key))
    assert await revision(store) == before
    async with store.database.read() as connection:
        assert await connection.scalar(select(API_KEYS.c.last_used_at)) == 1003.0


HOSTILE = [
    record(asked_model="nul \x00 in it"),
    record(asked_model="half a letter \ud800"),
    record(code="\udfff\x00"),
    record(usage=Usage(InputUsage(total=2**63), OutputUsage(total=2**64 - 1))),
    record(usage=Usage(raw={"big": 2**70, "nul\x00": "\x00\ud800", "nested": [{"a": "\x00"}]})),
    record(content=CallContent(b"\x00\xff", "\x00 \ud800")),
    record(cost=Cost(None, None, Decimal("1E+3"), "U\x00SD")),
    record(attempts=(msgspec.structs.replace(record().attempts[0], request_id="\x00", status=2**40),)),
]


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
async def test_nothing_a_client_or_vendor_says_stops_the_rest(store: Store, ledger: Ledger, hostile: CallRecord, together: bool):
    records = record(0), msgspec.structs.replace(hostile, id="hostile"), record(9)
    for each in [records] if together else [(one,) for one in records]:
        ledger.settle_all(each)
    assert await ledger.drain()
    found = set(await ids(store))
    assert found >= {"call0", "call9"}
    assert ("hostile" in found) is (ledger.state.rejected == 0)
    assert ledger.state.lost == 0


async def test_what_the_database_never_takes_is_kept_beside(store: Store, tmp_path: Path):
    outbox = Outbox(tmp_path / "outbox")
    ledger = Ledger(store.database, outbox, tmp_path / "outbox")
    outbox.append(b"\xc1 no record at all")
    await settled(ledger, record())
    assert await ids(store) == ["call1"]
    assert ledger.state.rejected == 1
    assert next((tmp_path / "outbox").glob("rejected-*")).read_bytes() == b"\xc1 no record at all"
    await ledger.aclose()


async def test_a_long_conversation_is_cut(store: Store, ledger: Ledger):
    await settled(ledger, record(content=CallContent(b"q" * (CONTENT_AT_MOST + 1), "a")))
    async with store.database.read() as connection:
        said = (await store.calls.get(connection, "call1")).content
        assert said == CallContent(b"q" * CONTENT_AT_MOST, "a")
        assert await connection.scalar(select(CONTENTS.c.cut)) is True


async def test_records_that_are_too_large_to_wait_together_wait_apart(
    store: Store, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
):
    for module in (ledger_module, outbox_module):
        monkeypatch.setattr(module, "LARGEST", 3 * len(encode_records([record()])))
    await settled(ledger, *(record(number) for number in range(10)))
    assert (await count(store, CALLS), ledger.state.lost) == (10, 0)


async def test_it_writes_by_itself_and_takes_up_what_was_left(store: Store, tmp_path: Path):
    first = Ledger(store.database, Outbox(tmp_path), tmp_path)
    first.settle(record(1))
    outbox = first._outbox
    outbox.close()
    second = Ledger(store.database, Outbox(tmp_path), tmp_path)
    running = asyncio.create_task(second.run())

    async def written(expected: int) -> bool:
        return len(await ids(store)) == expected

    await until(lambda: written(1))
    second.settle(record(2))
    await until(lambda: written(2))
    assert second.state.bytes_waiting < 2000
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    second.settle(record(3))
    await second.aclose()
    assert await ids(store) == ["call3", "call2", "call1"]


async def test_many_records_over_many_files_all_arrive(store: Store, tmp_path: Path):
    outbox = Outbox(tmp_path, segment_bytes=50_000)
    ledger = Ledger(store.database, outbox, tmp_path)
    for number in range(1500):
        ledger.settle(record(number))
    assert await ledger.drain()
    assert outbox.empty
    assert (await count(store, CALLS), await attempts(store)) == (1500, 1500)
    await ledger.aclose()


@pytest.mark.parametrize("size", ROWS)
async def test_of_a_block_of_rows_those_are_written_that_are_not_there(store: Store, ledger: Ledger, size: int):
    many = [record(number) for number in range(2 * size + 3)]
    await settled(ledger, *many[5:size:7])
    await settled(ledger, *many, msgspec.structs.replace(many[size], started_at=1.0))
    assert await count(store, CALLS) == len(many) + 1, "a call under the id of another is one more"
    assert await attempts(store) == len(many) + 1


PLAIN = record(1, attempts=())
SHAPES: tuple[dict[str, Any], ...] = (
    {},
    {"first_token_seconds": None, "stream": False, "cached": True, "usage": Usage(), "cost": None},
    {"code": "x", "status": 500, "usage": Usage(InputUsage(total=0), OutputUsage(total=0), searches=1, estimated=True)},
)


@pytest.mark.parametrize("shapes", [SHAPES[:1], SHAPES[1:2], SHAPES[2:], SHAPES, SHAPES[::-1]])
async def test_calls_of_one_batch_may_be_alike_or_not(store: Store, ledger: Ledger, shapes: tuple[dict[str, Any], ...]):
    made = [
        msgspec.structs.replace(PLAIN, id=f"call{number}", started_at=1000.0 + number, **shapes[number % len(shapes)])
        for number in range(6)
    ]
    await settled(ledger, *made)
    async with store.database.read() as connection:
        assert sorted(await store.calls.several(connection, [call.id for call in made]), key=lambda call: call.id) == made


@pytest.mark.parametrize("usage_loss, refusing", [("refuse", True), ("drop", False)])
async def test_a_full_outbox_refuses_or_drops(store: Store, tmp_path: Path, usage_loss: Any, refusing: bool):
    outbox = Outbox(tmp_path, max_bytes=2000, waiting_bytes=1000)
    ledger = Ledger(store.database, outbox, tmp_path, usage_loss)
    assert not ledger.refusing
    for number in range(12):
        ledger.settle(record(number))
    assert ledger.full
    assert ledger.refusing is refusing
    assert 0 < ledger.state.lost < 12
    kept = 12 - ledger.state.lost
    assert await ledger.drain()
    assert await ledger.drain()
    assert len(await ids(store)) == kept
    assert not ledger.full
    await ledger.aclose()


async def test_a_database_that_is_gone_loses_nothing(tmp_path: Path):
    server = Postgres.make()
    try:
        store = await Store.open(tmp_path / "data", {}, server.database())
        ledger = Ledger(store.database, Outbox(tmp_path / "outbox"), tmp_path / "outbox")
        running = asyncio.create_task(ledger.run())
        ledger.settle(record(1))
        assert await ledger.drain()
        server.kill()
        for number in range(2, 50):
            ledger.settle(record(number))
        assert not await ledger.drain()
        assert ledger.state.reason is not None
        assert ledger.state.bytes_waiting > 0
        assert ledger.state.behind_seconds > 0
        server.start()
        await until(lambda: ledger._outbox.empty, 60)
        assert ledger.state.reason is None
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert sorted(await ids(store)) == sorted(f"call{number}" for number in range(1, 50))
        assert (await count(store, CALLS), await attempts(store)) == (49, 49)
        await ledger.aclose()
        await store.aclose()
    finally:
        server.close()


async def test_pages_hold_every_call_once(store: Store, ledger: Ledger):
    await settled(ledger, *(record(number, started_at=1000.0 + number // 3) for number in range(10)))
    found: list[str] = []
    cursor = None
    async with store.database.read() as connection:
        while True:
            page = await store.calls.page(connection, EVERY, cursor=cursor, limit=4)
            found += [call.id for call in page.calls]
            if (cursor := page.next) is None:
                break
        assert found == sorted((f"call{number}" for number in range(10)), key=lambda name: (int(name[4:]) // 3, name), reverse=True)


async def test_who_follows_the_log_is_told_what_ended_since(store: Store, ledger: Ledger):
    ends = {1: (1000.0, 5.0), 2: (1001.0, 1.0), 3: (1003.0, 1.0), 4: (900.0, 105.0)}
    await settled(ledger, *(record(number, started_at=began, seconds=took) for number, (began, took) in ends.items()))
    async with store.database.read() as connection:
        assert await store.calls.ended(connection, 1004.0, 800.0) == {"call3": ends[3], "call1": ends[1], "call4": ends[4]}
        assert await store.calls.ended(connection, 1002.5, 990.0) == {"call3": ends[3], "call1": ends[1]}
        assert await store.calls.ended(connection, 1006.0, 0.0) == {}
        found = await store.calls.several(connection, ["call4", "nobody", "call1"])
        assert [(call.id, [attempt.id for attempt in call.attempts]) for call in found] == [
            ("call4", ["call4.1"]),
            ("call1", ["call1.1"]),
        ]
        assert found[0] == await store.calls.get(connection, "call4")
        assert await store.calls.several(connection, []) == []


@pytest.mark.parametrize("cursor", ["", "x", "!!!", "W10", "WyJhIiwxXQ"])
async def test_a_cursor_that_is_none_says_so(store: Store, cursor: str):
    async with store.database.read() as connection:
        with pytest.raises(ParameterInvalid) as refused:
            await store.calls.page(connection, EVERY, cursor=cursor)
    assert refused.value.field == "cursor"


@pytest.mark.parametrize(
    "wanted, expected",
    [
        (CallFilter(workspace="other"), ["call2"]),
        (CallFilter(key_id="b"), ["call3"]),
        (CallFilter(outcome="ok"), ["call3", "call2", "call1"]),
        (CallFilter(outcome="failed"), ["call4"]),
        (CallFilter(since=1002.0, until=1004.0), ["call3", "call2"]),
        (
            CallFilter(model="small", provider="acme", asked_model="fast", model_type="llm", endpoint="chat"),
            ["call4", "call3", "call2", "call1"],
        ),
        (CallFilter(model="sma%"), []),
    ],
)
async def test_calls_are_found(store: Store, ledger: Ledger, wanted: CallFilter, expected: list[str]):
    await settled(ledger, record(1), record(2, workspace="other"), record(3, key_id="b"), record(4, status=502))
    assert await ids(store, wanted) == expected


async def test_sums_are_exact_and_by_currency(store: Store, ledger: Ledger):
    def priced(number: int, amount: str | None, currency: str, **changes: Any) -> CallRecord:
        cost = Cost(None, None, None if amount is None else Decimal(amount), currency)
        return record(number, cost=cost, **changes)

    await settled(
        ledger,
        priced(1, "0.1", "USD"),
        priced(2, "0.2", "USD"),
        priced(3, "0.000000000000000000000000000001", "USD"),
        priced(4, "3", "EUR", key_id="b"),
        priced(5, None, "USD", status=500),
        record(6, cost=None, cached=True),
        record(7, cost=None),
        record(8, cost=None, status=429, provider=None, model=None, usage=Usage(), attempts=()),
        record(9, cost=None, status=401, usage=Usage()),
    )
    async with store.database.read() as connection:
        (whole,) = await store.usage.rows(connection, EVERY)
        assert whole.cost == {"USD": Decimal("0.300000000000000000000000000001"), "EUR": Decimal("3")}
        # free: what the cache answered, what no vendor saw, and what one refused; a failure that used something is not
        assert (whole.calls, whole.failed, whole.cached, whole.unpriced) == (9, 3, 1, 2)
        assert (whole.input_tokens, whole.output_tokens, whole.cache_read_tokens, whole.reasoning_tokens) == (70, 35, 14, 7)
        assert whole.start is None
        grouped = await store.usage.rows(connection, EVERY, by=("key_id", "provider"))
        assert [(row.group, row.calls, row.cost) for row in grouped] == [
            ({"key_id": "b", "provider": "acme"}, 1, {"EUR": Decimal(3)}),
            ({"key_id": "key", "provider": ""}, 1, {}),
            ({"key_id": "key", "provider": "acme"}, 7, {"USD": Decimal("0.300000000000000000000000000001")}),
        ]
        exact = Decimal("0.200000000000000000000000000001")
        assert await store.usage.spent_by_hour(connection, "key", "USD", 1002.0) == [Spent(0.0, exact)]
        assert await store.usage.spent_by_hour(connection, "key", "EUR", 0.0) == []
        with pytest.raises(ParameterInvalid):
            await store.usage.rows(connection, EVERY, by=("id",))  # type: ignore[arg-type]
        assert await store.usage.rows(connection, CallFilter(workspace="nobody")) == []


@pytest.mark.parametrize(
    "bucket, offset, starts",
    [
        ("hour", 0, [0.0, 3600.0, 86400.0]),
        ("day", 0, [0.0, 86400.0]),
        ("day", 60, [-3600.0, 82800.0]),
        ("hour", 30, [-1800.0, 1800.0, 84600.0]),
        (None, 0, [None]),
    ],
)
async def test_buckets_of_time(store: Store, ledger: Ledger, bucket: Any, offset: int, starts: list[float | None]):
    await settled(ledger, record(1, started_at=0.5), record(2, started_at=3600.0), record(3, started_at=86400.0))
    async with store.database.read() as connection:
        rows = await store.usage.rows(connection, EVERY, bucket=bucket, offset_minutes=offset)
    assert [row.start for row in rows] == starts
    assert sum(row.calls for row in rows) == 3


async def test_usage_as_csv(store: Store, ledger: Ledger):
    await settled(ledger, record(1, asked_model="=cmd()"), record(2, asked_model="b", cost=None))
    async with store.database.read() as connection:
        rows = await store.usage.rows(connection, EVERY, by=("asked_model",))
    lines = list(csv.DictReader(io.StringIO(as_csv(rows, ("asked_model",)))))
    assert [(line["asked_model"], line["calls"], line["cost"], line["currency"]) for line in lines] == [
        ("'=cmd()", "1", "0.3", "USD"),
        ("b", "1", "", ""),
    ]


def test_settings_go_before_the_file_and_the_file_before_what_is_usual():
    file = Retention(content_days=7.0, ledger_days=90.0)
    assert retention_of(GatewaySettings(), Retention()) == Retention(content_days=30.0)
    assert retention_of(GatewaySettings(), file) == file
    changed = retention_of(GatewaySettings(content_days=1.0, audit_days=5.0), file)
    assert changed == Retention(content_days=1.0, ledger_days=90.0, audit_days=5.0)


async def test_what_is_too_old_goes(store: Store, ledger: Ledger):
    day = 86400.0
    for number in range(4):
        await settled(ledger, record(number, started_at=number * day, content=CallContent(b"q", "a")))
    await settled(ledger, record(9, attempts=()))
    swept = await sweep(store.database, Retention(content_days=1.0), 3.5 * day)
    assert (swept.contents, swept.calls, swept.attempts) == (3, 0, 0)
    swept = await sweep(store.database, Retention(content_days=1.0, ledger_days=2.0), 3.5 * day)
    assert (swept.contents, swept.calls) == (0, 3)
    assert await ids(store) == ["call3", "call2"]


async def test_what_was_said_is_forgotten_when_asked(store: Store, ledger: Ledger):
    said = CallContent(b"q", "a")
    await settled(ledger, *(record(number, content=said, workspace=f"w{number % 2}") for number in range(5)))
    async with store.database.change(TESTER) as change:
        assert await store.calls.forget_content(change, "call0") == 1
        assert await store.calls.forget_content(change, "call1", "w0") == 0
        assert await store.calls.forget_content(change, workspace="w1") == 2
        assert await store.calls.forget_content(change) == 2
        assert (await store.calls.get(change.connection, "call0")).content is None
        assert [entry.action for entry in await store.audit.list(change.connection)] == ["content.forgotten"] * 4
