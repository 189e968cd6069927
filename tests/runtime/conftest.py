"""Time that tests of retries do not sit out."""

from __future__ import annotations

import asyncio
import threading

import pytest

from modelruntime.runtime import attempts, drive


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Back-off is policy (tests/routing); here the drivers do not sit it out."""
    clock, real, own = Clock(), asyncio.sleep, threading.get_ident()

    async def no_sleep(seconds: float, result: object = None) -> object:
        if threading.get_ident() != own:  # a server of other tests, in a thread of its own
            return await real(seconds, result)
        if seconds:
            clock.sleep(seconds)
        return await real(0, result)

    monkeypatch.setattr(attempts, "time", clock)
    monkeypatch.setattr(drive, "time", clock)
    monkeypatch.setattr(asyncio, "sleep", no_sleep)
    return clock
