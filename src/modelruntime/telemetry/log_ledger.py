"""One line of the log for each call.

On a terminal it goes the way of every other line. As JSON it is encoded and written here: the usual way costs 300 µs a line, which
is what a whole call costs.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TextIO

import msgspec

from modelruntime.runtime.call_record import CallRecord
from modelruntime.telemetry.call_line import fields_of

log = logging.getLogger("modelruntime.telemetry")
calls = logging.getLogger("modelruntime.call")


class LogLedger:
    """Writes `call` when one is over: `info`, or `warning` for what failed on our side of the client. `stream` takes lines of JSON;
    without one the log that was set up takes them."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream
        self._second = (-1, "")
        """The last second that was written, and its text: most lines are of the same one as those before them."""

    def settle_all(self, records: Iterable[CallRecord]) -> None:
        """Calls are over."""
        if self._stream is not None:
            self._stream.write("".join(self._lines(records)))
            return
        for record, fields in _told(records):
            level = logging.WARNING if _failed(record) else logging.INFO
            calls.log(level, "call", extra=msgspec.json.decode(f"{{{fields}}}"))

    def _lines(self, records: Iterable[CallRecord]) -> Iterator[str]:
        for record, fields in _told(records):
            level, ended = "warning" if _failed(record) else "info", self._timestamp(record.started_at + record.seconds)
            yield f'{{"event":"call","level":"{level}","timestamp":"{ended}",{fields}}}\n'

    def _timestamp(self, at: float) -> str:
        second, micros = divmod(int(at * 1e6), 10**6)
        if second != self._second[0]:
            self._second = second, datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")
        return f"{self._second[1]}.{micros:06d}+00:00"


def _told(records: Iterable[CallRecord]) -> Iterator[tuple[CallRecord, str]]:
    for record in records:
        try:
            fields = fields_of(record)
        except Exception:  # half letters, which a client may send
            log.exception("the call %s cannot be told in the log", record.id)
            continue
        yield record, fields


def _failed(record: CallRecord) -> bool:
    return record.status >= 500
