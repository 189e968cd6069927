"""A key in the query: `auth: {query_key: {name: key, value: api_key}}`.

The one place where a secret stands in a URL, for vendors that take it nowhere else. The URL of a signed request must not be
logged; nothing but the transport sees one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from modelruntime.entities.http import HttpRequest
from modelruntime.signers.contract import Token
from modelruntime.signers.static import StaticSigner, credential_text, option

_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


class QueryKeySigner(StaticSigner):
    """Sends the credential `variable` as query parameter `name`."""

    __slots__ = ("_name", "_variable")

    def __init__(self, name: str, variable: str) -> None:
        super().__init__(variable)
        self._name = name
        self._variable = variable

    def sign(self, request: HttpRequest, credentials: Mapping[str, Any], token: Token | None, now: float) -> HttpRequest:
        """Add the parameter, unless the credential is empty."""
        value = credential_text(credentials, self._variable)
        if not value:
            return request
        url, hash_, fragment = request.url.partition("#")
        joint = "&" if "?" in url else "?"
        signed = f"{url}{joint}{_quote(self._name)}={_quote(value)}{hash_}{fragment}"
        return replace(request, url=signed)


def declare(options: Any) -> QueryKeySigner:
    """From `{name, value}`."""
    return QueryKeySigner(option("query_key", options, "name"), option("query_key", options, "value"))


def _quote(text: str) -> str:
    """Percent-encoding of everything but unreserved characters (RFC 3986 §2.3)."""
    return "".join(chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in text.encode())
