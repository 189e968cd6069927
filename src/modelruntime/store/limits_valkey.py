"""Limits counted in a Valkey or Redis server, for all replicas together.

Admitting is one round trip. Settling is sent behind the call's back; what cannot be sent is kept and sent again. A replica that
dies leaves leases that end by themselves. While the server is lost, each replica allows its share of the limits on its own, or
refuses the keys that ask for that.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, cast

from modelruntime.entities.errors import ConnectionFailed
from modelruntime.routing.breaker import Breaker, BreakerPolicy
from modelruntime.routing.money_window import SLOTS, nanos_of, slot_of, slot_seconds
from modelruntime.store import limits_scripts as scripts
from modelruntime.store.gateway_key import KeyLimits
from modelruntime.store.limits_contract import Ask, Denial, Denied, Held, SpentSource
from modelruntime.store.limits_memory import LEDGER_AGAIN, MemoryLimits
from modelruntime.store.script_pipe import Lost, Script, ScriptPipe
from modelruntime.store.steady_clock import steady_time

log = logging.getLogger("modelruntime.store")
ADMIT, SETTLE, RENEW, FILL = map(Script.of, (scripts.ADMIT, scripts.SETTLE, scripts.RENEW, scripts.FILL))
LEASE_SECONDS = 30
"""After which the place of a dead replica's call is free again."""
RENEW_SECONDS = 10.0
UNSETTLED_AT_MOST = 10_000
POLICY = BreakerPolicy(threshold=5, cooldown=5.0, max_cooldown=30.0)
_LOST = ConnectionFailed("the server that counts limits is lost")
Message = tuple[Script, Sequence[str], Sequence[str]]


