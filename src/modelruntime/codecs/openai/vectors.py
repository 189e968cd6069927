"""Float32 rows out of an embeddings reply, and the checks that no wrong vector passes.

A base64 row is little-endian numbers (https://docs.vllm.ai/en/latest/api/vllm/entrypoints/pooling/embed/protocol/), as a
rule float32, at some vendors int8 (https://docs.perplexity.ai/docs/embeddings/best-practices;
the latter read 2026-11-22, the former unverified). Which of both forms comes is decided by the reply, not by what was asked.
"""

from __future__ import annotations

import math
import sys
from array import array

_LITTLE = sys.byteorder == "little"
_HIGH = slice(3, None, 4) if _LITTLE else slice(0, None, 4)


class VectorInvalid(ValueError):
    """A row that is no vector; the message says why, for a sentence."""


def float_row(row: bytes | list[float], number_type: str) -> array[float]:
    """The vector. `number_type` is what base64 holds: `float32`, `int8` or `uint8`."""
    if not row:
        raise VectorInvalid("an empty vector")
    return _from_numbers(row) if isinstance(row, list) else _from_bytes(row, number_type)


def _from_numbers(row: list[float]) -> array[float]:
    vector = array("f", row)
    return _finite(vector, vector.tobytes()[_HIGH])


def _from_bytes(row: bytes, number_type: str) -> array[float]:
    if number_type != "float32":
        return array("f", array("b" if number_type == "int8" else "B", row))
    if len(row) % 4:
        raise VectorInvalid("a vector with a broken number")
    vector = array("f")
    vector.frombytes(row)
    if not _LITTLE:
        vector.byteswap()
    return _finite(vector, row[3::4])


def _finite(vector: array[float], high: bytes) -> array[float]:
    """Refuses NaN and infinity. Only a float32 whose highest byte is 7f or ff can be one, so that is looked for first."""
    if (b"\x7f" in high or b"\xff" in high) and not all(map(math.isfinite, vector)):
        raise VectorInvalid("a vector with NaN or infinity")
    return vector


def in_order(rows: list[array[float]], indexes: list[int | None], expected: int) -> list[array[float]]:
    """The rows by their index; as they came where no row has one. Raises `VectorInvalid` when that is not one row per input."""
    if len(rows) != expected:
        raise VectorInvalid(f"{len(rows)} vectors for {expected} inputs")
    if all(index is None for index in indexes):
        return rows
    found = {index: row for index, row in zip(indexes, rows, strict=True) if index is not None}
    if len(found) != expected or not all(0 <= index < expected for index in found):
        raise VectorInvalid("indexes that do not number the inputs")
    return [found[index] for index in range(expected)]


def check_width(rows: list[array[float]], width: int | None) -> None:
    """Raises `VectorInvalid` unless all rows are equally long, and `width` long where that is known."""
    widths = {len(row) for row in rows}
    if width is not None:
        widths.add(width)
    if len(widths) > 1:
        raise VectorInvalid(f"vectors of {', '.join(map(str, sorted(widths)))} numbers where all must have the same")
