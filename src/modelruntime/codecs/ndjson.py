"""Newline-delimited JSON, as bytes come in (https://github.com/ndjson/ndjson-spec; unverified).

A line ends with LF; a CR before it and white space around a line mean nothing; empty lines are skipped. What no LF ends was cut.
"""

from __future__ import annotations

from modelruntime.codecs.sse import MAX_EVENT


class LineTooLong(ValueError):
    """One line grew past the limit."""


class NDJSONDecoder:
    """`feed` bytes, get whole lines. Any split of the same bytes gives the same lines."""

    __slots__ = ("_buffer", "_max")

    def __init__(self, max_line: int = MAX_EVENT) -> None:
        self._buffer = bytearray()
        self._max = max_line

    def feed(self, chunk: bytes) -> list[bytes]:
        """Lines that these bytes complete. Raises `LineTooLong` when one grows past the limit."""
        head, end, rest = chunk.rpartition(b"\n")
        if end:
            whole = bytes(self._buffer) + head
            self._buffer[:] = rest
        else:
            whole = b""
            self._buffer += chunk
        lines = [line for line in map(bytes.strip, whole.split(b"\n")) if line]
        if max(map(len, (*lines, self._buffer))) > self._max:
            raise LineTooLong(f"a line of more than {self._max} bytes")
        return lines

    def rest(self) -> bytes:
        """What no LF ended."""
        return bytes(self._buffer).strip()

    def close(self) -> bool:
        """True when the stream ended between lines, False when it was cut inside one."""
        return not self._buffer.strip()
