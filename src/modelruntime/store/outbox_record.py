"""How a piece stands in a file of the outbox: length, CRC-32 of what follows, content."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from zlib import crc32

HEAD = struct.Struct("<II")
_AT_ONCE = 5 * 1024
"""Of more bytes than these `zlib.crc32` lets go of the interpreter's lock, and who serves may have to wait for it."""
LARGEST = 16 * 2**20


def frame(content: bytes) -> bytes:
    """A record."""
    return HEAD.pack(len(content), _checksum(content)) + content


def _checksum(content: bytes) -> int:
    view, found = memoryview(content), 0
    for start in range(0, len(view), _AT_ONCE):
        found = crc32(view[start : start + _AT_ONCE], found)
    return found


def records(data: bytes | memoryview) -> Iterator[tuple[bytes, int]]:
    """The whole records from the beginning, each with the offset where it ends. Stops at the first that is cut or damaged."""
    view = memoryview(data)
    offset = 0
    while offset + HEAD.size <= len(view):
        length, expected = HEAD.unpack_from(view, offset)
        end = offset + HEAD.size + length
        content = bytes(view[offset + HEAD.size : end])
        if not 0 < length <= LARGEST or end > len(view) or crc32(content) != expected:
            return
        yield content, end
        offset = end


def is_damaged(data: bytes | memoryview) -> bool:
    """Is there a whole record that was changed, where `records` stops? False for one that was cut, and for the zeros with which
    a file system fills up after a loss of power."""
    if len(data) < HEAD.size:
        return False
    length: int = HEAD.unpack_from(data)[0]
    return 0 < length <= LARGEST and HEAD.size + length <= len(data)
