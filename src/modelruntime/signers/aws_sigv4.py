"""AWS Signature Version 4.

    auth: {aws_sigv4: {service: bedrock, region: aws_region, access_key_id: aws_access_key_id,
                       secret_access_key: aws_secret_access_key, session_token: aws_session_token, role_arn: aws_role_arn}}

`service` is the name of the service as it is signed; the rest are names of credentials, the last two optional. With a role the
keys are those of the role, fetched from the security token service of the region.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from modelruntime.entities.errors import CredentialsInvalid
from modelruntime.entities.http import HttpRequest, HttpResponse
from modelruntime.entities.secret import Secret
from modelruntime.signers.aws_signature import AwsKeys, sign_request
from modelruntime.signers.contract import Token
from modelruntime.signers.static import SignatureSigner, credential_text, option, optional, required_text

_REGION = re.compile(r"[a-z0-9-]{1,40}")


class _Variables(msgspec.Struct, frozen=True):
    region: str
    access_key_id: str
    secret_access_key: str
    session_token: str
    role_arn: str


class AwsSigV4Signer(SignatureSigner):
    """Signs for one service, with keys at hand or those of a role."""

    __slots__ = ("_names", "_service")

    def __init__(self, service: str, names: _Variables) -> None:
        super().__init__(names.access_key_id, names.secret_access_key)
        self._service = service
        self._names = names

    def fetches_token(self, credentials: Mapping[str, Any]) -> bool:
        """True when a role is named."""
        return bool(credential_text(credentials, self._names.role_arn))

    def token_request(self, credentials: Mapping[str, Any], now: float) -> HttpRequest | None:
        """The request for keys of the role; None without a role."""
        role = credential_text(credentials, self._names.role_arn)
        if not role:
            return None
        from modelruntime.signers.aws_role import role_request

        return role_request(role, self._keys(credentials), self._region(credentials), now)

    def parse_token(self, response: HttpResponse, now: float) -> Token:
        """The keys of the role."""
        from modelruntime.signers.aws_role import parse_role

        return parse_role(response)

    def sign(self, request: HttpRequest, credentials: Mapping[str, Any], token: Token | None, now: float) -> HttpRequest:
        """The signed request, its path encoded as the signature wants it."""
        return sign_request(request, self._keys(credentials, token), self._region(credentials), self._service, now)

    def _keys(self, credentials: Mapping[str, Any], token: Token | None = None) -> AwsKeys:
        if token is not None:
            from modelruntime.signers.aws_role import keys_of

            return keys_of(token)
        session = credential_text(credentials, self._names.session_token)
        return AwsKeys(
            required_text(credentials, self._names.access_key_id),
            Secret(required_text(credentials, self._names.secret_access_key)),
            Secret(session) if session else None,
        )

    def _region(self, credentials: Mapping[str, Any]) -> str:
        region = required_text(credentials, self._names.region)
        if not _REGION.fullmatch(region):
            raise CredentialsInvalid(f"{self._names.region} is no AWS region such as us-east-1", field=self._names.region)
        return region


def declare(options: Any) -> AwsSigV4Signer:
    """From `{service, region, access_key_id, secret_access_key, session_token, role_arn}`."""
    names = _Variables(
        region=option("aws_sigv4", options, "region"),
        access_key_id=option("aws_sigv4", options, "access_key_id"),
        secret_access_key=option("aws_sigv4", options, "secret_access_key"),
        session_token=optional(options, "session_token"),
        role_arn=optional(options, "role_arn"),
    )
    return AwsSigV4Signer(option("aws_sigv4", options, "service"), names)
