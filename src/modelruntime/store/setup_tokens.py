"""The one-time token with which the first account is made. Nobody can claim a gateway without it."""

from __future__ import annotations

from sqlalchemy import delete, insert, update

from modelruntime.store.async_connection import AsyncConnection
from modelruntime.store.change import Change
from modelruntime.store.digests import digest_of_text, new_text
from modelruntime.store.errors import NotAllowed
from modelruntime.store.tables import SETUP_TOKENS

LIFETIME = 24 * 3600.0


class SetupTokens:
    """One at a time."""

    async def make(self, connection: AsyncConnection, now: float) -> str:
        """A new token, shown once; earlier ones are worth nothing. Take a connection of `Database.write`."""
        text = new_text("setup_")
        await connection.execute(delete(SETUP_TOKENS).where(SETUP_TOKENS.c.used_at.is_(None)))
        row = {"digest": digest_of_text(text), "created_at": now, "expires_at": now + LIFETIME}
        await connection.execute(insert(SETUP_TOKENS).values(row))
        return text

    async def use(self, change: Change, text: str) -> None:
        """Spend it, in the change that makes the account. Raises `NotAllowed` for one that is wrong, spent or too old."""
        statement = (
            update(SETUP_TOKENS)
            .where(SETUP_TOKENS.c.digest == digest_of_text(text))
            .where(SETUP_TOKENS.c.used_at.is_(None), SETUP_TOKENS.c.expires_at > change.now)
            .values(used_at=change.now)
        )
        if not (await change.connection.execute(statement)).rowcount:
            raise NotAllowed("this set-up token is not valid: start the gateway again and take the one that it prints")
        await change.note("setup.done", "gateway")
