"""Things that live as long as an event loop and end with it, without the caller's help."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Generic, Protocol, TypeVar


class Closable(Protocol):
    """What a loop can own."""

    async def close(self) -> None:
        """Close it; awaited on its own loop."""
        ...


T = TypeVar("T", bound=Closable)


class PerLoop(Generic[T]):
    """One `T` for each event loop, made when first asked for.

    It is closed with its loop: `asyncio.run` shuts asynchronous generators down before the loop closes, so a suspended
    one whose `finally` closes the thing is told in time. After a fork the child starts empty and leaves the parent's
    things alone: closing them would unregister the parent's sockets from the epoll object both share.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._pid = os.getpid()
        self._owned: dict[asyncio.AbstractEventLoop, tuple[T, AsyncGenerator[None, None]]] = {}
        self._inherited: list[object] = []

    def here(self) -> T | None:
        """The thing of the running loop, if it was made already."""
        found = self._owned.get(asyncio.get_running_loop()) if self._pid == os.getpid() else None
        return None if found is None else found[0]

    async def get(self) -> T:
        """The thing of the running loop."""
        loop = asyncio.get_running_loop()
        if self._pid != os.getpid():
            self._inherited.append(self._owned)
            self._owned, self._pid = {}, os.getpid()
        found = self._owned.get(loop)
        if found is not None:
            return found[0]
        for other in [other for other in self._owned if other.is_closed()]:
            self._owned.pop(other, None)
        thing = self._make()
        lifetime = _until_shutdown(thing.close)
        self._owned[loop] = (thing, lifetime)
        await anext(lifetime)
        return thing

    async def close(self) -> None:
        """Close the thing of every loop: this one's before returning, other running loops' soon after."""
        here = asyncio.get_running_loop()
        for loop, (_, lifetime) in list(self._owned.items()):
            self._owned.pop(loop, None)
            if loop is here:
                await lifetime.aclose()
            elif loop.is_running():
                asyncio.run_coroutine_threadsafe(_aclose(lifetime), loop)


async def _until_shutdown(close: Callable[[], Awaitable[None]]) -> AsyncGenerator[None, None]:
    try:
        yield
    finally:
        await close()


async def _aclose(lifetime: AsyncGenerator[None, None]) -> None:
    await lifetime.aclose()
