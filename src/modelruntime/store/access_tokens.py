"""Tokens with which programs use the admin API: `mrt_<id>.<secret>`."""

from __future__ import annotations

import hmac
import secrets
from typing import Any

import msgspec
from sqlalchemy import delete, insert, select, update

from modelruntime.store.accounts import Role
from modelruntime.store.async_connection import AsyncConnection
from modelruntime.store.change import Change
from modelruntime.store.digests import digest_of_text, new_text
from modelruntime.store.errors import NotThere
from modelruntime.store.tables import ACCESS_TOKENS

PREFIX = "mrt_"
SEEN_EVERY = 60.0


class AccessToken(msgspec.Struct, frozen=True, kw_only=True):
    """One as it is shown. An empty `workspace` reaches all of them."""

    id: str
    name: str
    role: Role
    workspace: str = ""
    expires_at: float | None = None
    disabled: bool = False
    created_at: float
    last_used_at: float | None = None


class CreatedToken(msgspec.Struct, frozen=True):
    """One that was just made. `text` is shown now and never again."""

    text: str
    token: AccessToken


class AccessTokens:
    """Reads take a connection of `Database.read`, changes a `Change` of `Database.change`."""

    async def list(self, connection: AsyncConnection) -> list[AccessToken]:
        """All, newest first."""
        query = select(ACCESS_TOKENS).order_by(ACCESS_TOKENS.c.created_at.desc(), ACCESS_TOKENS.c.id)
        return [_token(row) for row in await connection.execute(query)]

    async def create(
        self, change: Change, name: str, role: Role, workspace: str = "", expires_at: float | None = None
    ) -> CreatedToken:
        """A new random token."""
        identifier, secret = secrets.token_hex(8), new_text()
        token = AccessToken(
            id=identifier, name=name.strip(), role=role, workspace=workspace, expires_at=expires_at, created_at=change.now
        )
        row = {**msgspec.structs.asdict(token), "digest": digest_of_text(secret)}
        await change.connection.execute(insert(ACCESS_TOKENS).values(row))
        await change.note("token.created", identifier, None, msgspec.to_builtins(token), workspace)
        return CreatedToken(f"{PREFIX}{identifier}.{secret}", token)

    async def find(self, connection: AsyncConnection, text: str, now: float) -> AccessToken | None:
        """The token of that text, unless it is revoked or has expired. Take a connection of `Database.write`."""
        identifier, _, secret = text.removeprefix(PREFIX).partition(".")
        row = (await connection.execute(select(ACCESS_TOKENS).where(ACCESS_TOKENS.c.id == identifier))).one_or_none()
        kept = row.digest if row is not None else b""
        if not text.startswith(PREFIX) or not hmac.compare_digest(digest_of_text(secret), kept) or row is None:
            return None
        if row.disabled or (row.expires_at is not None and now >= row.expires_at):
            return None
        if row.last_used_at is None or now - row.last_used_at >= SEEN_EVERY:
            await connection.execute(update(ACCESS_TOKENS).where(ACCESS_TOKENS.c.id == identifier).values(last_used_at=now))
        return _token(row)

    async def revoke(self, change: Change, identifier: str) -> None:
        """Refuse it from now on. Raises `NotThere`."""
        statement = update(ACCESS_TOKENS).where(ACCESS_TOKENS.c.id == identifier).values(disabled=True)
        await self._did(change, identifier, "token.revoked", await change.connection.execute(statement))

    async def remove(self, change: Change, identifier: str) -> None:
        """Forget it. Raises `NotThere`."""
        statement = delete(ACCESS_TOKENS).where(ACCESS_TOKENS.c.id == identifier)
        await self._did(change, identifier, "token.removed", await change.connection.execute(statement))

    async def _did(self, change: Change, identifier: str, action: str, result: Any) -> None:
        if not result.rowcount:
            raise NotThere(f"there is no token {identifier!r}")
        await change.note(action, identifier)


def _token(row: Any) -> AccessToken:
    return AccessToken(**{name: getattr(row, name) for name in AccessToken.__struct_fields__})
