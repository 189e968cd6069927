"""The binary framing of AWS, `application/vnd.amazon.eventstream`, to messages.

A frame is: total length u32 · length of the headers u32 · CRC32 of these eight bytes · headers · payload · CRC32 of all before it,
numbers big-endian. A header is: length of the name u8 · name · type u8 · value; strings (7) and bytes (6) carry a u16 length.
Source: https://smithy.io/2.0/aws/amazon-eventstream.html, read 2026-11-22.
"""

from __future__ import annotations

import struct
import zlib

import msgspec

_FIXED_SIZES = {0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16}
"""Header type → bytes of its value, for types of fixed size: true, false, byte, short, integer, long, timestamp, UUID."""
_BYTES, _STRING = 6, 7
_PRELUDE = 12
_OVERHEAD = 16
LARGEST_FRAME = 25 * 2**20
"""Longer frames are taken for garbage: the vendor's own limit is 24 MiB of payload."""


class EventStreamMessage(msgspec.Struct, frozen=True):
    """One frame. Only headers with text are kept; `:message-type`, `:event-type` and `:exception-type` are such."""

    headers: dict[str, str]
    payload: bytes


class EventStreamFraming:
    """Sans-I/O: `feed` gives the messages that these bytes complete, whatever the split of the bytes.

    `feed` raises `ValueError` for a frame whose length, checksum or headers are wrong: what follows it can't be trusted.
    """

    __slots__ = ("_buffer",)

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[EventStreamMessage]:
        """Messages that are now whole."""
        buffer = self._buffer
        buffer += data
        messages: list[EventStreamMessage] = []
        while len(buffer) >= _PRELUDE:
            total, headers, checksum = struct.unpack_from(">III", buffer)
            if zlib.crc32(buffer[:8]) != checksum or not _OVERHEAD + headers <= total <= LARGEST_FRAME:
                raise ValueError("the event stream's prelude is damaged")
            if len(buffer) < total:
                break
            frame = bytes(buffer[:total])
            del buffer[:total]
            if zlib.crc32(frame[:-4]) != struct.unpack_from(">I", frame, total - 4)[0]:
                raise ValueError("a message of the event stream is damaged")
            end = _PRELUDE + headers
            messages.append(EventStreamMessage(_parse_headers(frame[_PRELUDE:end]), frame[end:-4]))
        return messages

    @property
    def pending(self) -> bool:
        """Is a frame begun and not whole: at the end of a body, it was cut."""
        return bool(self._buffer)


def _parse_headers(data: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    at = 0
    try:
        while at < len(data):
            name_end = at + 1 + data[at]
            name, kind = data[at + 1 : name_end].decode(), data[name_end]
            at = name_end + 1
            if kind in (_BYTES, _STRING):
                (size,) = struct.unpack_from(">H", data, at)
                at += 2 + size
                if kind == _STRING:
                    found[name] = data[at - size : at].decode()
            else:
                at += _FIXED_SIZES[kind]
    except (IndexError, KeyError, struct.error, UnicodeDecodeError) as cause:
        raise ValueError("a header of the event stream is damaged") from cause
    if at != len(data):
        raise ValueError("a header of the event stream is damaged")
    return found
