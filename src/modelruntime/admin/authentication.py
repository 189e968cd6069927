"""From a request to who calls: a token of a program, or the session of a person's cookie. A token is never read from a cookie."""

from __future__ import annotations

import time

from starlette.requests import Request

from modelruntime.admin.client_place import is_https
from modelruntime.admin.csrf import CSRF_HEADER, csrf_holds
from modelruntime.admin.identity import NOBODY, Identity
from modelruntime.admin.origin_check import foreign
from modelruntime.admin.refusal import refuse
from modelruntime.admin.route import Route
from modelruntime.admin.services import Services
from modelruntime.admin.session_cookie import session_of

SAFE = "GET"


async def authenticate(services: Services, request: Request, route: Route) -> Identity:
    """Who calls; `NOBODY` without a token or a session. Raises `Refusal`: 401 for a token that is not known, 403 for a request that
    another site's page may have sent, or one that changes something without the session's CSRF token."""
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return await _of_token(services, text.strip())
    changing = request.method != SAFE
    if changing and foreign(request.headers, services.options.public_url):
        raise refuse(403, "foreign_origin", "this request comes from another site's page")
    session = session_of(request, is_https(request, services.options.public_url))
    if session is None:
        return NOBODY
    found = await _of_session(services, session)
    guarded = found.known and changing and route.permission != "public"
    if guarded and not csrf_holds(services.store.roots, session, request.headers.get(CSRF_HEADER)):
        raise refuse(403, "csrf", f"send the session's token in {CSRF_HEADER}; GET session tells it", CSRF_HEADER)
    return found


async def _of_token(services: Services, text: str) -> Identity:
    async with services.store.database.write() as connection:
        token = await services.store.access_tokens.find(connection, text, time.time())
    if token is None:
        raise refuse(401, "invalid_token", "this token is not known here, was revoked or has expired")
    return Identity(account_id=f"token:{token.id}", name=token.name, role=token.role, workspace=token.workspace, via="token")


async def _of_session(services: Services, text: str) -> Identity:
    async with services.store.database.write() as connection:
        found = await services.store.sessions.find(connection, text, time.time())
    if found is None:
        return NOBODY
    account = found.account
    return Identity(
        account_id=account.id, name=account.name, role=account.role, workspace=account.workspace, via="session", session=text
    )
