"""Reading a SentencePiece model file: pieces, scores, and the character map of its normalizer.

The file is a protobuf message (google/sentencepiece `sentencepiece_model.proto`, read 2026-11-22); only these fields are
read: ModelProto.pieces = 1 {piece = 1, score = 2}, ModelProto.normalizer_spec = 3 {precompiled_charsmap = 2}.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import msgspec

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


class SentencePieceModel(msgspec.Struct, frozen=True):
    """Pieces with their log probabilities, by id; and the compiled character map."""

    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    charsmap: bytes


def read_model(path: Path) -> SentencePieceModel:
    """The model in a file. Raises `ValueError` for one that is none."""
    data = path.read_bytes()
    pieces: list[str] = []
    scores: list[float] = []
    charsmap = b""
    for field, value in _fields(data, 0, len(data)):
        if field == 1:
            piece = dict(_fields(data, value.start, value.stop))
            pieces.append(data[piece[1].start : piece[1].stop].decode("utf-8"))
            scores.append(struct.unpack_from("<f", data, piece[2].start)[0] if 2 in piece else 0.0)
        elif field == 3:
            spec = dict(_fields(data, value.start, value.stop))
            charsmap = data[spec[2].start : spec[2].stop] if 2 in spec else b""
    if not pieces:
        raise ValueError("the file holds no pieces")
    return SentencePieceModel(tuple(pieces), tuple(scores), charsmap)


def _fields(data: bytes, position: int, end: int) -> Iterator[tuple[int, range]]:
    """Field numbers with the place of their value, in order."""
    while position < end:
        tag, position = _varint(data, position)
        kind = tag & 7
        if kind == _VARINT:
            _, after = _varint(data, position)
        elif kind == _BYTES:
            size, position = _varint(data, position)
            after = position + size
        elif kind in (_FIXED32, _FIXED64):
            after = position + (4 if kind == _FIXED32 else 8)
        else:
            raise ValueError(f"wire type {kind} is not of protobuf 3")
        if after > end:
            raise ValueError("a field reaches beyond its message")
        yield tag >> 3, range(position, after)
        position = after


def _varint(data: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7
