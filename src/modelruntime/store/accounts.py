"""People who may sign in."""

from __future__ import annotations

import asyncio
import secrets
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from sqlalchemy import delete, func, insert, select, update

from modelruntime.entities.errors import ParameterInvalid
from modelruntime.store.async_connection import AsyncConnection
from modelruntime.store.change import Change
from modelruntime.store.errors import NameTaken, NotAllowed, NotThere
from modelruntime.store.tables import ACCOUNTS, SESSIONS

if TYPE_CHECKING:
    from argon2 import PasswordHasher

Role = Literal["admin", "viewer"]
"""`admin` may change everything within the reach of its workspace; `viewer` may look."""
PASSWORD_LENGTHS = range(10, 1025)


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """One person. An empty `workspace` reaches all of them."""

    id: str
    name: str
    role: Role
    workspace: str = ""
    disabled: bool = False
    created_at: float
    last_login_at: float | None = None


class Accounts:
    """Reads take a connection of `Database.read`, changes a `Change` of `Database.change`. Names do not tell upper from lower
    case."""

    async def count(self, connection: AsyncConnection) -> int:
        """How many there are; with none the gateway waits for its set-up."""
        return int(await connection.scalar(select(func.count()).select_from(ACCOUNTS)) or 0)

    async def list(self, connection: AsyncConnection) -> list[Account]:
        """All, by name."""
        return [_account(row) for row in await connection.execute(select(ACCOUNTS).order_by(ACCOUNTS.c.name))]

    async def get(self, connection: AsyncConnection, identifier: str) -> Account:
        """One. Raises `NotThere`."""
        row = (await connection.execute(select(ACCOUNTS).where(ACCOUNTS.c.id == identifier))).one_or_none()
        if row is None:
            raise NotThere(f"there is no account {identifier!r}")
        return _account(row)

    async def add(self, change: Change, name: str, password: str, role: Role, workspace: str = "") -> Account:
        """Raises `NameTaken`, `ParameterInvalid` for a name or password that is too short or too long."""
        name = name.strip().lower()
        if not 1 <= len(name) <= 200:
            raise ParameterInvalid("the name of an account has 1 to 200 letters", field="name")
        hashed = await hash_password(password)
        if await change.connection.scalar(select(ACCOUNTS.c.id).where(ACCOUNTS.c.name == name)) is not None:
            raise NameTaken(f"there is an account {name!r} already")
        made = Account(id=f"ac_{secrets.token_hex(8)}", name=name, role=role, workspace=workspace, created_at=change.now)
        await change.connection.execute(insert(ACCOUNTS).values(**msgspec.structs.asdict(made), password=hashed))
        await change.note("account.added", made.id, None, _told(made))
        return made

    async def verify(self, connection: AsyncConnection, name: str, password: str) -> Account | None:
        """The account, if name and password are right and it is not disabled. An unknown name costs the same work."""
        row = (await connection.execute(select(ACCOUNTS).where(ACCOUNTS.c.name == name.strip().lower()))).one_or_none()
        right = await asyncio.to_thread(_matches, row.password if row else _nobody(), password)
        return _account(row) if row is not None and right and not row.disabled else None

    async def note_login(self, change: Change, identifier: str) -> None:
        """Write down that somebody signed in."""
        await change.connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.id == identifier).values(last_login_at=change.now))
        await change.note("account.signed_in", identifier)

    async def set_password(self, change: Change, identifier: str, password: str) -> None:
        """Change it, and end every session of the account. Raises `NotThere`, `ParameterInvalid`."""
        hashed = await hash_password(password)
        await self.get(change.connection, identifier)
        await change.connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.id == identifier).values(password=hashed))
        await change.connection.execute(delete(SESSIONS).where(SESSIONS.c.account == identifier))
        await change.note("account.password_changed", identifier)

    async def update(self, change: Change, identifier: str, *, role: Role, workspace: str = "", disabled: bool = False) -> Account:
        """Change what it may do; a disabled one loses its sessions. Raises `NotThere`, and `NotAllowed` when nobody would be
        left who can administer the gateway."""
        before = await self.get(change.connection, identifier)
        values = {"role": role, "workspace": workspace, "disabled": disabled}
        await change.connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.id == identifier).values(values))
        if disabled:
            await change.connection.execute(delete(SESSIONS).where(SESSIONS.c.account == identifier))
        await _require_admin(change.connection)
        after = await self.get(change.connection, identifier)
        await change.note("account.updated", identifier, _told(before), _told(after))
        return after

    async def remove(self, change: Change, identifier: str) -> None:
        """Forget it and its sessions. Raises `NotThere`, `NotAllowed` for the last administrator."""
        before = await self.get(change.connection, identifier)
        await change.connection.execute(delete(ACCOUNTS).where(ACCOUNTS.c.id == identifier))
        await _require_admin(change.connection)
        await change.note("account.removed", identifier, _told(before), None)


async def hash_password(password: str) -> str:
    """By argon2id, off the loop. Raises `ParameterInvalid` for one that is too short or too long."""
    if len(password) not in PASSWORD_LENGTHS:
        raise ParameterInvalid(f"a password has {PASSWORD_LENGTHS.start} to {PASSWORD_LENGTHS.stop - 1} letters", field="password")
    return await asyncio.to_thread(_hasher().hash, password)


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    """RFC 9106's second recommended parameters, which are the package's default."""
    from argon2 import PasswordHasher

    return PasswordHasher()


@lru_cache(maxsize=1)
def _nobody() -> str:
    """The password of nobody, to compare with where there is no such account."""
    return _hasher().hash(secrets.token_hex(16))


def _matches(hashed: str, password: str) -> bool:
    from argon2.exceptions import VerificationError

    try:
        return _hasher().verify(hashed, password)
    except VerificationError:
        return False


async def _require_admin(connection: AsyncConnection) -> None:
    able = (ACCOUNTS.c.role == "admin", ACCOUNTS.c.workspace == "", ACCOUNTS.c.disabled.is_(False))
    if not await connection.scalar(select(func.count()).select_from(ACCOUNTS).where(*able)):
        raise NotAllowed("somebody must be left who can administer the gateway: make another account an admin first")


def _account(row: Any) -> Account:
    return Account(
        id=row.id,
        name=row.name,
        role=row.role,
        workspace=row.workspace,
        disabled=row.disabled,
        created_at=row.created_at,
        last_login_at=row.last_login_at,
    )


def _told(account: Account) -> dict[str, Any]:
    return {"name": account.name, "role": account.role, "workspace": account.workspace, "disabled": account.disabled}
