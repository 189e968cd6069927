"""A part of a snapshot that is decoded by itself, and how it is read."""

from __future__ import annotations

import zlib
from typing import TypeVar

import msgspec

from modelruntime.entities.errors import DeclarationInvalid

Decoded = TypeVar("Decoded")


class Place(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Where a body lies, counted from the end of the index."""

    offset: int
    length: int
    crc: int


class Bodies:
    """Those of an opened snapshot."""

    def __init__(self, content: memoryview) -> None:
        self._content = content

    def decode(self, place: Place, decoder: msgspec.msgpack.Decoder[Decoded]) -> Decoded:
        """The body at that place. Raises `DeclarationInvalid` for a damaged one."""
        body = self._content[place.offset : place.offset + place.length]
        if len(body) != place.length or zlib.crc32(body) != place.crc:
            raise DeclarationInvalid("the snapshot is damaged; compile it anew")
        return decoder.decode(body)
