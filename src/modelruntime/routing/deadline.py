"""One deadline per call, whatever it does in between. Times are monotonic seconds that the caller reads and passes in."""

from __future__ import annotations

import msgspec


class Deadline(msgspec.Struct, frozen=True):
    """The moment at which a call must be over; None means never."""

    at: float | None = None

    @classmethod
    def after(cls, now: float, seconds: float | None) -> Deadline:
        """The deadline so many seconds from now; none for None."""
        return cls(None if seconds is None else now + seconds)

    def remaining(self, now: float) -> float | None:
        """Seconds left, never negative; None when there is no deadline."""
        return None if self.at is None else max(0.0, self.at - now)

    def has_passed(self, now: float) -> bool:
        """True from the moment itself on."""
        return self.at is not None and now >= self.at

    def allows_wait(self, now: float, seconds: float) -> bool:
        """True when something can still be tried after waiting so long."""
        return self.at is None or now + seconds < self.at
