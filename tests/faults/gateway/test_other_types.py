"""Rows about embeddings, rerank, moderation and speech, each alone and with a backup."""

from __future__ import annotations

import json

import pytest

from modelruntime.store.configuration import CallPolicy
from tests.faults.gateway.bench import Bench, connect, is_clean
from tests.faults.gateway.client import receive, request_bytes
from tests.faults.gateway.fault import Outcome
from tests.faults.gateway.other_faults import OTHERS, VECTORS, OtherFault
from tests.faults.gateway.other_wire import well
from tests.simulators.raw_server import RawServer


@pytest.mark.parametrize("backup", [False, True], ids=["alone", "backup"])
@pytest.mark.parametrize("fault", OTHERS, ids=str)
def test_other_type(fault: OtherFault, backup: bool, calm: Bench):
    asks, expected = fault.asks, fault.told.backup if backup else fault.told.alone
    assert isinstance(expected, Outcome)
    with RawServer(fault.plays) as ill:
        calm.configure("openai", f"http://127.0.0.1:{ill.port}/v1", asks.model, timeout=30.0)
        request_id, name = calm.new_id(), "backup" if backup else "alone"
        request = request_bytes(asks.path, asks.body(name), request_id, *asks.headers)
        with connect(calm.running, request) as client:
            seen = receive(client)
        is_clean(seen)
        rescued = len(expected.errors) > 1 and expected.errors[-1] is None
        cut_short = expected.status == 200 and expected.code is not None
        assert (seen.status, seen.headers["x-request-id"]) == (expected.status, request_id), seen
        assert seen.cut is cut_short, "a body that is not whole must be seen to be cut"
        if cut_short:
            assert asks.right.startswith(seen.body)
            assert len(seen.body) < len(asks.right)
        elif expected.code is None:
            assert asks.shown(seen) == (asks.right if rescued else fault.shows)
        else:
            error = json.loads(seen.body)["error"]
            assert (error["code"], error["request_id"]) == (expected.code, request_id)
        record = calm.record()
        assert (record.id, record.status, record.code) == (request_id, expected.record_status, expected.code)
        assert tuple(attempt.error for attempt in record.attempts) == expected.errors
        assert len(ill.requests) == expected.calls
        assert fault.keeps or ill.all_closed(1.0)
        calm.nothing_left()
        ill.play(well)
        with connect(calm.running, request_bytes(asks.path, asks.body("alone"), calm.new_id(), *asks.headers)) as client:
            assert asks.shown(receive(client)) == asks.right
        calm.works()


def test_row_45_the_loser_of_a_hedge_is_cancelled(calm: Bench):
    with RawServer(("stall",)) as ill:
        policies = {"backup": CallPolicy(hedge_seconds=0.05)}
        calm.configure("openai", f"http://127.0.0.1:{ill.port}/v1", VECTORS.model, timeout=30.0, policies=policies)
        for number in range(21):  # hedges are a part of all calls: some must have gone well before
            calm.begin()
            ill.play(*([well] if number < 20 else [("stall",)]))
            with connect(calm.running, request_bytes(VECTORS.path, VECTORS.body("backup"), calm.new_id())) as client:
                assert VECTORS.shown(receive(client)) == VECTORS.right
        record = calm.record()
        assert [(attempt.provider, attempt.error) for attempt in record.attempts] == [("ill-openai", "Cancelled"), ("well", None)]
        assert ill.all_closed(1.0)
        calm.nothing_left()
