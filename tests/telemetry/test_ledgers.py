"""The records of a turn, several ledgers."""

from __future__ import annotations

import asyncio
import contextvars
import logging
from collections.abc import Sequence

import pytest
from opentelemetry import trace

from modelruntime.gateway.ledgers import Ledgers
from modelruntime.runtime.call_record import CallRecord
from modelruntime.telemetry.log_event import trace_ids
from tests.telemetry.records import record


class Kept:
    def __init__(self) -> None:
        self.groups: list[Sequence[CallRecord]] = []

    @property
    def records(self) -> list[CallRecord]:
        return [record for group in self.groups for record in group]

    def settle_all(self, records: Sequence[CallRecord]) -> None:
        self.groups.append(records)


class Broken:
    def settle_all(self, records: Sequence[CallRecord]) -> None:
        raise RuntimeError("full")


class Listening:
    """Notes under which trace it is told."""

    def __init__(self) -> None:
        self.under: list[tuple[str, str] | None] = []

    def settle(self, record: CallRecord) -> None:
        self.under.append(trace_ids())
        raise RuntimeError("heard")

    def settle_all(self, records: Sequence[CallRecord]) -> None:
        self.under.append(trace_ids())


@pytest.mark.parametrize("first", [Kept(), Broken()])
async def test_one_that_fails_takes_nothing_from_the_others(first: Kept | Broken, caplog: pytest.LogCaptureFixture):
    middle, last, made = Kept(), Kept(), record()
    with caplog.at_level(logging.ERROR):
        Ledgers(first, middle, Broken(), last).settle(made)
        await asyncio.sleep(0)
    assert middle.records == last.records == [made]
    assert "req_1" in caplog.text


async def test_records_of_a_turn_go_on_together_and_are_kept_when_somebody_must_know():
    kept, told = Kept(), Kept()
    ledgers = Ledgers(kept, told)
    one, two, three = record(id="one"), record(id="two"), record(id="three")
    ledgers.settle(one)
    ledgers.settle(two)
    assert kept.groups == []
    ledgers.hand_over()
    ledgers.hand_over()
    assert kept.groups == [[one, two]]
    ledgers.settle(three)
    assert (kept.groups, told.groups) == ([[one, two]], [])
    await asyncio.sleep(0)
    assert (kept.groups, told.groups) == ([[one, two], [three]], [[one, two, three]])
    ledgers.settle(one)
    await asyncio.sleep(0)
    assert kept.groups[2:] == told.groups[1:] == [[one]]


async def test_a_record_knows_the_trace_under_which_it_ended_and_what_is_told_later_is_under_none():
    kept, listening, at_once = Kept(), Listening(), Listening()
    ledgers = Ledgers(kept, listening, at_once=[at_once])

    def call(number: int) -> None:
        span = trace.NonRecordingSpan(trace.SpanContext(number, number, is_remote=False))
        with trace.use_span(span):
            ledgers.settle(record())

    for number in (1, 2):
        contextvars.copy_context().run(call, number)
    ledgers.settle(record())
    await asyncio.sleep(0)
    assert [each.trace for each in kept.records] == [(f"{1:032x}", f"{1:016x}"), (f"{2:032x}", f"{2:016x}"), None]
    assert at_once.under == [each.trace for each in kept.records]
    assert listening.under == [None]
