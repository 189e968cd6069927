"""Names that did not resolve a moment ago: a look-up can take seconds, and every call to a mistyped base URL would wait for one."""

from __future__ import annotations

from time import monotonic

SECONDS = 5.0
NAMES_AT_MOST = 1024


class Unresolved:
    """Remembers for `SECONDS`."""

    __slots__ = ("_until",)

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    def holds(self, host: str) -> bool:
        """Did the name fail to resolve within the last seconds?"""
        until = self._until.get(host)
        if until is None:
            return False
        if monotonic() < until:
            return True
        self._until.pop(host, None)
        return False

    def add(self, host: str) -> None:
        """The name did not resolve now."""
        if len(self._until) >= NAMES_AT_MOST:
            self._until.clear()
        self._until[host] = monotonic() + SECONDS
