"""Engines loaded without the host, for tests that look at one of them closely."""

from __future__ import annotations

from typing import Any

from modelruntime.entities.call import Call


class OneThread:
    """The context of an engine that runs alone on one thread."""

    threads = 1

    def __init__(self, parts: dict[str, Any] | None = None) -> None:
        self._parts = parts or {}

    def should_stop(self) -> bool:
        return False

    def invoke_part(self, role: str, call: Call) -> Any:
        return self._parts[role].invoke(call)

    def progress(self, fraction: float, message: str) -> None:
        """Nobody listens."""


def never() -> bool:
    return False
