"""Oracle Cloud request signatures, version 1:
`auth: {oci_signature: {tenancy: …, user: …, fingerprint: …, key: …}}`, all names of credentials; the key is PEM text or base64.

https://docs.oracle.com/en-us/iaas/Content/API/Concepts/signingrequests.htm, read 2026-11-28. Instance principals are not
supported.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from modelruntime.entities.http import HttpRequest
from modelruntime.entities.secret import Secret
from modelruntime.signers.contract import Token
from modelruntime.signers.rsa_key import rsa_sha256
from modelruntime.signers.static import SignatureSigner, document_text, option, required_text
from modelruntime.signers.wire_host import host_header

_WITH_BODY = ("POST", "PUT", "PATCH")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class OciSigner(SignatureSigner):
    """Signs with the key of one user."""

    __slots__ = ("_key", "_names")

    def __init__(self, tenancy: str, user: str, fingerprint: str, key: str) -> None:
        super().__init__(tenancy, user, fingerprint, key)
        self._names = (tenancy, user, fingerprint)
        self._key = key

    def sign(self, request: HttpRequest, credentials: Mapping[str, Any], token: Token | None, now: float) -> HttpRequest:
        """Add `date` where there is none, the digest of a body, and `authorization`."""
        key_id = "/".join(required_text(credentials, name) for name in self._names)
        request = _completed(request, now)
        signed = _signed_headers(request)
        lines = "\n".join(f"{name}: {value}" for name, value in signed.items())
        signature = rsa_sha256(Secret(document_text(credentials, self._key)), lines.encode(), self._key)
        fields = {
            "version": "1",
            "keyId": key_id,
            "algorithm": "rsa-sha256",
            "headers": " ".join(signed),
            "signature": b64encode(signature).decode(),
        }
        authorization = ",".join(f'{name}="{value}"' for name, value in fields.items())
        return request.with_headers(("authorization", f"Signature {authorization}"))


def declare(options: Any) -> OciSigner:
    """From `{tenancy, user, fingerprint, key}`."""
    return OciSigner(*(option("oci_signature", options, name) for name in ("tenancy", "user", "fingerprint", "key")))


def _completed(request: HttpRequest, now: float) -> HttpRequest:
    """The request with every header that must be signed but the host and the length, which the transport sends."""
    given = {name for name, _ in request.headers}
    added = [] if "date" in given else [("date", _http_date(now))]
    if request.method in _WITH_BODY:
        if "content-type" not in given:
            added.append(("content-type", "application/json"))
        added.append(("x-content-sha256", b64encode(sha256(request.whole_body).digest()).decode()))
    return request.with_headers(*added)


def _signed_headers(request: HttpRequest) -> dict[str, str]:
    parts = urlsplit(request.url)
    headers = dict(request.headers)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    signed = {
        "date": headers["date"],
        "(request-target)": f"{request.method.lower()} {target}",
        "host": headers.get("host") or host_header(request.url),
    }
    if request.method in _WITH_BODY:
        signed["content-length"] = str(len(request.whole_body))
        signed |= {name: headers[name] for name in ("content-type", "x-content-sha256")}
    return signed


def _http_date(now: float) -> str:
    """RFC 9110 §5.6.7; `strftime` would speak the language of the machine."""
    moment = datetime.fromtimestamp(now, UTC)
    return f"{_DAYS[moment.weekday()]}, {moment:%d} {_MONTHS[moment.month - 1]} {moment:%Y %H:%M:%S} GMT"
