"""Where a request goes and how its head reads, kept for requests that differ in their body alone: most calls are like the last."""

from __future__ import annotations

from typing import NamedTuple

from modelruntime.entities.http import Headers, HttpRequest
from modelruntime.entities.stored_bytes import FileBody
from modelruntime.transports.contract import TransportOptions
from modelruntime.transports.http1.request import length_of, render_length, render_request
from modelruntime.transports.proxy import Proxy, ProxyTable
from modelruntime.transports.slots import Route
from modelruntime.transports.target import Target, split_url

_MAX_KNOWN = 256


class Outbound(NamedTuple):
    """The way of a request, and its head but for the length of the body."""

    target: Target
    proxy: Proxy | None
    route: Route
    head: bytes
    bare: bytes
    """The whole head of a request without a body."""

    def wire(self, payload: bytes | FileBody | None) -> bytes:
        """The whole head."""
        return self.bare if payload is None else self.head + render_length(len(payload))


class OutboundTable:
    """`of` for one transport. A later change of the environment's proxies is for new transports."""

    __slots__ = ("_defaults", "_known", "_proxies")

    def __init__(self, options: TransportOptions) -> None:
        self._proxies = ProxyTable(options)
        agent = ("user-agent", options.user_agent)
        self._defaults = {encodings: (agent, ("accept-encoding", encodings)) for encodings in ("gzip, deflate", "identity")}
        self._known: dict[tuple[str, str, Headers, str], Outbound] = {}

    def of(self, request: HttpRequest, encodings: str) -> Outbound:
        """`encodings` are accepted unless the request says otherwise. Raises `ParameterInvalid` for what cannot be sent, and
        `ConnectionFailed` for a proxy that cannot be used."""
        key = (request.method, request.url, request.headers, encodings)
        found = self._known.get(key)
        if found is None:
            found = self._made(request, encodings)
            if len(self._known) >= _MAX_KNOWN:
                self._known.clear()
            self._known[key] = found
        return found

    def _made(self, request: HttpRequest, encodings: str) -> Outbound:
        target, path = split_url(request.url)
        proxy = self._proxies.proxy_for(target)
        route = Route(target.origin) if proxy is None else Route(target.origin, proxy.target.origin, proxy.authorization)
        head = render_request(request, target, path, proxy, self._defaults[encodings])
        return Outbound(target, proxy, route, head, head + render_length(length_of(request.method, None)))
