"""Watches the attempts of one call, for its record and for the health of what they used."""

from __future__ import annotations

import time
from typing import Any

from modelruntime.entities.errors import InvokeError
from modelruntime.entities.events import ReasoningStart, StreamStart, TextStart
from modelruntime.gateway.health_table import HealthTable
from modelruntime.gateway.usage_seen import UsageSeen
from modelruntime.runtime.call_record import AttemptRecord
from modelruntime.runtime.observers import CallInfo

_NOTHING_YET = frozenset({StreamStart, TextStart, ReasoningStart})


class AttemptsSeen:
    """An observer of one call."""

    __slots__ = ("_began", "_health", "_started_at", "attempts", "first_item", "first_token", "usage", "words")

    def __init__(self, health: HealthTable, words: list[str] | None = None) -> None:
        """`words` gets what the last attempt said, where it is to be kept."""
        self._health = health
        self.words = words
        self.attempts: list[AttemptRecord] = []
        self.first_item: float | None = None
        """`time.monotonic()` of the first item of a stream, of the last attempt that gave one."""
        self.first_token: float | None = None
        """The same of the first item that shows something: that a stream or a part begins shows nothing yet."""
        self.usage = UsageSeen(words)
        """Of the last attempt."""
        self._began = 0.0
        self._started_at = 0.0

    def on_start(self, info: CallInfo) -> None:
        """An attempt begins."""
        if self._began:  # another one was before it
            self.first_item = self.first_token = None
            if self.words is not None:
                self.words.clear()
            self.usage = UsageSeen(self.words)
        self._began = time.monotonic()
        self._started_at = time.time()
        self._health.began(info)

    def on_event(self, info: CallInfo, event: object) -> None:
        """Something came."""
        if self.first_token is None:
            self._first(info, event)
        self.usage.add(event)

    def _first(self, info: CallInfo, event: object) -> None:
        if self.first_item is None:
            self.first_item = time.monotonic()
            self._health.answered(info)
        if type(event) not in _NOTHING_YET:
            self.first_token = time.monotonic()

    def on_end(self, info: CallInfo, result: object) -> None:
        """It succeeded."""
        now = time.monotonic()
        self.usage.add(result)
        self._health.succeeded(info, (self.first_item or now) - self._began)
        self._note(info, None, result, now)

    def on_error(self, info: CallInfo, error: BaseException) -> None:
        """It failed, or its caller has gone."""
        if isinstance(error, Exception):
            self._health.failed(info, error)
        else:
            self._health.abandoned(info)
        self._note(info, error, None, time.monotonic())

    def join(self, other: AttemptsSeen) -> None:
        """Take over what another saw on behalf of this call; its attempts become the last."""
        self.attempts += other.attempts
        self.usage = other.usage
        self.first_item = other.first_item or self.first_item
        self.first_token = other.first_token or self.first_token

    def _note(self, info: CallInfo, error: BaseException | None, result: Any, now: float) -> None:
        failed = error if isinstance(error, InvokeError) else None
        kind = None if error is None else "Cancelled" if isinstance(error, GeneratorExit) else type(error).__name__
        self.attempts.append(
            AttemptRecord(
                id=f"{info.id}.{info.attempt}",
                provider=info.provider,
                model=info.model,
                credential_id=info.credential_id,
                started_at=self._started_at,
                seconds=now - self._began,
                error=kind,
                status=failed.status if failed else None,
                usage=getattr(result, "usage", None),
                cost=getattr(result, "cost", None),
                request_id=failed.request_id if failed else getattr(result, "request_id", None),
            )
        )
