"""How long a vendor asks us to wait.

Sources: `Retry-After` in seconds or as a date (RFC 9110 §10.2.3), `retry-after-ms`
(https://learn.microsoft.com/azure/ai-services/openai/how-to/quota), `x-ratelimit-reset-*` as durations
(https://platform.openai.com/docs/guides/rate-limits), as moments in ISO form
(https://docs.claude.com/en/api/rate-limits) or in epoch seconds or milliseconds
(https://openrouter.ai/docs/api-reference/limits); unverified. Moments are measured against the answer's own `Date`.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime

from modelruntime.entities.http import ResponseHead

MAX_RETRY_AFTER = 86_400.0
"""Seconds. Nobody waits longer than a day; absurd values are cut down to it, negative ones up to 0."""

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_RESET = re.compile(r"^(?:anthropic-|x-)?ratelimit-(?:(\w+(?:-\w+)*)-reset|reset(?:-(\w+(?:-\w+)*))?)$")


def retry_after(head: ResponseHead) -> float | None:
    """Seconds to wait, between 0 and `MAX_RETRY_AFTER`; None when the vendor does not say."""
    now = _moment(head.header("date") or "")
    milliseconds = _number(head.header("retry-after-ms"))
    if milliseconds is not None:
        return _clamp(milliseconds / 1000)
    stated = head.header("retry-after")
    if stated is not None:
        seconds = _number(stated)
        if seconds is None:
            seconds = _until(_moment(stated), now)
        if seconds is not None:
            return _clamp(seconds)
    return _reset(head, now)


def _reset(head: ResponseHead, now: datetime | None) -> float | None:
    """The limit that is used up decides; where none says so, the one that resets first."""
    spent: list[float] = []
    others: list[float] = []
    for name, value in head.headers:
        match = _RESET.match(name)
        if match is None:
            continue
        seconds = _reset_seconds(value, now)
        if seconds is None:
            continue
        remaining = head.header(_remaining_name(name))
        (spent if remaining is not None and _number(remaining) == 0 else others).append(seconds)
    if spent:
        return _clamp(max(spent))
    return _clamp(min(others)) if others else None


def _remaining_name(reset_name: str) -> str:
    return reset_name.replace("reset", "remaining")


def _reset_seconds(value: str, now: datetime | None) -> float | None:
    number = _number(value)
    if number is not None:
        if number < 1e8:
            return number
        moment = number / 1000 if number > 1e11 else number
        return moment - now.timestamp() if now else None
    pieces = _DURATION.findall(value)
    if pieces and "".join(amount + unit for amount, unit in pieces) == value.strip():
        return sum(float(amount) * _SECONDS[unit] for amount, unit in pieces)
    return _until(_moment(value), now)


def _number(value: str | None) -> float | None:
    if value is None:
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return None if math.isnan(number) else number


def _moment(value: str) -> datetime | None:
    if not value:
        return None
    from email.utils import parsedate_to_datetime  # loads the socket module: only where a date has to be read

    for parse in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = parse(value)
        except (ValueError, TypeError, IndexError):
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


def _until(moment: datetime | None, now: datetime | None) -> float | None:
    return (moment - now).total_seconds() if moment and now else None


def _clamp(seconds: float) -> float:
    return min(max(seconds, 0.0), MAX_RETRY_AFTER)
