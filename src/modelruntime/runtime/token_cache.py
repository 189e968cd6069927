"""Access tokens, fetched once under concurrency and refreshed before they expire."""

from __future__ import annotations

import threading
import time
from collections.abc import Hashable
from typing import TYPE_CHECKING

from modelruntime.signers.contract import Token
from modelruntime.transports.contract import AsyncTransport, Transport

if TYPE_CHECKING:
    import asyncio

    from modelruntime.runtime.effects import FetchToken

EARLY_SECONDS = 60.0
"""A token is renewed this long before it expires."""


class TokenCache:
    """Blocking. One lock per key, so that different credentials do not wait for each other."""

    def __init__(self) -> None:
        self._tokens: dict[Hashable, Token] = {}
        self._locks: dict[Hashable, threading.Lock] = {}
        self._guard = threading.Lock()

    def fetch(self, wanted: FetchToken, transport: Transport) -> Token:
        """The token under the effect's key; raises the vendor's `InvokeError` when it gives none."""
        if (token := _fresh(self._tokens, wanted.key)) is not None:
            return token
        with self._guard:
            lock = self._locks.setdefault(wanted.key, threading.Lock())
        with lock:
            if (token := _fresh(self._tokens, wanted.key)) is None:
                token = wanted.parse(transport.send(wanted.request(), wanted.timeouts))
                self._tokens[wanted.key] = token
            return token


class AsyncTokenCache:
    """Awaited; the locks belong to the running loop."""

    def __init__(self) -> None:
        self._tokens: dict[Hashable, Token] = {}
        self._locks: dict[tuple[int, Hashable], asyncio.Lock] = {}

    async def fetch(self, wanted: FetchToken, transport: AsyncTransport) -> Token:
        """The token under the effect's key; raises the vendor's `InvokeError` when it gives none."""
        import asyncio

        if (token := _fresh(self._tokens, wanted.key)) is not None:
            return token
        key = (id(asyncio.get_running_loop()), wanted.key)
        async with self._locks.setdefault(key, asyncio.Lock()):
            if (token := _fresh(self._tokens, wanted.key)) is None:
                token = wanted.parse(await transport.send(wanted.request(), wanted.timeouts))
                self._tokens[wanted.key] = token
            return token


def _fresh(tokens: dict[Hashable, Token], key: Hashable) -> Token | None:
    token = tokens.get(key)
    if token is None or (token.expires_at is not None and token.expires_at - EARLY_SECONDS <= time.time()):
        return None
    return token
