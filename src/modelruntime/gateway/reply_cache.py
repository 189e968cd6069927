"""Whole answers, kept for equal calls: in memory, bounded in bytes, the one that was not asked for longest goes first."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import msgspec

from modelruntime.entities.embedding_result import Vectors

OVERHEAD = 1024
"""Bytes that an entry takes beside its content, roughly."""


class Kept(msgspec.Struct, frozen=True):
    """An answer, the model that gave it (`provider`, `model`), and until when it is good (monotonic seconds)."""

    result: Any
    provider: str
    model: str
    until: float
    size: int


class ReplyCache:
    """At most so many bytes."""

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._clock = clock
        self._entries: OrderedDict[bytes, Kept] = OrderedDict()
        self.size = 0
        self.hits = 0
        self.misses = 0

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: bytes) -> Kept | None:
        """The answer to an equal call, while it is good."""
        found = self._entries.get(key)
        if found is not None and found.until <= self._clock():
            self._drop(key)
            found = None
        if found is None:
            self.misses += 1
            return None
        self.hits += 1
        self._entries.move_to_end(key)
        return found

    def put(self, key: bytes, result: Any, provider: str, model: str, seconds: float) -> None:
        """Keep an answer for so long; one that is larger than an eighth of the room is not kept."""
        size = size_of(result)
        if size > self._limit // 8:
            return
        self._drop(key)
        self._entries[key] = Kept(result, provider, model, self._clock() + seconds, size)
        self.size += size
        while self.size > self._limit:
            self._drop(next(iter(self._entries)))

    def _drop(self, key: bytes) -> None:
        if (found := self._entries.pop(key, None)) is not None:
            self.size -= found.size


def size_of(result: Any) -> int:
    """Bytes that a result takes, roughly: those of its text form, vectors as they are."""
    vectors = 0

    def measured(value: Any) -> Any:
        nonlocal vectors
        vectors += sum(len(row) * row.itemsize for row in value) if isinstance(value, Vectors) else len(repr(value))
        return None

    return len(msgspec.msgpack.encode(result, enc_hook=measured)) + vectors + OVERHEAD
