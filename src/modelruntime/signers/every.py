"""Several signers at once: `auth: {every: [{bearer: api_key}, {header: {name: api-key, value: api_key}}]}`, for endpoints of which
some look here and some there. Only signers that fetch no token can be combined.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from modelruntime.entities.errors import DeclarationInvalid
from modelruntime.entities.http import HttpRequest
from modelruntime.signers.contract import Signer, Token
from modelruntime.signers.static import StaticSigner


class EverySigner(StaticSigner):
    """Lets each of its signers sign, in order."""

    __slots__ = ("_signers",)

    def __init__(self, signers: Iterable[StaticSigner]) -> None:
        self._signers = tuple(signers)
        super().__init__(*dict.fromkeys(variable for signer in self._signers for variable in signer.variables))

    def missing(self, credentials: Mapping[str, Any]) -> str | None:
        """The first that any of them lacks."""
        return next((name for signer in self._signers if (name := signer.missing(credentials))), None)

    def sign(self, request: HttpRequest, credentials: Mapping[str, Any], token: Token | None, now: float) -> HttpRequest:
        """Raises as each of them does."""
        for signer in self._signers:
            request = cast("Signer", signer).sign(request, credentials, None, now)
        return request


def declare(options: Any) -> EverySigner:
    """From a list of signers. Raises `DeclarationInvalid` for anything else, and for a signer that fetches a token."""
    from modelruntime.signers.registry import load_signer

    listed = list(cast("Iterable[Any]", options)) if isinstance(options, list | tuple) else []
    signers = [load_signer(cast("Mapping[str, Any]", auth)) for auth in listed if isinstance(auth, Mapping)]
    static = [signer for signer in signers if isinstance(signer, StaticSigner)]
    if not listed or len(static) != len(listed) or any(signer.fetches_token({}) for signer in static):
        raise DeclarationInvalid("the signer 'every' needs a list of signers with their options, none of which fetches a token")
    return EverySigner(static)
