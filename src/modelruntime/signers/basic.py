"""HTTP basic authentication (RFC 7617): `auth: {basic: {username: user, password: token}}`, both names of credentials."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from modelruntime.entities.errors import CredentialsInvalid
from modelruntime.entities.http import HttpRequest
from modelruntime.signers.contract import Token
from modelruntime.signers.static import StaticSigner, credential_text, option


class BasicSigner(StaticSigner):
    """Sends the credentials `username` and `password`."""

    __slots__ = ("_password", "_username")

    def __init__(self, username: str, password: str) -> None:
        super().__init__(username, password)
        self._username = username
        self._password = password

    def sign(self, request: HttpRequest, credentials: Mapping[str, Any], token: Token | None, now: float) -> HttpRequest:
        """Add the header, unless both credentials are empty."""
        username = credential_text(credentials, self._username)
        password = credential_text(credentials, self._password)
        if not (username or password):
            return request
        if ":" in username:
            raise CredentialsInvalid(f"{self._username} must not hold a colon", field=self._username)
        return request.with_headers(("authorization", "Basic " + b64encode(f"{username}:{password}".encode()).decode()))


def declare(options: Any) -> BasicSigner:
    """From `{username, password}`."""
    return BasicSigner(option("basic", options, "username"), option("basic", options, "password"))
