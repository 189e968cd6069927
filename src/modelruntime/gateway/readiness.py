"""Whether a process should get requests, and why not."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

Check = Callable[[], str | None]
"""What is the matter, in a few words without secrets; None when nothing is. Quick: it is asked by every look at `/health/ready`."""


class State(msgspec.Struct, frozen=True):
    """`ok` and `degraded` take requests, `draining` and `not_ready` do not."""

    status: str
    reasons: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        """Does it take requests?"""
        return self.status in ("ok", "degraded")


class Readiness:
    """Whoever can tell registers a check: one that `refuses` requests while it has a reason, or one that `degrades` (a store that
    is gone, keys that are locked, a file that was rejected): it serves on, and an operator should look."""

    def __init__(self) -> None:
        self.draining = False
        self._refusing: dict[str, Check] = {}
        self._degrading: dict[str, Check] = {}

    def refuses(self, name: str, check: Check) -> None:
        """No requests while the check has a reason."""
        self._refusing[name] = check

    def degrades(self, name: str, check: Check) -> None:
        """Requests all the same."""
        self._degrading[name] = check

    def state(self) -> State:
        """How it is now."""
        refusing, degrading = _reasons(self._refusing), _reasons(self._degrading)
        if self.draining:
            return State("draining", ("draining", *refusing, *degrading))
        if refusing:
            return State("not_ready", (*refusing, *degrading))
        return State("degraded" if degrading else "ok", degrading)


def _reasons(checks: dict[str, Check]) -> tuple[str, ...]:
    found = ((name, check()) for name, check in checks.items())
    return tuple(f"{name}: {reason}" for name, reason in found if reason is not None)
