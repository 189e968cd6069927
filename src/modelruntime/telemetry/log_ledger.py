"""One line of the log for each call.

On a terminal it goes the way of every other line. As JSON it is encoded and written here: the usual way costs 300 µs a line, which
is what a whole call costs.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, TextIO

import msgspec

from modelruntime.runtime.call_record import CallRecord
from modelruntime.telemetry.call_line import line_of

log = logging.getLogger("modelruntime.telemetry")
calls = logging.getLogger("modelruntime.call")
_encode_into = msgspec.json.Encoder().encode_into
_LEVELS = {"info": logging.INFO, "warning": logging.WARNING}


class LogLedger:
    """Writes `call` when one is over: `info`, or `warning` for what failed on our side of the client. `stream` takes lines of JSON;
    without one the log that was set up takes them."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream
        self._second = (-1, "")
        """The last second that was written, and its text: most lines are of the same one as those before them."""

    def settle_all(self, records: Sequence[CallRecord]) -> None:
        """Calls are over."""
        lines = bytearray()
        for record in records:
            begin = len(lines)
            try:
                _encode_into(line_of(record, self._timestamp(record.started_at + record.seconds)), lines, begin)
                lines += b"\n"
            except Exception:  # half letters from a client, a number that is none from a vendor
                del lines[begin:]
                log.exception("the call %s cannot be told in the log", record.id)
        if self._stream is not None:
            self._stream.write(lines.decode())
            return
        for line in lines.splitlines():
            fields: dict[str, Any] = msgspec.json.decode(line)
            del fields["timestamp"]
            calls.log(_LEVELS[fields.pop("level")], fields.pop("event"), extra=fields)

    def _timestamp(self, at: float) -> str:
        second, micros = divmod(int(at * 1e6), 10**6)
        if second != self._second[0]:
            self._second = second, datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")
        return f"{self._second[1]}.{str(1_000_000 + micros)[1:]}+00:00"
