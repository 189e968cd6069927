"""One HTTP/1.1 response as a state machine fed with bytes (RFC 9112). It does no I/O; any split gives the same result.

    feed(bytes) → body bytes         `head` is set once the head is whole, `complete` once the body is
    close() / abort()                the connection ended / broke; raises if that was too early

It is strict where leniency lets responses be smuggled: exactly CRLF, one framing, a plain length, a plain chunk size.
"""

from __future__ import annotations

import re

from modelruntime.entities.errors import ServerUnavailable
from modelruntime.entities.http import ResponseHead
from modelruntime.transports import faults

MAX_HEAD_BYTES = 64 * 1024
_MAX_CHUNK_LINE = 4096
_MAX_INTERIM = 16
_HEAD = re.compile(rb"HTTP/1\.[01] [1-9]\d\d(?: [^\r\n\0]*)?\r\n(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\r\n\0]*\r\n)*\r\n")
_BARE = re.compile(rb"(?<!\r)\n|\r[^\n]")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n\0]*)?")
_PREFIXES = (b"0x", b"0X")
"""What `int` takes and HTTP does not."""
_TRAILER = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\r\n\0]*")

_UNUSUAL = frozenset(("transfer-encoding", "connection"))
"""Headers without which a length is all that frames a body."""

_IN_HEAD, _SIZED, _TO_THE_END, _CHUNK_LINE, _CHUNK_DATA, _CHUNK_END, _TRAILERS, _COMPLETE = range(8)


