"""The clock of one call: the phase it is in, and the end of the whole."""

from __future__ import annotations

from time import monotonic
from typing import Literal

from modelruntime.entities.errors import TimedOut
from modelruntime.transports import faults
from modelruntime.transports.contract import Timeouts

Phase = Literal["connect", "pool", "first_byte", "idle"]


class Deadline:
    """Counts on the monotonic clock. `begin(phase)` starts a phase's own limit; `left()` is what the nearer end leaves."""

    __slots__ = ("_limit", "_phase", "_phase_end", "_timeouts", "_total_end", "origin")

    def __init__(self, timeouts: Timeouts, origin: str) -> None:
        self.origin = origin
        self._timeouts = timeouts
        self._total_end = None if timeouts.total is None else monotonic() + timeouts.total
        self._phase: Phase = "connect"
        self._limit = timeouts.connect
        self._phase_end: float | None = None

    def begin(self, phase: Phase) -> float | None:
        """Start a phase, or start it again. The monotonic time at which it or the call must end, whichever is nearer."""
        timeouts = self._timeouts
        self._phase = phase
        self._limit = limit = (
            timeouts.idle if phase == "idle" else timeouts.first_byte if phase == "first_byte" else timeouts.connect
        )
        total_end = self._total_end
        self._phase_end = end = None if limit is None else monotonic() + limit
        return total_end if end is None or (total_end is not None and total_end < end) else end

    def hurry(self, seconds: float) -> None:
        """The call must end within so many seconds, if it had longer."""
        end = monotonic() + seconds
        self._total_end = end if self._total_end is None else min(self._total_end, end)

    def left(self) -> float | None:
        """Seconds until the phase or the call must end, None for no limit. Raises `TimedOut` when that is past."""
        end, total_end = self._phase_end, self._total_end
        if end is None or (total_end is not None and total_end < end):
            end = total_end
        if end is None:
            return None
        seconds = end - monotonic()
        if seconds <= 0:
            raise self.passed()
        return seconds

    def check_total(self) -> None:
        """Raises `TimedOut` when the call took too long as a whole, whatever phase it is in."""
        if self._total_end is not None and monotonic() >= self._total_end:
            raise faults.timed_out(self.origin, "total", self._timeouts.total or 0.0)

    def passed(self) -> TimedOut:
        """The error for the limit that is nearer."""
        phase_end, total_end = self._phase_end, self._total_end
        if self._limit is None or phase_end is None or (total_end is not None and total_end <= phase_end):
            return faults.timed_out(self.origin, "total", self._timeouts.total or 0.0)
        return faults.timed_out(self.origin, self._phase, self._limit)
