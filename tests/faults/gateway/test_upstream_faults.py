"""Each row of the matrix in each of its cells, for both dialects, over real sockets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import msgspec
import pytest

from tests.faults.gateway.bench import Bench, Reserved, Unanswered, is_clean
from tests.faults.gateway.cell import CELLS, Cell
from tests.faults.gateway.client import CLIENTS
from tests.faults.gateway.conftest import Benches
from tests.faults.gateway.fault import Fault, Outcome
from tests.faults.gateway.wire import WIRES, Wire
from tests.simulators.certificates import Authority, expired
from tests.simulators.raw_server import RawServer

HOSTS = {"other host": "localhost"}


@contextmanager
def vendor(fault: Fault, wire: Wire, stream: bool, authority: Authority, strangers: Authority) -> Iterator[Any]:
    """The misbehaving one, wherever the row puts it."""
    places: dict[str, Any] = {
        "server": lambda: RawServer(*fault.plays(wire, stream)),
        "nobody": Reserved,
        "black hole": Unanswered,
        "expired": lambda: RawServer(wire.well, tls=authority.server(expires=expired())),
        "other host": lambda: RawServer(wire.well, tls=authority.server("elsewhere.test")),
        "unknown authority": lambda: RawServer(wire.well, tls=strangers.server()),
        "no TLS": lambda: RawServer(hasty=("reset",)),
    }
    made: AbstractContextManager[Any] = places[fault.place]()
    with made as found:
        yield found


@pytest.fixture(scope="session")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that nobody trusts."""
    return Authority(tmp_path_factory.mktemp("strangers"), "Strangers")


@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_cell(cell: Cell, benches: Benches, authority: Authority, strangers: Authority):
    fault, expected = cell.fault, cell.outcome
    bench, client, wire = benches(fault.setup), CLIENTS[cell.client], WIRES[cell.wire]
    with vendor(fault, wire, cell.stream, authority, strangers) as ill:
        scheme = "https" if fault.place in ("expired", "other host", "unknown authority", "no TLS") else "http"
        host = HOSTS.get(fault.place, "127.0.0.1")
        bench.configure(wire.name, f"{scheme}://{host}:{ill.port}/v1", timeout=fault.deadline)
        bench.begin()
        request_id, well_before = bench.new_id(), len(bench.well.requests)
        seen = client.ask(bench.running.address, cell.model, stream=cell.stream, request_id=request_id)

        is_clean(seen)
        assert not seen.cut
        assert (seen.status, seen.headers["x-request-id"]) == (expected.status, request_id), seen
        if expected.code is None:
            assert client.text(seen, cell.stream) == expected.text
            assert not cell.stream or client.finished(seen.frames)
        else:
            assert client.error(seen) == {"code": expected.code, "request_id": request_id}, seen
            assert not client.finished(seen.frames)
            assert expected.status != 200 or client.text(_without_error(seen), cell.stream) == expected.text
        assert seen.headers.get("retry-after") == expected.retry_after

        assert len(ill.requests) == expected.calls
        assert len(bench.well.requests) - well_before == _calls_of_backup(expected, cell)
        has_recorded(bench, cell, expected, request_id)
        assert fault.keeps or ill.all_closed(1.0), "a connection to the vendor is still open"
        bench.nothing_left()
        if isinstance(ill, RawServer) and fault.place == "server":
            ill.play(wire.well)
            again = client.ask(bench.running.address, "alone", stream=cell.stream, request_id=bench.new_id())
            assert again.status == 200, again
            assert client.text(again, cell.stream) == "Hello there"
        bench.works()


def _without_error(seen: Any) -> Any:
    return msgspec.structs.replace(seen, body=b"\n\n".join(block for block in seen.body.split(b"\n\n") if b'"error"' not in block))


def _calls_of_backup(expected: Outcome, cell: Cell) -> int:
    return int(cell.backup and expected.errors[-1] is None and len(expected.errors) > 1)


def has_recorded(bench: Bench, cell: Cell, expected: Outcome, request_id: str) -> None:
    """One record that says what happened."""
    record = bench.record()
    assert (record.id, record.status, record.code) == (request_id, expected.record_status, expected.code)
    assert tuple(attempt.error for attempt in record.attempts) == expected.errors
    assert (record.stream, record.endpoint) == (cell.stream, CLIENTS[cell.client].path)
