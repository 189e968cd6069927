"""Watches the attempts of one call for its record."""

from __future__ import annotations

import time

from modelruntime.entities.errors import InvokeError
from modelruntime.gateway.record import AttemptRecord
from modelruntime.runtime.observers import CallInfo


class AttemptsSeen:
    """An observer of one call."""

    __slots__ = ("_began", "attempts", "first_item")

    def __init__(self) -> None:
        self.attempts: list[AttemptRecord] = []
        self.first_item: float | None = None
        """`time.monotonic()` of the first item of a stream."""
        self._began = 0.0

    def on_start(self, info: CallInfo) -> None:
        """An attempt begins."""
        self._began = time.monotonic()

    def on_event(self, info: CallInfo, event: object) -> None:
        """Something came."""
        if self.first_item is None:
            self.first_item = time.monotonic()

    def on_end(self, info: CallInfo, result: object) -> None:
        """It succeeded."""
        self._note(info, None)

    def on_error(self, info: CallInfo, error: BaseException) -> None:
        """It failed, or its caller has gone."""
        self._note(info, error)

    def _note(self, info: CallInfo, error: BaseException | None) -> None:
        seconds = time.monotonic() - self._began
        status = error.status if isinstance(error, InvokeError) else None
        kind = None if error is None else "Cancelled" if isinstance(error, GeneratorExit) else type(error).__name__
        self.attempts.append(AttemptRecord(info.provider, info.model, seconds, kind, status))
