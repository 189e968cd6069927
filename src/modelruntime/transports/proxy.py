"""Which HTTP proxy a request goes through. Both transports ask here, so they agree."""

from __future__ import annotations

import os
from base64 import b64encode

import msgspec

from modelruntime.entities.secret import Secret
from modelruntime.transports import faults
from modelruntime.transports.contract import TransportOptions
from modelruntime.transports.target import Target, split_authority

_MAX_KNOWN = 1024


class Proxy(msgspec.Struct, frozen=True):
    """An HTTP proxy: where it is, and the value of `Proxy-Authorization` if its URL held a user."""

    target: Target
    authorization: Secret | None = None


def proxy_for(target: Target, options: TransportOptions) -> Proxy | None:
    """The proxy for a target: the configured one, else by the environment, else none.

    Raises `ConnectionFailed` for a proxy that is not http://. With the guard on there is no proxy: it would resolve
    the name and connect where the guard cannot see.
    """
    if options.guard:
        return None
    if options.proxy is not None:
        return parse_proxy(options.proxy)
    if not options.trust_env:
        return None
    url = _variable(f"{target.scheme}_proxy") or _variable("all_proxy")
    if not url or bypasses(target, _variable("no_proxy")):
        return None
    return parse_proxy(url)


class ProxyTable:
    """`proxy_for` of one transport, each origin asked once: a later change of the environment is for new transports."""

    __slots__ = ("_known", "_options")

    def __init__(self, options: TransportOptions) -> None:
        self._options = options
        self._known: dict[Target, Proxy | None] = {}

    def proxy_for(self, target: Target) -> Proxy | None:
        """The proxy for a target. Raises `ConnectionFailed` as the function does."""
        try:
            return self._known[target]
        except KeyError:
            pass
        proxy = proxy_for(target, self._options)
        if len(self._known) >= _MAX_KNOWN:
            self._known.clear()
        self._known[target] = proxy
        return proxy


def bypasses(target: Target, no_proxy: str) -> bool:
    """Whether a NO_PROXY list names the target: `*`, a host, a domain (with or without a leading dot), each with `:port` or not."""
    for entry in no_proxy.lower().replace(",", " ").split():
        name, _, port = entry.rpartition(":") if entry.count(":") == 1 else (entry, "", "")
        name = name.strip("[]").removeprefix("*").removeprefix(".")
        if port and port != str(target.port):
            continue
        if entry == "*" or target.host == name or (name and target.host.endswith(f".{name}")):
            return True
    return False


def _variable(name: str) -> str:
    """An environment variable, lower case before upper. Under CGI `HTTP_PROXY` comes from a request's header: not believed."""
    upper = "" if name == "http_proxy" and "REQUEST_METHOD" in os.environ else os.environ.get(name.upper(), "")
    return os.environ.get(name) or upper


def parse_proxy(url: str) -> Proxy:
    """A proxy's URL (`http://user:password@host:port`; the scheme may be missing) as a value."""
    scheme, mark, rest = url.partition("://")
    if not mark:
        scheme, rest = "http", url
    if scheme.lower() != "http":
        raise faults.proxy_unusable(scheme.lower())
    user, _, authority = rest.partition("/")[0].rpartition("@")
    return Proxy(split_authority("http", authority), _basic(user) if user else None)


def _basic(user: str) -> Secret:
    from urllib.parse import unquote

    return Secret("Basic " + b64encode(unquote(user).encode()).decode("ascii"))
