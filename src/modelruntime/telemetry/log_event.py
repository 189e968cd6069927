"""What a line of the log says: the message, who said it and when, what was added to it, and no secret."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from modelruntime.runtime.redaction import redact, redacted

_PLAIN = frozenset({"event", "level", "logger", "timestamp", "exception"})
_USUAL = frozenset((*logging.makeLogRecord({}).__dict__, "message", "asctime", "taskName"))
"""What every record has; anything else came as `extra`."""
_tracebacks = logging.Formatter()


def event_of(record: logging.LogRecord) -> dict[str, Any]:
    """By name, redacted: no value passes here as it came."""
    event: dict[str, Any] = {"event": record.getMessage()}
    event |= {name: value for name, value in record.__dict__.items() if name not in _USUAL}
    event |= {"level": record.levelname.lower(), "logger": record.name, "timestamp": _time(record.created)}
    found = trace_ids()
    if found is not None and "trace_id" not in event:
        event["trace_id"], event["span_id"] = found
    if record.exc_info:
        event["exception"] = _tracebacks.formatException(record.exc_info)
    if record.stack_info:
        event["stack"] = record.stack_info
    return {redact(name): _shown(name, value) for name, value in event.items()}


def trace_ids() -> tuple[str, str] | None:
    """Those of the trace and span that are under way."""
    api = sys.modules.get("opentelemetry.trace")
    if api is None:
        return None
    found = api.get_current_span().get_span_context()
    return (f"{found.trace_id:032x}", f"{found.span_id:016x}") if found.is_valid else None


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _shown(name: str, value: Any) -> Any:
    if name in _PLAIN and isinstance(value, str):
        return redact(value)
    whole: Mapping[str, Any] = redacted({name: value})
    return next(iter(whole.values()))
