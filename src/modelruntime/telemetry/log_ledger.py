"""One line of the log for each call.

On a terminal it goes the way of every other line. As JSON it is encoded and written here: the usual way costs 300 µs a line, which
is what a whole call costs. What others wrote (names, ids) is redacted here too; the rest is ours.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TextIO

import msgspec
import structlog

from modelruntime.runtime.call_record import AttemptRecord, CallRecord
from modelruntime.runtime.redaction import redact
from modelruntime.telemetry.attributes import token_counts
from modelruntime.telemetry.logs import add_trace


class LogLedger:
    """Writes `call` when one is over: `info`, or `warning` for what failed on our side of the client. `stream` takes lines of JSON;
    without one the log that was set up takes them."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream
        self._log: Any = structlog.get_logger("modelruntime.call")

    def settle(self, record: CallRecord) -> None:
        """A call is over."""
        level = "warning" if record.status >= 500 else "info"
        fields = fields_of(record)
        if self._stream is None:
            getattr(self._log, level)("call", **fields)
            return
        at = datetime.now(UTC).isoformat()
        event = add_trace(None, level, {"event": "call", "level": level, "timestamp": at, **fields})
        self._stream.write(msgspec.json.encode(event).decode() + "\n")


def fields_of(record: CallRecord) -> dict[str, Any]:
    """What the line says. Never what was said in the call; ids of keys and credentials, never themselves."""
    found: dict[str, Any] = {"request_id": redact(record.id), "endpoint": record.endpoint, "status": record.status}
    if record.code is not None:
        found["code"] = record.code
    found["key_id"] = record.key_id
    found["workspace"] = record.workspace
    found["asked"] = _redacted_model(record.asked_model)
    if record.provider is not None:
        found["provider"] = record.provider
    if record.model:
        found["model"] = _redacted_model(record.model)
    found["stream"] = record.stream
    found["seconds"] = round(record.seconds, 6)
    found["overhead_seconds"] = round(record.overhead_seconds, 6)
    found["tokens"] = token_counts(record.usage)
    found["attempts"] = [_attempt(attempt) for attempt in record.attempts]
    if record.first_token_seconds is not None:
        found["first_token_seconds"] = round(record.first_token_seconds, 6)
    if record.cost is not None and record.cost.total is not None:
        found["cost"] = f"{record.cost.total} {record.cost.currency}"
    if record.cached:
        found["cached"] = True
    return found


def _attempt(attempt: AttemptRecord) -> dict[str, Any]:
    found: dict[str, Any] = {"model": _redacted_model(f"{attempt.provider}/{attempt.model}"), "seconds": round(attempt.seconds, 6)}
    if attempt.error is not None:
        found["error"] = attempt.error
    if attempt.status is not None:
        found["status"] = attempt.status
    if attempt.credential_id:
        found["credential_id"] = attempt.credential_id
    if attempt.request_id:
        found["vendor_request_id"] = redact(attempt.request_id)
    return found


_redacted_model = lru_cache(1024)(redact)
"""Clients make names up, but most calls name the same few."""
