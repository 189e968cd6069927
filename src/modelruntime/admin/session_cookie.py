"""The cookie of a session: of this host alone, out of reach of scripts, sent by no other site's page."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

SECURE_NAME = "__Host-mr_session"
"""The prefix makes a browser insist: secure, this host, every path (RFC 6265bis, unverified)."""
PLAIN_NAME = "mr_session"
"""Over plain http, which is for loopback: a browser does not keep a secure cookie from there."""


def session_of(request: Request, secure: bool) -> str | None:
    """What the cookie holds."""
    return request.cookies.get(_name(secure))


def keep_session(response: Response, text: str, seconds: float, *, secure: bool) -> None:
    """Give the cookie."""
    response.set_cookie(_name(secure), text, max_age=int(seconds), path="/", secure=secure, httponly=True, samesite="lax")


def drop_session(response: Response, *, secure: bool) -> None:
    """Take the cookie back."""
    response.delete_cookie(_name(secure), path="/", secure=secure, httponly=True, samesite="lax")


def _name(secure: bool) -> str:
    return SECURE_NAME if secure else PLAIN_NAME
