"""The canonical request of AWS Signature Version 4, for every service but S3.

What is signed is the URI as it stands on the wire, normalised and its segments percent-encoded once more; so the wire must
hold each segment encoded in exactly one way, which `wire_url` sees to: `v1:0` and `v1%3A0` both become `v1%3A0` on the wire
and `v1%253A0` in what is signed.

The rules are those of botocore/auth.py (1.44.5), which judges them in the tests; AWS describes them at
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html.
"""

from __future__ import annotations

from hashlib import sha256
from urllib.parse import quote, unquote_to_bytes, urlsplit, urlunsplit

from modelruntime.entities.http import Headers, HttpRequest

UNSIGNED = frozenset(("authorization", "expect", "transfer-encoding", "user-agent", "x-amzn-trace-id"))
"""Headers that proxies change on the way, and the signature's own. The first four of the SDKs' list, botocore/auth.py."""


def wire_url(url: str) -> str:
    """The URL with each path segment percent-encoded once, whatever it was before; without a fragment."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, _once(parts.path) or "/", parts.query, ""))


def canonical_request(request: HttpRequest, headers: Headers) -> tuple[str, str]:
    """The canonical request and the names of the signed headers, `;` between them. `request.url` is a `wire_url`."""
    parts = urlsplit(request.url)
    values: dict[str, list[str]] = {}
    for name, value in headers:
        if name not in UNSIGNED:
            values.setdefault(name, []).append(" ".join(value.split()))
    names = sorted(values)
    lines = [f"{name}:{','.join(values[name])}\n" for name in names]
    signed = ";".join(names)
    digest = next((value for name, value in headers if name == "x-amz-content-sha256"), None)
    payload = digest or sha256(request.whole_body).hexdigest()
    fields = (request.method.upper(), _canonical_path(parts.path), _canonical_query(parts.query), "".join(lines), signed, payload)
    return "\n".join(fields), signed


def _once(path: str) -> str:
    return "/".join(quote(unquote_to_bytes(segment), safe="") for segment in path.split("/"))


def _canonical_path(path: str) -> str:
    """Dots and empty segments are resolved (RFC 3986 §5.2.4), the rest is encoded a second time."""
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment not in ("", "."):
            kept.append(quote(segment, safe=""))
    return "/" + "/".join(kept) + ("/" if kept and path.endswith("/") else "")


def _canonical_query(query: str) -> str:
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    encoded = sorted((_encoded(name), _encoded(value)) for name, _, value in pairs)
    return "&".join(f"{name}={value}" for name, value in encoded)


def _encoded(text: str) -> str:
    return quote(unquote_to_bytes(text), safe="")
