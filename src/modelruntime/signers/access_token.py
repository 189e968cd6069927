"""What signers share that send an OAuth access token (RFC 6749), fetched from an endpoint of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, cast
from urllib.parse import urlencode

import msgspec

from modelruntime.entities.http import HttpRequest, HttpResponse
from modelruntime.entities.secret import Secret
from modelruntime.signers.contract import Token
from modelruntime.signers.static import SignatureSigner
from modelruntime.signers.token_failure import token_failure

LIFETIME_UNKNOWN = 300.0
"""Seconds that a token is used of which the endpoint does not say how long it lives."""
_TOKEN = re.compile(r"[\x21-\x7e]+")


class AccessTokenSigner(SignatureSigner):
    """Sends a fetched token as a bearer; subclasses say how it is fetched."""

    __slots__ = ()

    service: ClassVar[str]
    """Who gives the tokens, as errors call it."""

    def fetches_token(self, credentials: Mapping[str, Any]) -> bool:
        """True."""
        return True

    def parse_token(self, response: HttpResponse, now: float) -> Token:
        """`access_token`, which lives for `expires_in` seconds."""
        answer = _json_object(response)
        token = answer.get("access_token")
        if response.head.status != 200 or not isinstance(token, str) or not _TOKEN.fullmatch(token):
            raise token_failure(response, self.service, self.failure_code(answer))
        return Token(Secret(token), now + _seconds(answer.get("expires_in")))

    def failure_code(self, answer: Mapping[str, Any]) -> object:
        """The endpoint's own word for what is wrong."""
        return answer.get("error")

    def sign(self, request: HttpRequest, credentials: Mapping[str, Any], token: Token | None, now: float) -> HttpRequest:
        """Add the token."""
        if token is None:
            raise RuntimeError("this signer needs a token: fetch one with token_request")
        return request.with_headers(("authorization", f"Bearer {token.value.reveal()}"))


def form_request(url: str, fields: Mapping[str, str]) -> HttpRequest:
    """A POST of a form that asks for a token."""
    headers = (("content-type", "application/x-www-form-urlencoded"), ("accept", "application/json"))
    return HttpRequest("POST", url, headers, urlencode(fields).encode())


def _json_object(response: HttpResponse) -> dict[str, Any]:
    try:
        answer = msgspec.json.decode(response.body)
    except msgspec.DecodeError:
        return {}
    return cast("dict[str, Any]", answer) if isinstance(answer, dict) else {}


def _seconds(value: object) -> float:
    """A lifetime, which some endpoints write as text."""
    try:
        seconds = float(cast("Any", value))
    except (TypeError, ValueError):
        return LIFETIME_UNKNOWN
    return seconds if 0 <= seconds < 1e9 else LIFETIME_UNKNOWN
