"""What a signer is: pure authentication of a request.

Signers do no I/O and read no clock. Where a token must be fetched first, `token_request` says how, the runtime sends it,
gives the answer to `parse_token`, keeps the token until shortly before it expires and hands it to `sign`.

    token = None
    if request := signer.token_request(credentials, now):
        token = signer.parse_token(send(request))
    signed = signer.sign(request, credentials, token, now)

An optional credential that is empty means that nothing is added: local servers need no key.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import msgspec

from modelruntime.entities.http import HttpRequest, HttpResponse
from modelruntime.entities.secret import Secret


class Token(msgspec.Struct, frozen=True):
    """A fetched token. `expires_at` is in seconds since the epoch, None when it does not expire."""

    value: Secret
    expires_at: float | None = None


class Signer(Protocol):
    """Authenticates requests. `now` is in seconds since the epoch."""

    def token_request(self, credentials: Mapping[str, Any], now: float) -> HttpRequest | None:
        """The request that fetches a token, or None for a signer that needs none."""
        ...

    def parse_token(self, response: HttpResponse, now: float) -> Token:
        """The token in the answer. Raises `InvokeError` for an answer that holds none."""
        ...

    def sign(self, request: HttpRequest, credentials: Mapping[str, Any], token: Token | None, now: float) -> HttpRequest:
        """The request with its credentials. Raises `CredentialsInvalid` naming a credential that cannot be sent."""
        ...
