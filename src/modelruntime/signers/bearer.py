"""`Authorization: Bearer …` (RFC 6750): `auth: {bearer: api_key}`."""

from __future__ import annotations

from typing import Any

from modelruntime.signers.header import HeaderSigner
from modelruntime.signers.static import option


class BearerSigner(HeaderSigner):
    """Sends the credential `variable` as a bearer token."""

    __slots__ = ()

    def __init__(self, variable: str) -> None:
        super().__init__("authorization", variable, "Bearer ")


def declare(options: Any) -> BearerSigner:
    """From `api_key`, or `{value: api_key}`."""
    return BearerSigner(options if isinstance(options, str) else option("bearer", options, "value"))
