"""Writes frames of AWS's event stream, for tests and simulators."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping


def render_frame(headers: Mapping[str, str], payload: bytes, *, packed: bytes | None = None) -> bytes:
    """One frame with string headers, or with the given packed ones; checksums are right."""
    if packed is None:
        packed = b"".join(_packed(name.encode(), value.encode()) for name, value in headers.items())
    prelude = struct.pack(">II", 16 + len(packed) + len(payload), len(packed))
    body = prelude + struct.pack(">I", zlib.crc32(prelude)) + packed + payload
    return body + struct.pack(">I", zlib.crc32(body))


def _packed(name: bytes, value: bytes) -> bytes:
    return bytes([len(name)]) + name + b"\x07" + struct.pack(">H", len(value)) + value
