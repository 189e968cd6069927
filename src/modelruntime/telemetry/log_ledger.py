"""One line of the log for each call.

On a terminal it goes the way of every other line. As JSON it is encoded and written here: the usual way costs 300 µs a line, which
is what a whole call costs. The calls that end in one turn of the event loop are written together: one after the other they cost
half as much as each by itself, and no client waits for them.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple, TextIO

import msgspec

from modelruntime.runtime.call_record import CallRecord
from modelruntime.telemetry.call_line import line_of
from modelruntime.telemetry.log_event import trace_ids

log = logging.getLogger("modelruntime.telemetry")
calls = logging.getLogger("modelruntime.call")
_encode = msgspec.json.Encoder().encode


class _Ended(NamedTuple):
    """A call of which nothing is written yet, and what is known only while it ends."""

    record: CallRecord
    at: int
    """Nanoseconds since the epoch."""
    trace: tuple[str, str] | None


class LogLedger:
    """Writes `call` when one is over: `info`, or `warning` for what failed on our side of the client. `stream` takes lines of JSON;
    without one the log that was set up takes them."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream
        self._ended: list[_Ended] = []
        self._second = (-1, "")
        """The last second that was written, and its text: most lines are of the same one as those before them."""

    def settle(self, record: CallRecord) -> None:
        """A call is over."""
        if self._stream is None:
            calls.log(logging.WARNING if _failed(record) else logging.INFO, "call", extra=msgspec.to_builtins(line_of(record)))
            return
        self._ended.append(_Ended(record, time.time_ns(), trace_ids()))
        if len(self._ended) == 1:
            try:
                asyncio.get_running_loop().call_soon(self._write, self._stream)
            except RuntimeError:  # nothing turns
                self._write(self._stream)

    def _write(self, stream: TextIO) -> None:
        ended, self._ended = self._ended, []
        stream.write(b"".join(self._lines(ended)).decode())

    def _lines(self, ended: list[_Ended]) -> Iterator[bytes]:
        for record, at, trace in ended:
            try:
                yield _encode(line_of(record, "call", _level(record), self._timestamp(at), trace)) + b"\n"
            except Exception:
                log.exception("the call %s cannot be told in the log", record.id)

    def _timestamp(self, at: int) -> str:
        second = at // 10**9
        if second != self._second[0]:
            self._second = second, datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")
        return f"{self._second[1]}.{at // 1000 % 10**6:06d}+00:00"


def _level(record: CallRecord) -> str:
    return "warning" if _failed(record) else "info"


def _failed(record: CallRecord) -> bool:
    return record.status >= 500
