"""Time that tests of retries do not sit out."""

from __future__ import annotations

import asyncio

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
    clock, real = Clock(), asyncio.sleep

    async def no_sleep(seconds: float, result: object = None) -> object:
        if seconds:
            clock.sleep(seconds)
        return await real(0, result)

    monkeypatch.setattr(attempts, "time", clock)
    monkeypatch.setattr(drive, "time", clock)
    monkeypatch.setattr(asyncio, "sleep", no_sleep)
    return clock
