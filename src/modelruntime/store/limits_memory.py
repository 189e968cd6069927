"""Limits counted in this process: exact while it is the only one, in constant time; one event loop needs no lock."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from modelruntime.routing import gcra
from modelruntime.routing.money_window import SLOTS, MoneyWindow, nanos_of, slot_of, slot_seconds
from modelruntime.routing.token_bucket import Bucket
from modelruntime.store.gateway_key import KeyLimits
from modelruntime.store.limits_contract import Ask, Denied, Held, SpentSource
from modelruntime.store.steady_clock import MONOTONIC_ZERO

log = logging.getLogger("modelruntime.store")
LEDGER_AGAIN = 30.0
"""Seconds after which a ledger that could not be asked is asked again."""


class _State:
    """What one key uses."""

    __slots__ = ("arrival", "bucket", "concurrent", "lock", "money", "read_again", "reserved")

    def __init__(self) -> None:
        self.arrival = 0.0
        self.bucket: Bucket | None = None
        self.concurrent = 0
        self.reserved: dict[str, int] = {}
        """By currency: nanos of calls that are under way."""
        self.money: dict[str, MoneyWindow] = {}
        """By currency: what calls that are over have cost."""
        self.read_again: float | None = None
        self.lock: asyncio.Lock | None = None


class MemoryLimits:
    """`share`: how many processes share the limits without knowing of each other; each then allows that part of them. `clock`: in
    seconds since the epoch."""

    degraded = False

    def __init__(self, spent: SpentSource | None = None, *, share: int = 1, clock: Callable[[], float] | None = None) -> None:
        self._spent = spent
        self._share = max(1, share)
        self._clock = clock or time.monotonic
        self._zero = MONOTONIC_ZERO if clock is None else 0.0
        """What added to it gives seconds since the epoch, which money alone asks for."""
        self._states: dict[str, _State] = {}

    def admit_at_once(self, ask: Ask) -> Held | Denied | None:
        """None only where a budget's window has to be read from the ledger."""
        state = self._states.get(ask.key)
        if state is None:
            state = self._states[ask.key] = _State()
        limits, now, slot, whole = ask.limits, self._clock(), 0, self._share == 1
        if limits.budget is not None and not self._is_read(state, limits, now):
            return None
        if limits.concurrent is not None and state.concurrent >= self._part(limits.concurrent):
            return Denied("too_many_concurrent", 1.0)
        arrival, bucket = state.arrival, None
        if limits.requests_per_minute is not None:
            part = limits.requests_per_minute if whole else self._part(limits.requests_per_minute)
            after = gcra.admit(arrival, part, now)
            if after is None:
                return Denied("rate_limited", gcra.wait(arrival, part, now))
            arrival = after
        if limits.tokens_per_minute is not None:
            part = limits.tokens_per_minute if whole else self._part(limits.tokens_per_minute)
            bucket = state.bucket
            if bucket is None:
                bucket = state.bucket = Bucket(float(part), now)
            if not bucket.has(ask.tokens, part, now):
                return Denied("token_rate_limited", bucket.wait(ask.tokens, part))
        if limits.budget is not None:
            window = state.money[limits.currency]
            nanos, reserved = ask.nanos * self._share, state.reserved.get(limits.currency, 0)
            if window.spent(now + self._zero) + reserved + nanos > nanos_of(limits.budget):
                return Denied("budget_exhausted")
            state.reserved[limits.currency] = reserved + nanos
            slot = slot_of(now + self._zero, window.seconds)
        state.arrival = arrival
        state.concurrent += 1
        if bucket is not None:
            bucket.level -= ask.tokens
        return Held(ask, slot)

    async def admit(self, ask: Ask) -> Held | Denied:
        """Reads a budget's window from the ledger first."""
        while (found := self.admit_at_once(ask)) is None:
            if not await self._read(self._states[ask.key], ask, self._clock()):
                return Denied("limits_unavailable", LEDGER_AGAIN)
        return found

    def settle(self, held: Held, tokens: int | None, nanos: int | None) -> None:
        """At once."""
        ask = held.ask
        limits = ask.limits
        state = self._states.get(ask.key)
        if state is None:
            return
        if state.concurrent > 0:
            state.concurrent -= 1
        if tokens is not None and limits.tokens_per_minute is not None and state.bucket is not None:
            part = limits.tokens_per_minute if self._share == 1 else self._part(limits.tokens_per_minute)
            state.bucket.put_back(ask.tokens - tokens, part, self._clock())
        if limits.budget is not None:
            state.reserved[limits.currency] = max(0, state.reserved.get(limits.currency, 0) - ask.nanos * self._share)
            cost = ask.nanos if nanos is None else nanos
            window = state.money.get(limits.currency)
            if window is not None and window.seconds == slot_seconds(limits.period_days):  # else another period holds since
                window.add(held.slot, cost * self._share)

    async def aclose(self) -> None:
        """Nothing is open."""

    def _part(self, limit: int) -> int:
        return max(1, limit // self._share) if limit > 0 else limit

    def _is_read(self, state: _State, limits: KeyLimits, now: float) -> bool:
        window = state.money.get(limits.currency)
        if window is None or window.seconds != slot_seconds(limits.period_days):
            return False
        return state.read_again is None or now < state.read_again

    async def _read(self, state: _State, ask: Ask, now: float) -> bool:
        """Fill the window from the ledger. False: it cannot be asked, and the key wants to be refused then."""
        state.lock = state.lock or asyncio.Lock()
        async with state.lock:
            if self._is_read(state, ask.limits, now):
                return True
            limits = ask.limits
            window = MoneyWindow(slot_seconds(limits.period_days))
            state.read_again = None
            if self._spent is not None:
                try:
                    since = now + self._zero - (SLOTS + 1) * window.seconds
                    for row in await self._spent(ask.key, limits.currency, since):
                        window.add(slot_of(row.at, window.seconds), nanos_of(row.amount))
                except Exception:
                    log.exception("the ledger could not be asked for what key %s has spent", ask.key)
                    if limits.fail_closed:
                        return False
                    before = state.money.get(limits.currency)
                    window = before if before is not None and before.seconds == window.seconds else window
                    state.read_again = self._clock() + LEDGER_AGAIN
            state.money[limits.currency] = window
            return True