class ValkeyLimits:
    """`replicas`: how many share the limits while the server is lost. `clock`: None is the server's own, which is what serves."""

    def __init__(
        self, url: str, spent: SpentSource | None = None, *, replicas: int = 1, clock: Callable[[], float] | None = None
    ) -> None:
        self._pipe = ScriptPipe(url)
        self._spent = spent
        self._replicas = replicas
        self._clock = clock
        self._local = MemoryLimits(spent, share=replicas, clock=clock)
        self._breaker = Breaker()
        self._degraded = False
        self._read_again: dict[str, float] = {}
        self._open: dict[str, str] = {}
        """Lease → key."""
        self._unsettled: deque[Message] = deque(maxlen=UNSETTLED_AT_MOST)
        self._tasks: set[asyncio.Task[None]] = set()
        self._renewer: asyncio.Task[None] | None = None

    @property
    def degraded(self) -> bool:
        """Is this process counting alone?"""
        return self._degraded

    def admit_at_once(self, ask: Ask) -> None:
        """Never: the server is asked."""

    async def admit(self, ask: Ask) -> Held | Denied:
        """One round trip; two where the window of a budget was never filled or is lost."""
        if self._breaker.allows(time.monotonic()):
            self._breaker = self._breaker.admitted(time.monotonic())
            try:
                found = await self._admit(ask)
            except Lost:
                self._lose()
            except BaseException:
                self._breaker = self._breaker.abandoned()
                raise
            else:
                self._find()
                return found
        if ask.limits.fail_closed:
            return Denied("limits_unavailable", POLICY.cooldown)
        return await self._local.admit(ask)

    def settle(self, held: Held, tokens: int | None, nanos: int | None) -> None:
        """Sent at once, and waited for by nobody."""
        if held.local:
            self._local.settle(held, tokens, nanos)
            return
        if self._open.pop(held.lease, None) is None:
            return
        ask, limits = held.ask, held.ask.limits
        back = "" if tokens is None else str(ask.tokens - tokens)
        more = "" if nanos is None or limits.budget is None or nanos == ask.nanos else str(nanos - ask.nanos)
        arguments = (self._now(), held.lease, _text(limits.tokens_per_minute), back, str(held.slot), more)
        self._unsettled.append((SETTLE, _keys(ask), arguments))
        self._start(self._send_unsettled())

    async def aclose(self) -> None:
        """Settle what is open, then close."""
        if self._renewer is not None:
            self._renewer.cancel()
            await asyncio.wait([self._renewer])
        if self._tasks:
            await asyncio.wait(self._tasks)
        await self._pipe.aclose()

    async def _admit(self, ask: Ask) -> Held | Denied:
        limits = ask.limits
        lease = os.urandom(12).hex() if _needs_lease(limits) else ""
        unread = "1" if self._read_again.get(ask.key, 0.0) > time.monotonic() else ""
        for last in (False, True):
            arguments = (
                self._now(),
                _text(limits.requests_per_minute),
                _text(limits.tokens_per_minute),
                _text(limits.concurrent),
                "" if limits.budget is None else str(nanos_of(limits.budget)),
                str(slot_seconds(limits.period_days)),
                str(ask.tokens),
                str(ask.nanos),
                lease,
                str(LEASE_SECONDS),
                "1" if last else unread,
            )
            said: Any = await self._pipe.run(ADMIT, _keys(ask), arguments)
            if said[0] != "unread":
                break
            if not await self._fill(ask):
                return Denied("limits_unavailable", LEDGER_AGAIN)
        if said[0] != "held":
            return Denied(cast("Denial", said[0]), float(said[1]) if said[1] else None)
        if lease:
            self._open[lease] = ask.key
            if self._renewer is None:
                self._renewer = asyncio.create_task(self._renew_for_ever())
        return Held(ask=ask, lease=lease, slot=int(said[1]), local=False)

    async def _fill(self, ask: Ask) -> bool:
        """Fill the window of a budget from the ledger. False: it cannot be asked, and the key wants to be refused then."""
        limits, seconds = ask.limits, slot_seconds(ask.limits.period_days)
        arguments = [str(seconds)]
        if self._spent is not None:
            since = (self._clock or steady_time)() - (SLOTS + 1) * seconds
            try:
                rows = await self._spent(ask.key, limits.currency, since)
            except Exception:
                log.exception("the ledger could not be asked for what key %s has spent", ask.key)
                self._read_again[ask.key] = time.monotonic() + LEDGER_AGAIN
                return not limits.fail_closed
            for row in rows:
                arguments += (str(slot_of(row.at, seconds)), str(nanos_of(row.amount)))
        await self._pipe.run(FILL, _keys(ask)[3:], arguments)
        return True

    def _lose(self) -> None:
        if not self._degraded:
            self._degraded = True
            self._local = MemoryLimits(self._spent, share=self._replicas, clock=self._clock)
            log.warning("the server that counts limits is lost: this process allows 1/%d of them on its own", self._replicas)
        self._breaker = self._breaker.failed(_LOST, time.monotonic(), POLICY)

    def _find(self) -> None:
        self._breaker = Breaker()
        if self._degraded:
            self._degraded = False
            log.warning("the server that counts limits is back")
        if self._unsettled and not self._tasks:
            self._start(self._send_unsettled())

    async def _send_unsettled(self) -> None:
        """What the server missed is kept for later; it is settled once, however often it is sent."""
        sent = list(self._unsettled)
        self._unsettled.clear()
        results = await asyncio.gather(*(self._pipe.run(*message) for message in sent), return_exceptions=True)
        self._unsettled.extend(message for message, result in zip(sent, results, strict=True) if isinstance(result, Lost))

    async def _renew_for_ever(self) -> None:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            with suppress(Lost):
                await self.renew()

    async def renew(self) -> None:
        """Put off the end of the leases of all open calls, and send what could not be settled. Raises `Lost`."""
        by_key: dict[str, list[str]] = {}
        for lease, key in self._open.items():
            by_key.setdefault(key, []).append(lease)
        orders = [
            self._pipe.run(RENEW, (f"mr:{{{key}}}:c",), (self._now(), str(LEASE_SECONDS), *leases))
            for key, leases in by_key.items()
        ]
        if self._unsettled:
            orders.append(self._send_unsettled())
        for result in await asyncio.gather(*orders, return_exceptions=True):
            if isinstance(result, BaseException):
                raise result

    def _start(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _now(self) -> str:
        return "" if self._clock is None else repr(self._clock())


def _needs_lease(limits: KeyLimits) -> bool:
    """A rate of requests alone leaves nothing to settle."""
    return limits.concurrent is not None or limits.tokens_per_minute is not None or limits.budget is not None


def _keys(ask: Ask) -> tuple[str, str, str, str]:
    tag = f"mr:{{{ask.key}}}"
    money = f"{tag}:m:{ask.limits.currency}:{slot_seconds(ask.limits.period_days)}"
    return f"{tag}:r", f"{tag}:t", f"{tag}:c", money


def _text(limit: int | None) -> str:
    return "" if limit is None else str(limit)
