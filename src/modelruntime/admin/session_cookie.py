"""The cookie of a session: of this host alone, out of reach of scripts, sent by no other site's page."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

SECURE_NAME = "__Host-mr_session"
"""The prefix makes a browser insist: secure, this host, every path (RFC 6265bis, unverified)."""
PLAIN_NAME = "mr_session"
"""Over plain http, which is for loopback: a browser does not keep a secure cookie from there."""


def session_of(request: Request) -> str | None:
    """What the cookie holds."""
    return request.cookies.get(_name(request))


def keep_session(request: Request, response: Response, text: str, seconds: float) -> None:
    """Give the cookie."""
    response.set_cookie(
        _name(request), text, max_age=int(seconds), path="/", secure=_secure(request), httponly=True, samesite="lax"
    )


def drop_session(request: Request, response: Response) -> None:
    """Take the cookie back."""
    response.delete_cookie(_name(request), path="/", secure=_secure(request), httponly=True, samesite="lax")


def _name(request: Request) -> str:
    return SECURE_NAME if _secure(request) else PLAIN_NAME


def _secure(request: Request) -> bool:
    return request.url.scheme == "https"
