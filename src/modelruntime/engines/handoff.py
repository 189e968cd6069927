"""A bounded channel from an engine's thread to one reader, blocking or async.

The engine may run ahead of a slow reader by `limit` items; then it waits. A reader that goes away (`abandon`) frees the
engine at once. `finish` may carry an error, which the reader gets after the items that came before it.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

RUN_AHEAD = 256


class Finished(Exception):
    """No more items; `error` is what ended the stream, None for a good end."""

    def __init__(self, error: BaseException | None) -> None:
        super().__init__()
        self.error = error


class Handoff(Generic[T]):
    """See the module."""

    def __init__(self, limit: int = RUN_AHEAD) -> None:
        self._limit = limit
        self._items: deque[T] = deque()
        self._changed = threading.Condition()
        self._finished: Finished | None = None
        self._abandoned = False
        self._wake_reader: Callable[[], None] | None = None

    def put(self, item: T) -> bool:
        """Hand over one item, waiting for room; false when nobody reads any more."""
        with self._changed:
            self._changed.wait_for(lambda: self._abandoned or len(self._items) < self._limit)
            if self._abandoned:
                return False
            self._items.append(item)
            self._tell_reader()
        return True

    def finish(self, error: BaseException | None) -> None:
        """No more items."""
        with self._changed:
            self._finished = Finished(error)
            self._tell_reader()

    def abandon(self) -> None:
        """The reader has gone: drop what waits and let the engine go on."""
        with self._changed:
            self._abandoned = True
            self._items.clear()
            self._changed.notify_all()

    def take(self, timeout: float | None = None) -> T:
        """The next item, waiting for it. Raises `Finished` at the end and `TimeoutError` after `timeout` seconds."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._items or self._finished, timeout):
                raise TimeoutError
            return self._next()

    def take_now(self, wake: Callable[[], None]) -> T:
        """The next item if there is one. Else raises `BlockingIOError`, and calls `wake` once, from any thread, when
        there is more to take."""
        with self._changed:
            if not self._items and self._finished is None:
                self._wake_reader = wake
                raise BlockingIOError
            return self._next()

    def _next(self) -> T:
        if self._items:
            item = self._items.popleft()
            self._changed.notify_all()
            return item
        assert self._finished is not None
        raise self._finished

    def _tell_reader(self) -> None:
        self._changed.notify_all()
        wake, self._wake_reader = self._wake_reader, None
        if wake is not None:
            wake()
