"""Where a URL leads, split without keeping its path or query anywhere."""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from modelruntime.entities.errors import ParameterInvalid

_DEFAULT_PORTS = {"http": 80, "https": 443}
_PLAIN = re.compile(r"[!-~]*", re.ASCII)  # nothing to quote: no space, no control character, no letter beyond ASCII
_HOST = re.compile(r"[A-Za-z0-9._~%!$&'()*+,;=-]+|\[[0-9A-Fa-f:.]+(?:%[A-Za-z0-9._-]+)?\]")
_PATH_STARTS = re.compile(r"[/?#]")


class Target(msgspec.Struct, frozen=True):
    """One origin: `host` as it goes to DNS and TLS (no brackets), `host_header` as it goes into `Host`."""

    scheme: str
    host: str
    port: int
    host_header: str
    origin: str
    """`scheme://host:port`: what messages may show."""

    @property
    def tls(self) -> bool:
        """Whether the scheme asks for TLS."""
        return self.scheme == "https"


def split_url(url: str) -> tuple[Target, str]:
    """The origin of a URL and its path with query, quoted for the wire where it is not already; the fragment goes.

    Raises `ParameterInvalid` for a URL that is not absolute http(s), holds a user or password, or no usable host.
    """
    scheme, mark, rest = url.partition("://")
    if not mark:
        raise ParameterInvalid("a URL must be absolute: http:// or https:// and a host", field="url")
    start = _PATH_STARTS.search(rest)
    authority, path = (rest, "/") if start is None else (rest[: start.start()], rest[start.start() :])
    target = split_authority(scheme, authority)
    path = path.partition("#")[0]
    if not path.startswith("/"):
        path = "/" + path
    return target, path if _PLAIN.fullmatch(path) else _quote(path)


@lru_cache(256)
def split_authority(scheme: str, authority: str) -> Target:
    """`host`, `host:port` or `[v6]:port` under a scheme as a `Target`. Raises `ParameterInvalid`."""
    scheme = scheme.lower()
    if scheme not in _DEFAULT_PORTS:
        raise ParameterInvalid("a URL must begin with http:// or https://", field="url")
    if "@" in authority:
        raise ParameterInvalid("a URL must not hold a user or password; give them as credentials", field="url")
    host, port = _split_port(authority, _DEFAULT_PORTS[scheme])
    shown = host if port == _DEFAULT_PORTS[scheme] else f"{host}:{port}"
    return Target(scheme, host.strip("[]"), port, shown, f"{scheme}://{host}:{port}")


def _split_port(authority: str, default: int) -> tuple[str, int]:
    head, colon, digits = authority.rpartition(":")
    if not colon or digits.endswith("]"):
        head, digits = authority, ""
    host = head if head.isascii() else _idna(head)
    port = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 5 else default if not digits else 0
    if not _HOST.fullmatch(host) or not 0 < port < 65536:
        raise ParameterInvalid("a URL has no usable host and port", field="url")
    return host.lower(), port


def _idna(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        raise ParameterInvalid("a URL's host name is not valid", field="url") from None


def _quote(path: str) -> str:
    from urllib.parse import quote

    return quote(path, safe="/?&=%:@!$'()*+,;~-._[]|{}\"<>\\^`#")
