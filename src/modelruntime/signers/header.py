"""A key in a header of its own: `auth: {header: {name: x-api-key, value: api_key, prefix: "Token "}}`; `prefix` is optional."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modelruntime.entities.http import HttpRequest
from modelruntime.signers.contract import Token
from modelruntime.signers.static import StaticSigner, credential_text, option, optional


class HeaderSigner(StaticSigner):
    """Sends the credential `variable` as header `name`, after `prefix`."""

    __slots__ = ("_last", "_name", "_prefix", "_variable")

    def __init__(self, name: str, variable: str, prefix: str = "") -> None:
        super().__init__(variable)
        self._name = name.lower()
        self._variable = variable
        self._prefix = prefix
        self._last: tuple[object, tuple[tuple[str, str], ...]] | None = None

    def sign(self, request: HttpRequest, credentials: Mapping[str, Any], token: Token | None, now: float) -> HttpRequest:
        """Add the header, unless the credential is empty."""
        credential, last = credentials.get(self._variable), self._last
        if last is None or last[0] is not credential:  # most requests are signed with the same credential as the last one
            value = credential_text(credentials, self._variable)
            self._last = last = (credential, ((self._name, self._prefix + value),) if value else ())
        return request.with_headers(*last[1]) if last[1] else request


def declare(options: Any) -> HeaderSigner:
    """From `{name, value, prefix}`."""
    return HeaderSigner(option("header", options, "name"), option("header", options, "value"), optional(options, "prefix"))
