"""Server-sent events, as bytes come in.

Rules (https://html.spec.whatwg.org/multipage/server-sent-events.html, "Parsing an event stream"; read 2026-11-22):
  1. A line ends with CRLF, LF or CR.
  2. A blank line dispatches the event, if it has data. A line that starts with a colon is a comment.
  3. `data` lines join with LF; one space after the colon is dropped; unknown fields are ignored.
  4. A byte order mark before the first line is dropped.
  5. What is not dispatched when the stream ends is discarded: it was cut. `close()` says so.

A vendor that fails may write its error into the stream as bare JSON, in no field at all
(https://github.com/vercel/ai/issues/5217, read 2026-11-29). It is no event (rule 3), but `rest()` has it.

Nearly every stream is `data: {…}` LF LF, so that is looked for first: until a CR shows up, bytes are cut at blank lines,
and where every block is a single `data` line, each is an event without further ado.
"""

from __future__ import annotations

import re

import msgspec

_MARK = b"\xef\xbb\xbf"
_LINE_END = re.compile(rb"\r\n|\n|\r")
_OF_JSON = (b"{", b"}", b"[", b"]", b'"', b",")
"""How a line of bare JSON ends, before its first colon. No field of the standard ends so."""
MAX_REST = 64 * 2**10
"""Bytes kept of what stands in no field. A vendor's error is far smaller."""
MAX_EVENT = 16 * 2**20
"""Bytes of one event. Generated images come as one event of several megabytes; nothing honest is larger than this."""


class Event(msgspec.Struct, frozen=True, gc=False):
    """One dispatched event: its data lines joined, and its name."""

    data: bytes
    name: str = "message"


class EventTooLong(ValueError):
    """One event grew past the limit."""


class SSEDecoder:
    """`feed` bytes, get whole events. Any split of the same bytes gives the same events."""

    __slots__ = ("_buffer", "_by_lines", "_data", "_max", "_name", "_rest", "_searched", "_size", "_skip_lf", "_started")

    def __init__(self, max_event: int = MAX_EVENT) -> None:
        self._buffer = bytearray()
        self._searched = 0
        self._by_lines = False
        self._skip_lf = False
        self._started = False
        self._data: list[bytes] = []
        self._rest = b""
        self._size = 0
        self._name = "message"
        self._max = max_event

    def feed(self, chunk: bytes) -> list[Event]:
        """Events that these bytes complete. Raises `EventTooLong` when one event grows past the limit."""
        if not self._started:
            chunk = self._drop_mark(chunk)
        if not chunk:
            return []
        if not self._by_lines and b"\r" in chunk:
            self._by_lines = True
            self._searched = 0
        events = self._feed_lines(chunk) if self._by_lines else self._feed_blocks(chunk)
        if len(self._buffer) + self._size > self._max:
            raise EventTooLong(f"a server-sent event of more than {self._max} bytes")
        return events

    def close(self) -> bool:
        """True when the stream ended between events, False when it was cut inside one (rule 5)."""
        return not (self._data or self._buffer.strip(b"\r\n"))

    def rest(self) -> bytes:
        """What stands in no field, and what no blank line ended: empty, or an error that was written without framing."""
        return (self._rest + self._buffer[:MAX_REST]).strip()

    def _drop_mark(self, chunk: bytes) -> bytes:
        """Rule 4; the mark itself may be split."""
        self._buffer += chunk
        if len(self._buffer) < len(_MARK) and _MARK.startswith(self._buffer):
            return b""
        self._started = True
        head = bytes(self._buffer).removeprefix(_MARK)
        self._buffer.clear()
        return head

    def _feed_blocks(self, chunk: bytes) -> list[Event]:
        """No CR so far: an event ends at LF LF."""
        if self._buffer:
            seam = max(0, len(self._buffer) - 1)
            self._buffer += chunk
            end = self._buffer.rfind(b"\n\n", seam)
            if end < 0:
                return []
            whole = bytes(self._buffer[:end])
            del self._buffer[: end + 2]
        else:
            if self._is_one(chunk):
                return [Event(chunk[6:-2])]
            end = chunk.rfind(b"\n\n")
            if end < 0:
                self._buffer += chunk
                return []
            whole = chunk[:end]
            if end + 2 < len(chunk):
                self._buffer += chunk[end + 2 :]
        if whole.startswith(b"data: ") and not self._data and len(whole) <= self._max:
            values = whole[6:].split(b"\n\ndata: ")
            if whole.count(b"\n") == 2 * len(values) - 2:
                return [Event(value) for value in values]
        return [event for line in (*whole.split(b"\n"), b"") if (event := self._line(line))]

    def _is_one(self, chunk: bytes) -> bool:
        """One whole event and nothing else: so come those that are read as they are generated."""
        size = len(chunk)
        whole = chunk.find(b"\n") == size - 2 and chunk.endswith(b"\n\n") and chunk.startswith(b"data: ")
        return whole and not self._data and size <= self._max

    def _feed_lines(self, chunk: bytes) -> list[Event]:
        """Any line ends. A CR ends its line at once; an LF that follows it belongs to it."""
        if self._skip_lf:
            self._skip_lf = False
            chunk = chunk.removeprefix(b"\n")
        self._buffer += chunk
        events: list[Event] = []
        start = 0
        while end := _LINE_END.search(self._buffer, max(start, self._searched)):
            if event := self._line(bytes(self._buffer[start : end.start()])):
                events.append(event)
            start = end.end()
            self._skip_lf = start == len(self._buffer) and end.group() == b"\r"
        del end
        del self._buffer[:start]
        self._searched = len(self._buffer)
        return events

    def _line(self, line: bytes) -> Event | None:
        if not line:
            data, name = self._data, self._name
            self._data, self._name, self._size = [], "message", 0
            return Event(b"\n".join(data), name) if data else None
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data":
            self._data.append(value)
            self._size += len(value)
            if self._size > self._max:
                raise EventTooLong(f"a server-sent event of more than {self._max} bytes")
        elif field == b"event":
            self._name = value.decode("utf-8", "replace")
        elif field[-1:] in _OF_JSON and len(self._rest) + len(line) < MAX_REST:
            self._rest += line + b"\n"
        return None
