"""The records of one turn of the event loop, for several ledgers.

Each ledger takes the records of a turn together: one right after the other they cost less than each by itself, between all that
a call does.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
from collections.abc import Sequence
from typing import Protocol

from msgspec.structs import replace

from modelruntime.gateway.contract import Ledger
from modelruntime.runtime.call_record import CallRecord
from modelruntime.telemetry.log_event import trace_ids

log = logging.getLogger("modelruntime.gateway")


class GroupLedger(Protocol):
    """A ledger that takes several records at once."""

    def settle_all(self, records: Sequence[CallRecord]) -> None:
        """Take the records of calls that are over, in this order. Never waits."""
        ...


class Ledgers:
    """Each gets every record; one that fails is logged and takes nothing from the others. The first one is `kept`: it has a record
    before a client is told that its call is over, where whoever tells calls `hand_over` before. The `others` hear at the end of
    the turn, those of `at_once` while the call's own context is current. Works within a running event loop."""

    def __init__(self, kept: GroupLedger, *others: GroupLedger, at_once: Sequence[Ledger] = ()) -> None:
        self._kept = kept
        self._others = others
        self._at_once = tuple(at_once)
        self._settled: list[CallRecord] = []
        """Those of this turn."""
        self._kept_yet = 0
        """How many of them the first ledger has."""
        self._context = contextvars.Context()
        """An empty one: what is said at the end of a turn is said under no call's trace."""

    def settle(self, record: CallRecord) -> None:
        """A call is over."""
        for ledger in self._at_once:
            try:
                ledger.settle(record)
            except Exception:
                log.exception("a ledger failed for the call %s", record.id)
        trace = trace_ids()
        if trace is not None:
            record = replace(record, trace=trace)
        self._settled.append(record)
        if len(self._settled) == 1:
            asyncio.get_running_loop().call_soon(self._pass_on, context=self._context)

    def hand_over(self) -> None:
        """What a client may be told from now on survives the process."""
        before, self._kept_yet = self._kept_yet, len(self._settled)
        if before < self._kept_yet:
            _settle_all(self._kept, self._settled[before:])

    def _pass_on(self) -> None:
        self.hand_over()
        records, self._settled, self._kept_yet = self._settled, [], 0
        for ledger in self._others:
            _settle_all(ledger, records)


def _settle_all(ledger: GroupLedger, records: Sequence[CallRecord]) -> None:
    try:
        ledger.settle_all(records)
    except Exception:
        log.exception("a ledger failed for the calls %s", ", ".join(record.id for record in records))
