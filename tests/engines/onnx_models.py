"""A smallest embedding model as an ONNX file, written field by field (onnx.proto3, IR version 8)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

_FLOAT, _INT64 = 1, 7


def _number(field: int, value: int) -> bytes:
    return bytes((field << 3,)) + _varint(value)


def _message(field: int, data: bytes | str) -> bytes:
    raw = data.encode() if isinstance(data, str) else data
    return bytes((field << 3 | 2,)) + _varint(len(raw)) + raw


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*out, value))


def _value(name: str, kind: int, dims: Sequence[str]) -> bytes:
    shape = b"".join(_message(1, _message(2, dim)) for dim in dims)
    return _message(1, name) + _message(2, _message(1, _number(1, kind) + _message(2, shape)))


def write_lookup_model(path: Path, table: np.ndarray, inputs: Sequence[str] = ("input_ids", "attention_mask")) -> None:
    """A model that gives each token its row of `table`: output `last_hidden_state` (texts, tokens, dimensions)."""
    weights = table.astype("<f4")
    tensor = b"".join(_number(1, size) for size in weights.shape) + _number(2, _FLOAT)
    tensor += _message(8, "table") + _message(9, weights.tobytes())
    node = _message(1, "table") + _message(1, "input_ids") + _message(2, "last_hidden_state") + _message(4, "Gather")
    graph = _message(1, node) + _message(2, "lookup") + _message(5, tensor)
    graph += b"".join(_message(11, _value(name, _INT64, ("texts", "tokens"))) for name in inputs)
    graph += _message(12, _value("last_hidden_state", _FLOAT, ("texts", "tokens", "dimensions")))
    path.write_bytes(_number(1, 8) + _message(7, graph) + _message(8, _number(2, 13)))
