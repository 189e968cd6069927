"""No authentication: `auth: {}` or `auth: {none: {}}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modelruntime.entities.http import HttpRequest
from modelruntime.signers.contract import Token
from modelruntime.signers.static import StaticSigner


class NoSigner(StaticSigner):
    """Leaves requests as they are."""

    __slots__ = ()

    def sign(self, request: HttpRequest, credentials: Mapping[str, Any], token: Token | None, now: float) -> HttpRequest:
        """The request itself."""
        return request


def declare(options: Any) -> NoSigner:
    """From anything: there is nothing to say."""
    return NoSigner()