class ResponseReader:
    """Reads the answer to one request of the given method. Raises the errors of `faults` on broken HTTP."""

    __slots__ = (
        "_interim",
        "_left",
        "_method",
        "_origin",
        "_rest",
        "_scanned",
        "_state",
        "_trailer_bytes",
        "complete",
        "head",
        "reusable",
        "seen",
    )

    def __init__(self, method: str, origin: str) -> None:
        self.head: ResponseHead | None = None
        self.complete = False
        """Is the whole response here?"""
        self.reusable = True
        """May another request follow on this connection? Final once complete."""
        self.seen = False
        """Has any byte come?"""
        self._method = method
        self._origin = origin
        self._state = _IN_HEAD
        self._rest = b""
        self._scanned = 0
        self._left = 0
        self._interim = 0
        self._trailer_bytes = 0

    def feed(self, data: bytes) -> bytes:
        """The body bytes that `data` adds; `data` may hold any piece of the response, head included."""
        self.seen = True
        state = self._state
        if state == _CHUNK_DATA and len(data) <= self._left:
            self._left -= len(data)
            if not self._left:
                self._state = _CHUNK_END
            return data
        if state == _IN_HEAD:
            return self._feed_head(self._rest + data)
        if state == _SIZED:
            self._left -= len(data)
            if self._left > 0:
                return data
            self._state, self.complete = _COMPLETE, True
            if self._left < 0:  # bytes nobody asked for
                data, self.reusable = data[: self._left], False
            return data
        if state == _TO_THE_END:
            return data
        if state == _COMPLETE:
            self.reusable = False  # bytes nobody asked for
            return b""
        if self._rest:
            data = self._rest + data
        elif state == _CHUNK_LINE and (end := data.find(b"\r\n")) > 0:
            size = self._chunk_size(data[:end])
            if size and len(data) == end + size + 4 and data.endswith(b"\r\n"):
                return data[end + 2 : -2]  # one whole chunk: so come those that are read as they are sent
        return self._chunked(data)

    def close(self) -> None:
        """The connection ended. Returns if the response is whole, raises `ConnectionFailed` or `StreamIncomplete`."""
        self.reusable = False
        if self._state == _TO_THE_END:
            self._state, self.complete = _COMPLETE, True
        elif self._state == _IN_HEAD:
            raise faults.reset(self._origin)
        elif self._state != _COMPLETE:
            raise faults.cut_short(self._origin)

    def abort(self) -> None:
        """The connection broke. As `close`, but a body that has no other end than the connection's is cut as well."""
        if self._state == _TO_THE_END:
            raise faults.cut_short(self._origin)
        self.close()

    def _feed_head(self, data: bytes) -> bytes:
        while True:
            end = data.find(b"\r\n\r\n", self._scanned - 3 if self._scanned > 3 else 0)
            if end < 0 or end > MAX_HEAD_BYTES:
                self._check_beginning(data, end)
                self._rest, self._scanned = data, len(data)
                return b""
            self._scanned = 0
            head = data[: end + 4]
            if not _HEAD.fullmatch(head):
                raise self._broken("the head of the answer is malformed")
            data = data[end + 4 :]
            status = int(head[9:12])
            if status >= 200:
                break
            self._interim += 1
            if status == 101 or self._interim > _MAX_INTERIM:
                raise self._broken("an interim answer came that nobody asked for")
        self._rest = b""
        self._read_head(status, head)
        if self._state == _SIZED and len(data) == self._left:  # the whole body, as most often
            self._left, self._state, self.complete = 0, _COMPLETE, True
            return data
        return self.feed(data) if data else b""

    def _check_beginning(self, data: bytes, end: int) -> None:
        """Refuse early what can become no head: another protocol, bare line ends, a head without end."""
        if not data.startswith(b"HTTP/1."[: len(data)]):
            raise self._broken("it answered in something that is not HTTP/1.1")
        if _BARE.search(data, max(0, self._scanned - 1), end if end >= 0 else len(data)):
            raise self._broken("a line of the head does not end in CRLF")
        if end > MAX_HEAD_BYTES or len(data) > MAX_HEAD_BYTES:
            raise self._broken(f"the head of the answer is longer than {MAX_HEAD_BYTES} bytes")

    def _read_head(self, status: int, head: bytes) -> None:
        """Split the headers, and choose how the body is framed."""
        headers: list[tuple[str, str]] = []
        add = headers.append
        for line in head.decode("latin-1").split("\r\n")[1:-2]:
            name, _, value = line.partition(":")
            add((name.lower(), value.strip(" \t")))
        self.head = ResponseHead(status, tuple(headers))
        old = head.startswith(b"HTTP/1.0")
        fields = dict(headers)
        if len(fields) == len(headers) and not old and _UNUSUAL.isdisjoint(fields):
            length = fields.get("content-length", "")
            if length.isascii() and length.isdigit() and len(length) < 16 and status not in (204, 304) and self._method != "HEAD":
                self._left, self._state = int(length), _SIZED
                if not self._left:
                    self._state, self.complete = _COMPLETE, True
                return
        self._choose_framing(status, headers, old)

    def _choose_framing(self, status: int, headers: list[tuple[str, str]], old: bool) -> None:
        lengths: set[str] = set()
        codings: list[str] = []
        connection: list[str] = []
        for name, value in headers:
            if name == "content-length":
                lengths.add(value)
            elif name == "transfer-encoding":
                codings.append(value.lower())
            elif name == "connection":
                connection += [word.strip() for word in value.lower().split(",")]
        self.reusable = "close" not in connection and (not old or "keep-alive" in connection)
        if codings and lengths:
            raise self._broken("both Content-Length and Transfer-Encoding are given")
        length = lengths.pop() if lengths else None
        if lengths or (length is not None and not (length.isascii() and length.isdigit() and len(length) < 16)):
            raise self._broken("Content-Length is no plain number")
        if codings and (codings != ["chunked"] or old):
            raise self._broken("a Transfer-Encoding that nobody asked for")
        if self._method == "HEAD" or status in (204, 304):
            self._state, self.complete = _COMPLETE, True
        elif codings:
            self._state = _CHUNK_LINE
        elif length is not None:
            self._left, self._state = int(length), _SIZED
            if not self._left:
                self._state, self.complete = _COMPLETE, True
        else:
            self._state, self.reusable = _TO_THE_END, False

    def _chunked(self, data: bytes) -> bytes:
        """Walk over as many chunks as `data` holds; what is short of a line waits in `_rest`."""
        pieces: list[bytes] = []
        at, size = 0, len(data)
        while at < size and not self.complete:
            if self._state == _CHUNK_LINE:
                end = data.find(b"\r\n", at)
                if end < 0:
                    if size - at > _MAX_CHUNK_LINE:
                        raise self._broken("a chunk size is malformed")
                    break
                self._left = left = self._chunk_size(data[at:end])
                at = end + 2
                if left and data.startswith(b"\r\n", at + left):  # all of the chunk is here, as most often
                    pieces.append(data[at : at + left])
                    at += left + 2
                    continue
                self._state = _CHUNK_DATA if left else _TRAILERS
            elif self._state == _CHUNK_DATA:
                piece = data[at : at + self._left]
                pieces.append(piece)
                at += len(piece)
                self._left -= len(piece)
                if self._left:
                    break
                self._state = _CHUNK_END
            elif self._state == _CHUNK_END:
                if not b"\r\n".startswith(data[at : at + 2]):
                    raise self._broken("a chunk is longer than its size")
                if size - at < 2:
                    break
                at += 2
                self._state = _CHUNK_LINE
            else:
                end = data.find(b"\r\n", at)
                self._trailer_bytes += max(0, end - at)
                if max(self._trailer_bytes, size - at if end < 0 else 0) > MAX_HEAD_BYTES:
                    raise self._broken("the trailer is too long")
                if end < 0:
                    break
                if end == at:
                    self._state, self.complete = _COMPLETE, True
                elif not _TRAILER.fullmatch(data[at:end]):
                    raise self._broken("the trailer is malformed")
                at = end + 2
        self._rest = data[at:]
        if self.complete:
            self.reusable, self._rest = self.reusable and at == size, b""
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _chunk_size(self, line: bytes) -> int:
        if line.isalnum() and len(line) < 16 and not line.startswith(_PREFIXES):
            try:
                return int(line, 16)
            except ValueError:
                raise self._broken("a chunk size is malformed") from None
        match = _CHUNK_SIZE.fullmatch(line)
        if match is None:
            raise self._broken("a chunk size is malformed")
        return int(match[1], 16)

    def _broken(self, what: str) -> ServerUnavailable:
        self.reusable = False
        return faults.broken_http(self._origin, what)
