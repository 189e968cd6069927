"""Keys of the gateway's clients."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import delete, func, insert, select, update

from modelruntime.entities.errors import ParameterInvalid
from modelruntime.store.async_connection import AsyncConnection
from modelruntime.store.change import Change, as_json
from modelruntime.store.errors import NotThere
from modelruntime.store.gateway_key import KeyLimits, new_key
from modelruntime.store.pepper import Pepper
from modelruntime.store.tables import API_KEYS
from modelruntime.store.workspaces import require_workspace


class ApiKeyView(msgspec.Struct, frozen=True, kw_only=True):
    """A key as it is shown: neither text nor digest. Times are seconds since the epoch."""

    id: str
    workspace: str
    name: str
    models: tuple[str, ...] = ()
    """Patterns of names it may call; empty: all."""
    limits: KeyLimits | None = None
    may_delete_models: bool = False
    """Whether it may have models deleted at their vendors, where they are gone for good."""
    expires_at: float | None = None
    disabled: bool = False
    created_at: float
    last_used_at: float | None = None


class CreatedKey(msgspec.Struct, frozen=True):
    """A key that was just made. `text` is shown now and never again."""

    text: str
    key: ApiKeyView


class ApiKeys:
    """Reads take a connection of `Database.read`, changes a `Change` of `Database.change`."""

    def __init__(self, pepper: Pepper) -> None:
        self._pepper = pepper

    async def list(self, connection: AsyncConnection, workspace: str) -> list[ApiKeyView]:
        """All of a workspace, newest first."""
        query = select(API_KEYS).where(API_KEYS.c.workspace == workspace)
        return [_view(row) for row in await connection.execute(query.order_by(API_KEYS.c.created_at.desc(), API_KEYS.c.id))]

    async def count(self, connection: AsyncConnection) -> int:
        """How many there are, in all workspaces, revoked ones included."""
        return int(await connection.scalar(select(func.count()).select_from(API_KEYS)) or 0)

    async def get(self, connection: AsyncConnection, workspace: str, identifier: str) -> ApiKeyView:
        """One. Raises `NotThere`."""
        query = select(API_KEYS).where(API_KEYS.c.id == identifier, API_KEYS.c.workspace == workspace)
        row = (await connection.execute(query)).one_or_none()
        if row is None:
            raise NotThere(f"there is no key {identifier!r} in this workspace")
        return _view(row)

    async def create(
        self,
        change: Change,
        workspace: str,
        name: str,
        *,
        models: tuple[str, ...] = (),
        limits: KeyLimits | None = None,
        may_delete_models: bool = False,
        expires_at: float | None = None,
    ) -> CreatedKey:
        """A new random key. Raises `NotThere` for an unknown workspace, `ParameterInvalid` for a limit that is none, and
        `KeyMissing` while the gateway's pepper is locked."""
        await require_workspace(change.connection, workspace)
        check_limits(limits)
        made = new_key(self._pepper.required())
        row = {
            "id": made.id,
            "workspace": workspace,
            "digest": made.digest,
            "name": name.strip(),
            "models": as_json(models),
            "limits": as_json(limits),
            "may_delete_models": may_delete_models,
            "expires_at": expires_at,
            "disabled": False,
            "created_at": change.now,
        }
        await change.connection.execute(insert(API_KEYS).values(row))
        view = await self.get(change.connection, workspace, made.id)
        await change.record("key.created", made.id, None, msgspec.to_builtins(view), workspace)
        return CreatedKey(made.text, view)

    async def update(
        self,
        change: Change,
        workspace: str,
        identifier: str,
        *,
        name: str,
        models: tuple[str, ...],
        limits: KeyLimits | None,
        may_delete_models: bool,
        expires_at: float | None,
    ) -> ApiKeyView:
        """Give it other rights; its text stays. Raises `NotThere`, `ParameterInvalid`."""
        check_limits(limits)
        values = {
            "name": name.strip(),
            "models": as_json(models),
            "limits": as_json(limits),
            "may_delete_models": may_delete_models,
            "expires_at": expires_at,
        }
        return await self._updated(change, workspace, identifier, "key.updated", values)

    async def revoke(self, change: Change, workspace: str, identifier: str) -> ApiKeyView:
        """Refuse it from now on; it stays in the list, for its calls are in the ledger. Raises `NotThere`."""
        return await self._updated(change, workspace, identifier, "key.revoked", {"disabled": True})

    async def restore(self, change: Change, workspace: str, identifier: str) -> ApiKeyView:
        """Take back a revocation. Raises `NotThere`."""
        return await self._updated(change, workspace, identifier, "key.restored", {"disabled": False})

    async def remove(self, change: Change, workspace: str, identifier: str) -> None:
        """Forget it; the ledger keeps its id. Raises `NotThere`."""
        before = await self.get(change.connection, workspace, identifier)
        await change.connection.execute(delete(API_KEYS).where(API_KEYS.c.id == identifier))
        await change.record("key.removed", identifier, msgspec.to_builtins(before), None, workspace)

    async def _updated(self, change: Change, workspace: str, identifier: str, action: str, values: dict[str, Any]) -> ApiKeyView:
        before = await self.get(change.connection, workspace, identifier)
        await change.connection.execute(update(API_KEYS).where(API_KEYS.c.id == identifier).values(values))
        after = await self.get(change.connection, workspace, identifier)
        await change.record(action, identifier, msgspec.to_builtins(before), msgspec.to_builtins(after), workspace)
        return after


def check_limits(limits: KeyLimits | None) -> None:
    """Raises `ParameterInvalid` that names the limit which nobody could obey."""
    for name in ("requests_per_minute", "tokens_per_minute", "concurrent", "budget", "period_days"):
        value = getattr(limits, name, None)
        if value is not None and not 0 < value < float("inf"):
            raise ParameterInvalid(f"{name} must be above 0; leave it out for no limit", field=name)


def _view(row: Any) -> ApiKeyView:
    return ApiKeyView(
        id=row.id,
        workspace=row.workspace,
        name=row.name,
        models=msgspec.json.decode(row.models, type=tuple[str, ...]),
        limits=msgspec.json.decode(row.limits, type=KeyLimits | None),
        may_delete_models=row.may_delete_models,
        expires_at=row.expires_at,
        disabled=row.disabled,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
    )
