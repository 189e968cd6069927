"""Vectors."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import Any, overload

import msgspec

from modelruntime.entities.cost import Cost
from modelruntime.entities.raw_reply import RawReply
from modelruntime.entities.usage import Usage
from modelruntime.entities.warning import CallWarning


class Vectors(Sequence["array[float]"]):
    """Float32 vectors, one per input, in order. Behaves like a sequence of `array('f')`; `tolist()` makes lists.

    Each vector offers the buffer protocol: `numpy.frombuffer(v, dtype="float32")` copies nothing.
    """

    __slots__ = ("_rows",)

    def __init__(self, rows: tuple[array[float], ...]) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> array[float]: ...
    @overload
    def __getitem__(self, index: slice) -> Vectors: ...
    def __getitem__(self, index: int | slice) -> array[float] | Vectors:
        return Vectors(self._rows[index]) if isinstance(index, slice) else self._rows[index]

    def __iter__(self) -> Iterator[array[float]]:
        return iter(self._rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Vectors) and self._rows == other._rows

    def __hash__(self) -> int:
        return hash(tuple(row.tobytes() for row in self._rows))

    def __repr__(self) -> str:
        width = len(self._rows[0]) if self._rows else 0
        return f"Vectors({len(self._rows)} × {width})"

    def tolist(self) -> list[list[float]]:
        """Plain lists of Python floats."""
        return [row.tolist() for row in self._rows]


class EmbeddingResult(msgspec.Struct, frozen=True):
    """One float32 vector per input, in the order of the inputs."""

    model: str
    vectors: Vectors
    usage: Usage = Usage()
    cost: Cost | None = None
    warnings: tuple[CallWarning, ...] = ()
    request_id: str | None = None
    provider_metadata: dict[str, Any] | None = None
    raw: RawReply | None = None
