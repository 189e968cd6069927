"""One line of the log for each call.

On a terminal it goes the way of every other line. As JSON it is encoded and written here: the usual way costs 300 µs a line, which
is what a whole call costs.
"""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import Any, TextIO

import msgspec
import structlog

from modelruntime.runtime.call_record import CallRecord
from modelruntime.telemetry.call_line import line_of
from modelruntime.telemetry.logs import trace_ids

_encode = msgspec.json.Encoder().encode


class LogLedger:
    """Writes `call` when one is over: `info`, or `warning` for what failed on our side of the client. `stream` takes lines of JSON,
    those of one turn of the event loop together; without one the log that was set up takes them."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream
        self._log: Any = structlog.get_logger("modelruntime.call")
        self._lines: list[bytes] = []
        self._second = (0, "")
        """The last second that was written, and its text: most lines are of the same one as those before them."""

    def settle(self, record: CallRecord) -> None:
        """A call is over."""
        level = "warning" if record.status >= 500 else "info"
        if self._stream is None:
            getattr(self._log, level)("call", **msgspec.to_builtins(line_of(record)))
            return
        self._lines.append(_encode(line_of(record, "call", level, self._timestamp(), trace_ids())))
        if len(self._lines) == 1:
            try:
                asyncio.get_running_loop().call_soon(self._write, self._stream)
            except RuntimeError:  # nothing turns
                self._write(self._stream)

    def _timestamp(self) -> str:
        now = time.time_ns()
        second = now // 10**9
        if second != self._second[0]:
            self._second = second, datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")
        return f"{self._second[1]}.{now // 1000 % 10**6:06d}+00:00"

    def _write(self, stream: TextIO) -> None:
        lines, self._lines = self._lines, []
        stream.write(b"\n".join((*lines, b"")).decode())
