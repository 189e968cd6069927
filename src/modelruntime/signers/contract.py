"""What a signer is: pure authentication of a request.

Signers do no I/O and read no clock. Where a token must be fetched first, `token_request` says how, the runtime sends it,
gives the answer to `parse_token`, keeps the token until shortly before it expires and hands it to `sign`.

    token = None
    if signer.fetches_token(credentials) and (request := signer.token_request(credentials, now)):
        token = signer.parse_token(send(request), now)
    signed = signer.sign(request, credentials, token, now)

An optional credential that is empty means that nothing is added: local servers need no key. A signature can not be left
out: `missing` names what it lacks, and such credentials are not complete.
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

    def is_filled(self, credentials: Mapping[str, Any]) -> bool:
        """Is everything there that it sends? Decides which of several signers is used."""
        ...

    def missing(self, credentials: Mapping[str, Any]) -> str | None:
        """The credential without which it can not sign; None when it can, or when what it sends is optional."""
        ...

    def fetches_token(self, credentials: Mapping[str, Any]) -> bool:
        """Does it sign with a token that must be fetched? Asked for every request, so it costs nothing."""
        ...

    def token_request(self, credentials: Mapping[str, Any], now: float) -> HttpRequest | None:
        """The request that fetches a token, to an address of the signer's own; None for a signer that needs none."""
        ...

    def parse_token(self, response: HttpResponse, now: float) -> Token:
        """The token in the answer. Raises `InvokeError` for an answer that holds none."""
        ...

    def sign(self, request: HttpRequest, credentials: Mapping[str, Any], token: Token | None, now: float) -> HttpRequest:
        """The request with its credentials. Raises `CredentialsInvalid` naming a credential that cannot be sent."""
        ...
