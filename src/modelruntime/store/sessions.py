"""Sessions of people who signed in. The text is in their cookie; a digest is kept."""

from __future__ import annotations

import msgspec
from sqlalchemy import delete, insert, select, update

from modelruntime.store.accounts import Account, Accounts
from modelruntime.store.async_connection import AsyncConnection
from modelruntime.store.digests import digest_of_text, new_text
from modelruntime.store.errors import NotThere
from modelruntime.store.tables import SESSIONS

LIFETIME = 12 * 3600.0
"""Seconds from sign-in to the end, whatever happens."""
IDLE = 2 * 3600.0
"""Seconds without a request."""
SEEN_EVERY = 60.0
"""How exactly `seen_at` is kept, in seconds: not every request writes."""


class Session(msgspec.Struct, frozen=True):
    """One, with whose it is. Times are seconds since the epoch."""

    account: Account
    created_at: float
    seen_at: float
    expires_at: float


class Sessions:
    """All methods take a connection of `Database.write`, or that of a change."""

    async def start(self, connection: AsyncConnection, account: str, now: float, address: str = "") -> str:
        """A new session; returns its text."""
        text = new_text()
        row = {"account": account, "created_at": now, "seen_at": now, "expires_at": now + LIFETIME, "address": address}
        await connection.execute(insert(SESSIONS).values(**row, digest=digest_of_text(text)))
        return text

    async def find(self, connection: AsyncConnection, text: str, now: float) -> Session | None:
        """The session of that text, unless it has ended or its account is disabled."""
        digest = digest_of_text(text)
        row = (await connection.execute(select(SESSIONS).where(SESSIONS.c.digest == digest))).one_or_none()
        if row is None or now >= row.expires_at or now - row.seen_at >= IDLE:
            return None
        try:
            account = await Accounts().get(connection, row.account)
        except NotThere:
            return None
        if account.disabled:
            return None
        if now - row.seen_at >= SEEN_EVERY:
            await connection.execute(update(SESSIONS).where(SESSIONS.c.digest == digest).values(seen_at=now))
        return Session(account, row.created_at, row.seen_at, row.expires_at)

    async def rotate(self, connection: AsyncConnection, text: str) -> str | None:
        """A new text for the same session, the old one is worth nothing; None where there is no such session."""
        fresh = new_text()
        statement = update(SESSIONS).where(SESSIONS.c.digest == digest_of_text(text)).values(digest=digest_of_text(fresh))
        return fresh if (await connection.execute(statement)).rowcount else None

    async def end(self, connection: AsyncConnection, text: str) -> None:
        """Forget it; nothing happens where there is none."""
        await connection.execute(delete(SESSIONS).where(SESSIONS.c.digest == digest_of_text(text)))

    async def end_all(self, connection: AsyncConnection, account: str) -> None:
        """Forget every session of an account."""
        await connection.execute(delete(SESSIONS).where(SESSIONS.c.account == account))
