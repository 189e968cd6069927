"""One record, several ledgers."""

from __future__ import annotations

import logging

import pytest

from modelruntime.gateway.ledgers import Ledgers
from modelruntime.runtime.call_record import CallRecord
from tests.telemetry.records import record


class Kept:
    def __init__(self) -> None:
        self.records: list[CallRecord] = []

    def settle(self, record: CallRecord) -> None:
        self.records.append(record)


class Broken:
    def settle(self, record: CallRecord) -> None:
        raise RuntimeError("full")


def test_one_that_fails_takes_nothing_from_the_others(caplog: pytest.LogCaptureFixture):
    first, last, made = Kept(), Kept(), record()
    with caplog.at_level(logging.ERROR):
        Ledgers([first, Broken(), last]).settle(made)
    assert first.records == last.records == [made]
    assert "req_1" in caplog.text
