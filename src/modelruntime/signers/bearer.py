"""`Authorization: Bearer …` (RFC 6750): `auth: {bearer: api_key}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modelruntime.entities.http import HttpRequest
from modelruntime.signers.contract import Token
from modelruntime.signers.header import HeaderSigner
from modelruntime.signers.static import StaticSigner, option


class BearerSigner(StaticSigner):
    """Sends the credential `variable` as a bearer token."""

    __slots__ = ("_header",)

    def __init__(self, variable: str) -> None:
        super().__init__(variable)
        self._header = HeaderSigner("authorization", variable, "Bearer ")

    def sign(self, request: HttpRequest, credentials: Mapping[str, Any], token: Token | None, now: float) -> HttpRequest:
        """Add the header, unless the credential is empty."""
        return self._header.sign(request, credentials, token, now)


def declare(options: Any) -> BearerSigner:
    """From `api_key`, or `{value: api_key}`."""
    return BearerSigner(options if isinstance(options, str) else option("bearer", options, "value"))
