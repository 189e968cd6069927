"""Signing in and out, and the set-up of a gateway that has no account yet."""

from __future__ import annotations

import time
from typing import Annotated, Any

import msgspec
from starlette.responses import Response

from modelruntime.admin.call import Call, Nothing
from modelruntime.admin.client_place import is_loopback
from modelruntime.admin.csrf import csrf_token
from modelruntime.admin.refusal import ErrorReply, Refusal, refuse
from modelruntime.admin.route import Route, route
from modelruntime.admin.session_cookie import drop_session, keep_session, session_of
from modelruntime.store.accounts import Account
from modelruntime.store.actor import Actor
from modelruntime.store.errors import NotAllowed
from modelruntime.store.sessions import LIFETIME

Password = Annotated[str, msgspec.Meta(min_length=1, max_length=1024)]
AccountName = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class SetUp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The token that the gateway printed when it started, and the first account."""

    token: Annotated[str, msgspec.Meta(max_length=200)]
    name: AccountName
    password: Password


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who signs in."""

    name: AccountName
    password: Password


class NewPassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The old one shows that it is still the same person."""

    current: Password
    new: Password


class SessionReply(msgspec.Struct, frozen=True, kw_only=True):
    """Who is signed in. `csrf_token` goes into the header x-csrf-token of everything but GET."""

    account_id: str
    name: str
    role: str
    workspace: str
    """The only one it reaches; empty: all."""
    via: str
    csrf_token: str | None


async def set_up(call: Call[SetUp, Nothing]) -> Response:
    """Make the first account, an admin, with the one-time token of the gateway's start. From this machine alone."""
    body, store = call.body, call.services.store
    if not is_loopback(call.address()):
        raise refuse(403, "loopback_only", "the set-up is done from the machine that the gateway runs on")
    _unless_throttled(call, "setup")
    async with store.database.read() as connection:
        if await store.accounts.count(connection):
            raise refuse(409, "already_set_up", "there is an account already: sign in")
    actor = Actor("account", "", body.name, call.address())
    async with store.database.change(actor) as change:
        try:
            await store.setup_tokens.use(change, body.token)
        except NotAllowed:
            call.services.login_throttle.count(_address_key(call, "setup"))
            raise
        if await store.accounts.count(change.connection):
            raise refuse(409, "already_set_up", "there is an account already: sign in")
        account = await store.accounts.add(change, body.name, body.password, "admin")
        session = await store.sessions.start(change.connection, account.id, change.now, call.address())
    return _signed_in(call, account, session)


async def log_in(call: Call[SignIn, Nothing]) -> Response:
    """Sign in with name and password; the session is in a cookie."""
    body, store = call.body, call.services.store
    name = body.name.strip().lower()
    _unless_throttled(call, name)
    account = await _verified(call, name, body.password)
    if account is None:
        call.services.login_throttle.count(_address_key(call, "login"))
        raise refuse(401, "wrong_login", "name or password is wrong")
    async with store.database.change(Actor("account", account.id, account.name, call.address())) as change:
        if (old := session_of(call.request, call.is_secure())) is not None:
            await store.sessions.end(change.connection, old)
        session = await store.sessions.start(change.connection, account.id, change.now, call.address())
        await store.accounts.note_login(change, account.id)
    return _signed_in(call, account, session)


async def log_out(call: Call[Nothing, Nothing]) -> Response:
    """End the session."""
    if call.identity.session:
        async with call.services.store.database.write() as connection:
            await call.services.store.sessions.end(connection, call.identity.session)
    response = Response(status_code=204)
    drop_session(response, secure=call.is_secure())
    return response


async def get_session(call: Call[Nothing, Nothing]) -> SessionReply:
    """Who is signed in, and the token against forged requests."""
    who = call.identity
    if not who.known:
        raise refuse(401, "not_signed_in", "nobody is signed in")
    token = csrf_token(call.services.store.roots, who.session) if who.session else None
    return SessionReply(
        account_id=who.account_id, name=who.name, role=who.role, workspace=who.workspace, via=who.via, csrf_token=token
    )


async def change_password(call: Call[NewPassword, Nothing]) -> Response:
    """Change one's own password. Every session of the account ends; this one goes on under a new cookie."""
    who, store = call.identity, call.services.store
    if who.via != "session":
        raise refuse(403, "session_only", "a token has no password")
    _unless_throttled(call, who.name)
    account = await _verified(call, who.name, call.body.current)
    if account is None:
        raise refuse(422, "wrong_password", "the current password is another one", "current")
    async with store.database.change(call.actor()) as change:
        await store.accounts.set_password(change, account.id, call.body.new)
        session = await store.sessions.start(change.connection, account.id, time.time(), call.address())
    return _signed_in(call, account, session)


async def _verified(call: Call[Any, Any], name: str, password: str) -> Account | None:
    """The account, if the password is right. Counted before it is compared: many at once are not one more try."""
    services = call.services
    services.login_throttle.count(name)
    async with services.password_gate, services.store.database.read() as connection:
        account = await services.store.accounts.verify(connection, name, password)
    if account is not None:
        services.login_throttle.forget(name)
    return account


def _signed_in(call: Call[Any, Any], account: Account, session: str) -> Response:
    reply = SessionReply(
        account_id=account.id,
        name=account.name,
        role=account.role,
        workspace=account.workspace,
        via="session",
        csrf_token=csrf_token(call.services.store.roots, session),
    )
    response = Response(msgspec.json.encode(reply), media_type="application/json")
    keep_session(response, session, LIFETIME, secure=call.is_secure())
    return response


def _unless_throttled(call: Call[Any, Any], name: str) -> None:
    """Raises `Refusal` (429) when the name, or everything from this address, failed too often."""
    throttle = call.services.login_throttle
    wait = max(throttle.wait(name), throttle.wait(_address_key(call, "login")), throttle.wait(_address_key(call, "setup")))
    if wait > 0:
        raise Refusal(429, ErrorReply(code="too_many_logins", message="too many failed attempts: try again in a minute"), wait)


def _address_key(call: Call[Any, Any], what: str) -> str:
    return f"\0{what}\0{call.address()}"


ROUTES: tuple[Route, ...] = (
    route("POST", "/setup", set_up, "public", body=SetUp, reply=SessionReply, changes=False),
    route("POST", "/login", log_in, "public", body=SignIn, reply=SessionReply, changes=False),
    route("POST", "/logout", log_out, "view", changes=False),
    route("GET", "/session", get_session, "public", reply=SessionReply),
    route("POST", "/session/password", change_password, "view", body=NewPassword, reply=SessionReply, changes=False),
)
