"""Two framings: server-sent events, and the binary event stream of AWS."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

import msgspec

from tests.spike.streaming import Message
from tests.spike.wire import bytes_of


class SSE:
    """Draft: LF, CRLF; JSON data only. The real one follows the WHATWG text."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._name = ""
        self._data: list[bytes] = []

    def feed(self, data: bytes) -> Iterator[Message]:
        self._buffer += data
        while (end := self._buffer.find(b"\n")) >= 0:
            line = bytes(self._buffer[:end]).removesuffix(b"\r")
            del self._buffer[: end + 1]
            if not line:
                name, body = self._name, b"\n".join(self._data)
                self._name, self._data = "", []
                if body and body != b"[DONE]":
                    yield name, msgspec.json.decode(body, type=dict)
            elif line.startswith(b"data:"):
                self._data.append(line[5:].removeprefix(b" "))
            elif line.startswith(b"event:"):
                self._name = line[6:].strip().decode()


FIXED = {0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16}
"""Header types of fixed size, in bytes."""
LARGEST = 25 * 2**20


class AwsFrames:
    """application/vnd.amazon.eventstream.

    total length u32 · headers length u32 · CRC32 of these eight bytes · headers · payload · CRC32 of all before it.
    A header is: name length u8, name, type u8, value; strings (7) and bytes (6) carry a u16 length.
    https://smithy.io/2.0/aws/amazon-eventstream.html, read 2026-11-22. A wrong checksum or length is a `ValueError`.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Message]:
        self._buffer += data
        while len(self._buffer) >= 12:
            total, headers, prelude_crc = struct.unpack_from(">III", self._buffer)
            if zlib.crc32(self._buffer[:8]) != prelude_crc or not 16 + headers <= total <= LARGEST:
                raise ValueError("prelude")
            if len(self._buffer) < total:
                return
            frame = bytes(self._buffer[:total])
            del self._buffer[:total]
            if zlib.crc32(frame[:-4]) != struct.unpack_from(">I", frame, total - 4)[0]:
                raise ValueError("message checksum")
            yield _message(self._headers(frame[12 : 12 + headers]), frame[12 + headers : -4])

    def _headers(self, data: bytes) -> dict[str, str]:
        found, at = {}, 0
        while at < len(data):
            name = data[at + 1 : at + 1 + data[at]].decode()
            at += 1 + data[at]
            kind, at = data[at], at + 1
            if kind in (6, 7):
                (size,) = struct.unpack_from(">H", data, at)
                if kind == 7:
                    found[name] = data[at + 2 : at + 2 + size].decode()
                at += 2 + size
            elif kind in FIXED:
                at += FIXED[kind]
            else:
                raise ValueError(f"header type {kind}")
        return found


def _message(headers: dict[str, str], payload: bytes) -> Message:
    """Events by `:event-type`, exceptions by `!` and their type; `chunk` hides the model's own event in base64."""
    body = msgspec.json.decode(payload, type=dict) if payload else {}
    if headers.get(":message-type") in ("exception", "error"):
        return "!" + (headers.get(":exception-type") or headers.get(":error-code") or ""), body
    name = headers.get(":event-type", "")
    return (name, body) if name != "chunk" else (name, msgspec.json.decode(bytes_of(body["bytes"]), type=dict))


def render_frame(headers: dict[str, str], payload: bytes) -> bytes:
    """One frame with string headers; for tests and for a server that speaks it."""
    packed = b"".join(
        bytes([len(k)]) + k.encode() + b"\x07" + struct.pack(">H", len(v.encode())) + v.encode() for k, v in headers.items()
    )
    prelude = struct.pack(">II", 16 + len(packed) + len(payload), len(packed))
    body = prelude + struct.pack(">I", zlib.crc32(prelude)) + packed + payload
    return body + struct.pack(">I", zlib.crc32(body))
