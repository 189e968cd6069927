"""What it means when a token endpoint gives no token."""

from __future__ import annotations

import re

from modelruntime.entities.errors import BadRequest, InvokeError, RateLimited, ServerUnavailable, TimedOut, Unauthorized
from modelruntime.entities.http import HttpResponse

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{1,63}")
_SECONDS = re.compile(r"\d{1,9}")
_WHAT_TO_DO = "check the credentials, and that they may be used here"


def token_failure(response: HttpResponse, service: str, code: object = None) -> InvokeError:
    """The error for an answer without a token. Neither its message nor its `raw` holds anything of the body but `code`, where
    that looks like a code: such a body may repeat a secret.

    Status first: 400, 401, 402 and 403 all mean that the credentials were refused, 408, 429 and 5xx that it may be tried again.
    """
    status = response.head.status
    word = code if isinstance(code, str) and _CODE.fullmatch(code) else None
    told = f"HTTP {status}, {word}" if word else f"HTTP {status}"
    kind, problem = _meaning(status)
    wait = response.head.header("retry-after") or ""
    return kind(
        f"{service} {problem} ({told})" + (f": {_WHAT_TO_DO}" if kind is Unauthorized else ""),
        status=status,
        code=word,
        request_id=response.head.request_id,
        retry_after=float(wait) if _SECONDS.fullmatch(wait) else None,
    )


def _meaning(status: int) -> tuple[type[InvokeError], str]:
    if status in (400, 401, 402, 403):
        return Unauthorized, "refused the credentials"
    if status == 429:
        return RateLimited, "gave no token: too many requests"
    if status in (408, 504):
        return TimedOut, "gave no token in time"
    if 400 <= status < 500:
        return BadRequest, "does not take this request for a token"
    return ServerUnavailable, "gave no token"
