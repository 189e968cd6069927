"""How far a vendor's clock is from ours, for signatures that hold a time."""

from __future__ import annotations

from modelruntime.entities.http import ResponseHead

AT_LEAST = 30.0
"""Seconds. Less is the way of the answer, and no vendor refuses it."""
REFUSED = (401, 403)


def clock_offset(head: ResponseHead, now: float) -> float | None:
    """Seconds to add to our clock so that it agrees with the `Date` of an answer that refuses a signature; None where the answer
    is another, has no date, or the clocks agree. `now` is in seconds since the epoch."""
    stated = head.header("date") if head.status in REFUSED else None
    if not stated:
        return None
    from email.utils import parsedate_to_datetime  # loads the socket module: only where a date has to be read

    try:
        offset = parsedate_to_datetime(stated).timestamp() - now
    except (ValueError, TypeError, OverflowError):
        return None
    return offset if abs(offset) >= AT_LEAST else None
