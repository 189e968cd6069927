"""What the log says of one call. Never what was said in it; ids of keys and credentials, never themselves.

What others wrote (names, ids) is redacted here; the rest is ours. What is unknown is left out.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

import msgspec

from modelruntime.runtime.call_record import AttemptRecord, CallRecord
from modelruntime.runtime.redaction import redact

_OURS = re.compile(r"req_[0-9a-f]+")
"""The id of a request that the gateway named itself: nothing to look for."""


class LineTokens(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Counts by kind; `input` and `output` are totals that include the others."""

    input: int | None = None
    output: int | None = None
    cache_read: int | None = None
    cache_write: int | None = None
    reasoning: int | None = None


class LineAttempt(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One try at one model."""

    model: str
    seconds: float
    error: str | None = None
    status: int | None = None
    credential_id: str = ""
    vendor_request_id: str | None = None


class CallLine(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """The line. Seconds are to the microsecond."""

    event: Literal["call"]
    level: Literal["info", "warning"]
    timestamp: str
    request_id: str
    endpoint: str
    status: int
    key_id: str
    workspace: str
    asked: str
    stream: bool
    seconds: float
    overhead_seconds: float
    tokens: LineTokens
    attempts: tuple[LineAttempt, ...]
    code: str | None = None
    provider: str | None = None
    model: str | None = None
    first_token_seconds: float | None = None
    cost: str | None = None
    cached: bool = False
    trace_id: str | None = None
    span_id: str | None = None


def line_of(record: CallRecord, timestamp: str) -> CallLine:
    """The line of a call that is over; `warning` for what failed on our side of the client."""
    given, made = record.usage.input, record.usage.output
    first, cost, trace = record.first_token_seconds, record.cost, record.trace or (None, None)
    # int() in the place of round(), which writes a number down and reads it again
    return CallLine(
        "call",
        "warning" if record.status >= 500 else "info",
        timestamp,
        record.id if _OURS.fullmatch(record.id) else redact(record.id),
        record.endpoint,
        record.status,
        record.key_id,
        record.workspace,
        _redacted(record.asked_model),
        record.stream,
        int(record.seconds * 1e6 + 0.5) / 1e6,
        int(record.overhead_seconds * 1e6 + 0.5) / 1e6,
        LineTokens(given.total, made.total, given.cache_read, given.cache_write, made.reasoning),
        tuple([_attempt(each) for each in record.attempts]),
        record.code,
        record.provider,
        _redacted(record.model) if record.model else None,
        None if first is None else int(first * 1e6 + 0.5) / 1e6,
        None if cost is None or cost.total is None else f"{cost.total!s} {cost.currency}",
        record.cached,
        *trace,
    )


def _attempt(attempt: AttemptRecord) -> LineAttempt:
    return LineAttempt(
        _redacted_pair(attempt.provider, attempt.model),
        int(attempt.seconds * 1e6 + 0.5) / 1e6,
        attempt.error,
        attempt.status,
        attempt.credential_id,
        redact(attempt.request_id) if attempt.request_id else None,
    )


@lru_cache(1024)
def _redacted(text: str) -> str:
    """Clients make names up, but most calls name the same few."""
    return redact(text)


@lru_cache(1024)
def _redacted_pair(provider: str, model: str) -> str:
    return redact(f"{provider}/{model}")
