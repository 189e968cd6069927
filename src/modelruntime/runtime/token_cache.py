"""Access tokens, fetched once under concurrency and renewed before they expire.

Calls that want the same token wait for the one that fetches it, no longer than their own deadline, and share what it learns: the
token, or the endpoint's refusal.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Hashable
from copy import copy
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from msgspec.structs import replace

from modelruntime.entities.errors import InvokeError, TimedOut
from modelruntime.signers.contract import Token
from modelruntime.transports.contract import AsyncTransport, Timeouts, Transport

if TYPE_CHECKING:
    import asyncio

    from modelruntime.runtime.effects import DropToken, FetchToken

EARLY_SECONDS = 60.0
"""A token is renewed this long before it expires."""
KEPT_AT_MOST = 1024
"""Tokens; beyond that those that have expired go, then the oldest."""


class _Slot:
    """What is known under one key."""

    __slots__ = ("_locks", "failed_at", "failure", "lock", "token")

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._locks: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()
        self.token: Token | None = None
        self.failure: InvokeError | None = None
        self.failed_at = float("-inf")

    def lock_of(self, loop: asyncio.AbstractEventLoop) -> asyncio.Lock:
        """The lock of one loop: tasks of another cannot wait for it."""
        import asyncio

        return self._locks.setdefault(loop, asyncio.Lock())

    def fresh(self) -> Token | None:
        """The token, if it may still be used."""
        token = self.token
        if token is None or (token.expires_at is not None and token.expires_at - EARLY_SECONDS <= time.time()):
            return None
        return token

    def settle(self, asked: float) -> Token | None:
        """What another call has found since `asked`: its token, or its refusal raised, or None."""
        if (token := self.fresh()) is None and self.failure is not None and self.failed_at >= asked:
            raise copy(self.failure) from self.failure  # one exception must not be raised on two threads
        return token

    def failed(self, error: InvokeError) -> None:
        """Keep a refusal for those who wait. A fault on the way there is the business of each call."""
        if error.status is not None:
            self.failure, self.failed_at = error, time.monotonic()


class _Slots:
    """The slots by key; thread safe."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._slots: dict[Hashable, _Slot] = {}

    def of(self, key: Hashable) -> _Slot:
        """The slot of a key, made when there is none."""
        slot = self._slots.get(key)
        if slot is None:
            with self._guard:
                if len(self._slots) >= KEPT_AT_MOST:
                    self._make_room()
                slot = self._slots.setdefault(key, _Slot())
        return slot

    def drop(self, dropped: DropToken) -> None:
        """Forget a token, unless another has taken its place already."""
        slot = self._slots.get(dropped.key)
        if slot is not None and slot.token == dropped.token:
            slot.token = None

    def _make_room(self) -> None:
        for key in [key for key, slot in self._slots.items() if slot.fresh() is None]:
            del self._slots[key]
        while len(self._slots) >= KEPT_AT_MOST:
            del self._slots[next(iter(self._slots))]


class TokenCache:
    """Blocking. One lock per key, so that different credentials do not wait for each other."""

    def __init__(self) -> None:
        self._slots = _Slots()
        self.drop = self._slots.drop

    def fetch(self, wanted: FetchToken, transport: Transport) -> Token | None:
        """The token under the effect's key, None where its signer wants none after all; raises the `InvokeError` of an endpoint
        that gives none, and `TimedOut`."""
        asked = time.monotonic()
        slot = self._slots.of(wanted.key)
        if (token := slot.fresh()) is not None:
            return token
        total = wanted.timeouts.total
        if not slot.lock.acquire(timeout=-1 if total is None else max(total, 0.0)):
            raise _too_late()
        try:
            if (token := slot.settle(asked)) is None and (request := wanted.request()) is not None:
                try:
                    token = slot.token = wanted.parse(transport.send(request, _left(wanted.timeouts, asked)))
                except InvokeError as error:
                    slot.failed(error)
                    raise
            return token
        finally:
            slot.lock.release()


class AsyncTokenCache:
    """Awaited. Tasks of one loop wait for each other; the tokens belong to all."""

    def __init__(self) -> None:
        self._slots = _Slots()
        self.drop = self._slots.drop

    async def fetch(self, wanted: FetchToken, transport: AsyncTransport) -> Token | None:
        """The token under the effect's key, None where its signer wants none after all; raises the `InvokeError` of an endpoint
        that gives none, and `TimedOut`."""
        import asyncio

        asked = time.monotonic()
        slot = self._slots.of(wanted.key)
        if (token := slot.fresh()) is not None:
            return token
        lock = slot.lock_of(asyncio.get_running_loop())
        try:
            async with asyncio.timeout(wanted.timeouts.total):
                await lock.acquire()
        except TimeoutError:
            raise _too_late() from None
        try:
            if (token := slot.settle(asked)) is None and (request := wanted.request()) is not None:
                try:
                    token = slot.token = wanted.parse(await transport.send(request, _left(wanted.timeouts, asked)))
                except InvokeError as error:
                    slot.failed(error)
                    raise
            return token
        finally:
            lock.release()


def _left(timeouts: Timeouts, asked: float) -> Timeouts:
    """The timeouts after the wait for others. Raises `TimedOut` when nothing is left."""
    if timeouts.total is None:
        return timeouts
    left = timeouts.total - (time.monotonic() - asked)
    if left <= 0:
        raise _too_late()
    return replace(timeouts, total=left)


def _too_late() -> TimedOut:
    return TimedOut("the call's deadline passed while its access token was fetched", retryable=False)
