"""What the log says of one call. Never what was said in it; ids of keys and credentials, never themselves.

What others wrote (names, ids) is redacted here; the rest is ours. What is unknown is left out.
"""

from __future__ import annotations

from functools import lru_cache

import msgspec

from modelruntime.entities.usage import Usage
from modelruntime.runtime.call_record import AttemptRecord, CallRecord
from modelruntime.runtime.redaction import redact


class TokenCounts(msgspec.Struct, frozen=True, omit_defaults=True):
    """Tokens by kind; `input` and `output` are totals that include the others."""

    input: int | None = None
    output: int | None = None
    cache_read: int | None = None
    cache_write: int | None = None
    reasoning: int | None = None


class AttemptLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One attempt."""

    model: str
    seconds: float
    error: str | None = None
    status: int | None = None
    credential_id: str | None = None
    vendor_request_id: str | None = None


class CallLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The line, its fields in this order."""

    event: str | None = None
    level: str | None = None
    timestamp: str | None = None
    request_id: str
    endpoint: str
    status: int
    code: str | None = None
    key_id: str
    workspace: str
    asked: str
    provider: str | None = None
    model: str | None = None
    stream: bool
    seconds: float
    overhead_seconds: float
    tokens: TokenCounts
    attempts: list[AttemptLine]
    first_token_seconds: float | None = None
    cost: str | None = None
    cached: bool = False
    trace_id: str | None = None
    span_id: str | None = None


def line_of(
    record: CallRecord,
    event: str | None = None,
    level: str | None = None,
    timestamp: str | None = None,
) -> CallLine:
    """The line of a call that is over."""
    first, cost, trace = record.first_token_seconds, record.cost, record.trace
    return CallLine(
        event=event,
        level=level,
        timestamp=timestamp,
        request_id=redact(record.id),
        endpoint=record.endpoint,
        status=record.status,
        code=record.code,
        key_id=record.key_id,
        workspace=record.workspace,
        asked=_redacted_model(record.asked_model),
        provider=record.provider,
        model=_redacted_model(record.model) if record.model else None,
        stream=record.stream,
        seconds=_micros(record.seconds),
        overhead_seconds=_micros(record.overhead_seconds),
        tokens=_tokens(record.usage),
        attempts=[_attempt(attempt) for attempt in record.attempts],
        first_token_seconds=None if first is None else _micros(first),
        cost=None if cost is None or cost.total is None else f"{cost.total} {cost.currency}",
        cached=record.cached,
        trace_id=None if trace is None else trace[0],
        span_id=None if trace is None else trace[1],
    )


def _attempt(attempt: AttemptRecord) -> AttemptLine:
    return AttemptLine(
        model=_redacted_pair(attempt.provider, attempt.model),
        seconds=_micros(attempt.seconds),
        error=attempt.error,
        status=attempt.status,
        credential_id=attempt.credential_id or None,
        vendor_request_id=redact(attempt.request_id) if attempt.request_id else None,
    )


def _tokens(usage: Usage) -> TokenCounts:
    given, made = usage.input, usage.output
    return TokenCounts(given.total, made.total, given.cache_read, given.cache_write, made.reasoning)


def _micros(seconds: float) -> float:
    """To the microsecond. `round` with digits takes twice as long."""
    return round(seconds * 1e6) / 1e6


@lru_cache(1024)
def _redacted_pair(provider: str, model: str) -> str:
    return redact(f"{provider}/{model}")


_redacted_model = lru_cache(1024)(redact)
"""Clients make names up, but most calls name the same few."""
