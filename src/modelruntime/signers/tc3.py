"""TC3-HMAC-SHA256: `auth: {tc3: {service: hunyuan, secret_id: secret_id, secret_key: secret_key}}`; `service` is the name of the
service as it is signed, the others are names of credentials.

`x-tc-action`, `x-tc-version` and `x-tc-region` are the codec's to send. Content type and host are signed, as the vendor's SDKs do:
https://www.tencentcloud.com/document/product/267/37447, read 2026-11-28. Temporary keys are not supported.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from modelruntime.entities.http import HttpRequest
from modelruntime.signers.contract import Token
from modelruntime.signers.static import SignatureSigner, option, required_text
from modelruntime.signers.wire_host import host_header

ALGORITHM = "TC3-HMAC-SHA256"
_CONTENT_TYPES = {"GET": "application/x-www-form-urlencoded", "POST": "application/json"}


class Tc3Signer(SignatureSigner):
    """Signs for one service."""

    __slots__ = ("_secret_id", "_secret_key", "_service")

    def __init__(self, service: str, secret_id: str, secret_key: str) -> None:
        super().__init__(secret_id, secret_key)
        self._service, self._secret_id, self._secret_key = service, secret_id, secret_key

    def sign(self, request: HttpRequest, credentials: Mapping[str, Any], token: Token | None, now: float) -> HttpRequest:
        """Add `x-tc-timestamp` and `authorization`, and the content type that is signed where there is none."""
        secret_id, secret_key = required_text(credentials, self._secret_id), required_text(credentials, self._secret_key)
        headers = dict(request.headers)
        content_type = headers.get("content-type") or _CONTENT_TYPES.get(request.method, "application/json")
        parts = urlsplit(request.url)
        signed = f"content-type:{content_type}\nhost:{headers.get('host') or host_header(request.url)}\n"
        payload = sha256(request.whole_body).hexdigest()
        canonical = "\n".join((request.method, parts.path or "/", parts.query, signed, "content-type;host", payload))
        stamp, day = str(int(now)), datetime.fromtimestamp(int(now), UTC).strftime("%Y-%m-%d")
        scope = f"{day}/{self._service}/tc3_request"
        to_sign = "\n".join((ALGORITHM, stamp, scope, sha256(canonical.encode()).hexdigest()))
        key = f"TC3{secret_key}".encode()
        for part in (day, self._service, "tc3_request"):
            key = hmac.digest(key, part.encode(), "sha256")
        signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
        authorization = f"{ALGORITHM} Credential={secret_id}/{scope}, SignedHeaders=content-type;host, Signature={signature}"
        return request.with_headers(("content-type", content_type), ("x-tc-timestamp", stamp), ("authorization", authorization))


def declare(options: Any) -> Tc3Signer:
    """From `{service, secret_id, secret_key}`."""
    names = (option("tc3", options, name) for name in ("service", "secret_id", "secret_key"))
    return Tc3Signer(*names)
