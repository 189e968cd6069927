"""A request as bytes.

`Host`, `Content-Length` and the framing are made here; a `host` header that the caller gives replaces ours.
"""

from __future__ import annotations

import re

from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.http import HttpRequest
from modelruntime.entities.stored_bytes import FileBody
from modelruntime.transports.proxy import Proxy
from modelruntime.transports.target import Target

_OWN = frozenset(("content-length", "transfer-encoding", "host", "expect", "upgrade"))
_EMPTY_LINE = b"\r\n"
_LINES = re.compile(rb"[A-Z]+ [!-~]+ HTTP/1\.1\r\n(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+: [^\r\n\0]*\r\n)*\r\n")


def render_headers(request: HttpRequest, target: Target, *defaults: tuple[str, str]) -> list[tuple[str, str]]:
    """Every header that goes out but the body's length: host first, then the caller's, then those defaults the caller did not
    give."""
    given = {name for name, _ in request.headers}
    host = next((value for name, value in request.headers if name == "host"), None) if "host" in given else None
    headers = [("host", host or target.host_header)]
    headers += [pair for pair in request.headers if pair[0] not in _OWN]
    headers += [pair for pair in defaults if pair[0] not in given]
    return headers


def length_of(method: str, payload: bytes | FileBody | None) -> int | None:
    """What `Content-Length` says; None where it is left out."""
    if payload is not None:
        return len(payload)
    return 0 if method in ("POST", "PUT", "PATCH") else None


def render_length(length: int | None) -> bytes:
    """The end of a head: the length of the body, and the empty line."""
    return _EMPTY_LINE if length is None else b"content-length: %d\r\n\r\n" % length


def render_head(method: str, path: str, headers: list[tuple[str, str]]) -> bytes:
    """The request line and headers. Raises `ParameterInvalid` where a name or value would break out of its line."""
    lines = "".join([f"{name}: {value}\r\n" for name, value in headers])
    head = f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode("utf-8", "replace")
    if head.count(b"\n") != len(headers) + 2 or not _LINES.fullmatch(head):
        raise ParameterInvalid("a header name or value holds a character that HTTP forbids, such as a line break", field="headers")
    return head


def render_request(
    request: HttpRequest, target: Target, path: str, proxy: Proxy | None, defaults: tuple[tuple[str, str], ...]
) -> bytes:
    """Request line and headers, to be ended by `render_length`; for a proxy that is to fetch a plain http:// URL itself, too."""
    headers = render_headers(request, target, *defaults)
    if proxy is not None and not target.tls:
        path = f"http://{target.host_header}{path}"
        if proxy.authorization is not None:
            headers.append(("proxy-authorization", proxy.authorization.reveal()))
    return render_head(request.method, path, headers)[: -len(_EMPTY_LINE)]
