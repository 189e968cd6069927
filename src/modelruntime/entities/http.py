"""HTTP as values. Codecs make requests and read responses; only transports touch the network."""

from __future__ import annotations

import msgspec

from modelruntime.entities.stored_bytes import FileBody

Headers = tuple[tuple[str, str], ...]
_REQUEST_IDS = (
    "x-request-id",
    "request-id",
    "x-amzn-requestid",
    "apim-request-id",
    "opc-request-id",
    "x-tc-requestid",
    "cf-ray",
    "x-ds-request-id",
)
_RANKS = {name: rank for rank, name in enumerate(_REQUEST_IDS)}


class HttpRequest(msgspec.Struct, frozen=True):
    """A request to send. `headers` names are lower case; `Host` and `Content-Length` are the transport's business."""

    method: str
    url: str
    headers: Headers = ()
    body: bytes | None = None
    guarded: bool = False
    """Through the egress guard: the URL came from someone who is not trusted with the network."""
    file_body: FileBody | None = None
    """In place of `body`: too large to hold."""

    @property
    def payload(self) -> bytes | FileBody | None:
        """What is sent behind the head."""
        return self.body if self.file_body is None else self.file_body

    @property
    def whole_body(self) -> bytes:
        """The body in one piece, for who signs it; empty without one."""
        return (self.body or b"") if self.file_body is None else b"".join(self.file_body.pieces())

    def with_headers(self, *extra: tuple[str, str]) -> HttpRequest:
        """The same request with headers added; a name given again replaces the old one, and of `extra` the last wins."""
        added: dict[str, str] = {}
        for name, value in extra:
            added[name.lower()] = value
        headers = self.headers
        if not added.keys().isdisjoint(dict(headers)):
            headers = tuple([pair for pair in headers if pair[0] not in added])
        return HttpRequest(self.method, self.url, (*headers, *added.items()), self.body, self.guarded, self.file_body)


class ResponseHead(msgspec.Struct, frozen=True):
    """Status and headers of an answer; header names are lower case."""

    status: int
    headers: Headers = ()

    def header(self, name: str) -> str | None:
        """The first value of a header (give its name in lower case), or None."""
        for key, value in self.headers:
            if key == name:
                return value
        return None

    @property
    def request_id(self) -> str | None:
        """The id under which the vendor knows the request, from the headers that vendors use for it."""
        fields = dict(reversed(self.headers))
        known = [name for name in _RANKS.keys() & fields.keys() if fields[name]]
        if len(known) > 1:
            known.sort(key=_RANKS.__getitem__)
        return fields[known[0]] if known else None


class HttpResponse(msgspec.Struct, frozen=True):
    """A whole answer."""

    head: ResponseHead
    body: bytes
