"""AWS Signature Version 4 of one request, with keys at hand."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime
from hashlib import sha256

import msgspec
from msgspec.structs import replace

from modelruntime.entities.http import HttpRequest
from modelruntime.entities.secret import Secret
from modelruntime.signers.aws_canonical import canonical_request, wire_url
from modelruntime.signers.wire_host import host_header

ALGORITHM = "AWS4-HMAC-SHA256"


class AwsKeys(msgspec.Struct, frozen=True):
    """A key pair, with the token that goes with it where it is a temporary one."""

    access_key_id: str
    secret_access_key: Secret
    session_token: Secret | None = None


def sign_request(request: HttpRequest, keys: AwsKeys, region: str, service: str, now: float) -> HttpRequest:
    """The request with `x-amz-date`, `x-amz-security-token` for a temporary key, and `authorization`."""
    stamp = datetime.fromtimestamp(now, UTC).strftime("%Y%m%dT%H%M%SZ")
    request = replace(request, url=wire_url(request.url))
    request = request.with_headers(("x-amz-date", stamp), *_token_header(keys))
    named = any(name == "host" for name, _ in request.headers)
    headers = request.headers if named else (("host", host_header(request.url)), *request.headers)
    canonical, signed = canonical_request(request, headers)
    scope = f"{stamp[:8]}/{region}/{service}/aws4_request"
    to_sign = "\n".join((ALGORITHM, stamp, scope, sha256(canonical.encode()).hexdigest()))
    signature = _hmac(_signing_key(keys, stamp[:8], region, service), to_sign).hex()
    credential = f"Credential={keys.access_key_id}/{scope}"
    return request.with_headers(("authorization", f"{ALGORITHM} {credential}, SignedHeaders={signed}, Signature={signature}"))


def _token_header(keys: AwsKeys) -> tuple[tuple[str, str], ...]:
    return () if keys.session_token is None else (("x-amz-security-token", keys.session_token.reveal()),)


def _signing_key(keys: AwsKeys, day: str, region: str, service: str) -> bytes:
    key = f"AWS4{keys.secret_access_key.reveal()}".encode()
    for part in (day, region, service, "aws4_request"):
        key = _hmac(key, part)
    return key


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
