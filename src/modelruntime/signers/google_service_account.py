"""Google Cloud: `auth: {google_service_account: {key: service_account_key}}`; a `scope` in place of the default may follow.

The key is exchanged for an access token: https://developers.google.com/identity/protocols/oauth2/service-account, read 2026-11-28.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any, ClassVar

import msgspec

from modelruntime.entities.http import HttpRequest
from modelruntime.signers.access_token import AccessTokenSigner, form_request
from modelruntime.signers.contract import Token
from modelruntime.signers.google_key import GoogleKey, parse_google_key
from modelruntime.signers.rsa_key import rsa_sha256
from modelruntime.signers.static import document_text, option, optional

CLOUD_PLATFORM = "https://www.googleapis.com/auth/cloud-platform"
_LIFETIME = 3600


class GoogleSigner(AccessTokenSigner):
    """Sends an access token of the account whose key is the credential `variable`."""

    __slots__ = ("_scope", "_variable")

    service: ClassVar[str] = "Google's token endpoint"

    def __init__(self, variable: str, scope: str) -> None:
        super().__init__(variable)
        self._variable = variable
        self._scope = scope

    def token_request(self, credentials: Mapping[str, Any], now: float) -> HttpRequest | None:
        """A signed assertion for a service account, the refresh token for a user."""
        key = self._key(credentials)
        if key.is_user:
            secrets = {"client_secret": key.secret.reveal(), "refresh_token": key.refresh_token.reveal()}
            return form_request(key.token_uri, {"grant_type": "refresh_token", "client_id": key.client, **secrets})
        grant = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": self._assertion(key, int(now))}
        return form_request(key.token_uri, grant)

    def sign(self, request: HttpRequest, credentials: Mapping[str, Any], token: Token | None, now: float) -> HttpRequest:
        """Add the token, and for a user the project that is charged."""
        signed = super().sign(request, credentials, token, now)
        quota = self._key(credentials).quota_project
        return signed.with_headers(("x-goog-user-project", quota)) if quota else signed

    def _key(self, credentials: Mapping[str, Any]) -> GoogleKey:
        return parse_google_key(document_text(credentials, self._variable), self._variable)

    def _assertion(self, key: GoogleKey, now: int) -> str:
        """A JSON Web Token (RFC 7523)."""
        header = {"alg": "RS256", "typ": "JWT", **({"kid": key.key_id} if key.key_id else {})}
        claims = {"iss": key.client, "scope": self._scope, "aud": key.token_uri, "iat": now, "exp": now + _LIFETIME}
        signed = f"{_part(msgspec.json.encode(header))}.{_part(msgspec.json.encode(claims))}"
        return f"{signed}.{_part(rsa_sha256(key.secret, signed.encode(), self._variable))}"


def declare(options: Any) -> GoogleSigner:
    """From `{key, scope}`."""
    return GoogleSigner(option("google_service_account", options, "key"), optional(options, "scope") or CLOUD_PLATFORM)


def _part(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
