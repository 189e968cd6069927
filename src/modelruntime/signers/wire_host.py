"""The `Host` header that a URL gets, for signatures that hold it."""

from __future__ import annotations

from urllib.parse import urlsplit

_DEFAULT_PORTS = {"https": ":443", "http": ":80"}


def host_header(url: str) -> str:
    """The host in lower case; the port only where it is not the scheme's own."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2].lower()
    return host.removesuffix(_DEFAULT_PORTS.get(parts.scheme, "\n"))
