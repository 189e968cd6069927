"""A record of a call as the row that it becomes, and back."""

from __future__ import annotations

import json
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelruntime.entities.cost import Cost
from modelruntime.entities.usage import InputUsage, OutputUsage, Usage
from modelruntime.runtime.call_record import AttemptRecord, CallRecord
from modelruntime.store.call_row import (
    ATTEMPT_COLUMNS,
    CALL_COLUMNS,
    Details,
    attempt_of,
    call_of,
    only_attempt_of,
    rows_of,
)
from tests.store.world import record

COST = Cost(Decimal("0.01"), Decimal("0.02"), Decimal("0.03"), "USD")
counts = st.none() | st.integers(0, 2**62)
usages = st.builds(
    Usage,
    input=st.builds(InputUsage, **dict.fromkeys(InputUsage.__struct_fields__, counts)),
    output=st.builds(OutputUsage, **dict.fromkeys(OutputUsage.__struct_fields__, counts)),
    characters=counts,
    seconds=st.none() | st.floats(0, 1e6),
    searches=counts,
    estimated=st.booleans(),
    raw=st.none() | st.dictionaries(st.text(max_size=5), st.none() | st.integers(0, 9), max_size=3),
    tier=st.none() | st.just("flex"),
)


def tried(usage: Usage | None, **changes: Any) -> AttemptRecord:
    made = AttemptRecord(id="a.1", provider="sim", model="m", started_at=1.5, seconds=0.3, usage=usage, cost=COST)
    return msgspec.structs.replace(made, **changes)


def called(usage: Usage, *tries: AttemptRecord) -> CallRecord:
    return record(provider="sim", model="m", usage=usage, cost=COST, attempts=tries)


def read(row: tuple[Any, ...], columns: tuple[str, ...]) -> SimpleNamespace:
    return SimpleNamespace(**dict(zip(columns, row, strict=True)))


def back(made: CallRecord) -> CallRecord:
    call, attempts = rows_of(made)
    row = read(call, CALL_COLUMNS)
    tries = tuple(attempt_of(read(each, ATTEMPT_COLUMNS), row) for each in attempts)
    return call_of(row, tries or only_attempt_of(row))


@given(usages)
def test_all_of_a_usage_is_kept(usage: Usage):
    made = called(usage, tried(usage))
    assert back(made) == made
    assert not rows_of(made)[1], "the only attempt needs no row"


@given(usages, st.none() | usages)
def test_attempts_keep_a_usage_of_their_own(usage: Usage, other: Usage | None):
    made = called(usage, tried(other, error="TimedOut", status=504), tried(usage, id="a.2"))
    assert back(made) == made
    assert len(rows_of(made)[1]) == 2


def test_what_a_column_holds_does_not_stand_in_the_details_as_well():
    usage = Usage(input=InputUsage(total=12, fresh=10, cache_read=2), output=OutputUsage(total=40), raw={"prompt_tokens": 12})
    call, _ = rows_of(called(usage, tried(usage)))
    details = json.loads(read(call, CALL_COLUMNS).details)
    assert details["rest"] == {"fresh": 10, "raw": {"prompt_tokens": 12}}
    assert "usage" not in details


@pytest.mark.parametrize("usage", [Usage(input=InputUsage(total=12, image=3), raw={"n": 1}), None])
def test_what_earlier_versions_wrote_down_whole_is_read(usage: Usage | None):
    call, _ = rows_of(called(Usage(), tried(Usage())))
    row = read(call, CALL_COLUMNS)
    row.details = msgspec.json.encode(Details(usage=usage, cost=COST)).decode()
    assert call_of(row).usage == (usage or Usage())
    assert call_of(row).cost == COST
