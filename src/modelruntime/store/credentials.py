"""Stored credentials: many for each provider and each customizable model, one of them active."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import delete, insert, select, update

from modelruntime.entities.errors import ParameterInvalid
from modelruntime.schema.provider import ProviderSchema
from modelruntime.store.async_connection import AsyncConnection
from modelruntime.store.change import Change, as_json
from modelruntime.store.credential_form import FilledCredential, filled_credential, fingerprint_of, hint_of
from modelruntime.store.credential_scope import CredentialScope
from modelruntime.store.credential_view import CredentialView, SecretHint
from modelruntime.store.envelope import Place, from_text, seal, to_text, unseal
from modelruntime.store.errors import KeyMissing, NameTaken, NotThere, SealBroken
from modelruntime.store.pepper import Pepper
from modelruntime.store.root_keys import RootKeys
from modelruntime.store.tables import CREDENTIALS

NAME_LENGTH = 30
WEIGHTS = range(1, 1001)


class Credentials:
    """Reads take a connection of `Database.read`, changes a `Change` of `Database.change`."""

    def __init__(self, roots: RootKeys, pepper: Pepper) -> None:
        self._roots = roots
        self._pepper = pepper

    async def list(self, connection: AsyncConnection, workspace: str, provider: str | None = None) -> list[CredentialView]:
        """All of a workspace, or of one provider: by provider, model, position."""
        query = select(CREDENTIALS).where(CREDENTIALS.c.workspace == workspace)
        if provider is not None:
            query = query.where(CREDENTIALS.c.provider == provider)
        columns = (CREDENTIALS.c[name] for name in ("provider", "model_type", "model", "position", "id"))
        return [self._view(row) for row in await connection.execute(query.order_by(*columns))]

    async def get(self, connection: AsyncConnection, workspace: str, identifier: str) -> CredentialView:
        """One. Raises `NotThere`, also for one of another workspace."""
        return self._view(await _row(connection, workspace, identifier))

    async def values(self, connection: AsyncConnection, workspace: str, identifier: str) -> dict[str, Any]:
        """The filled form with its secrets, for a probe. Raises `NotThere`, `KeyMissing`, `SealBroken`."""
        from modelruntime.entities.secret import Secret

        row = await _row(connection, workspace, identifier)
        opened = self._opened(row)
        return {**msgspec.json.decode(row.clear_values), **{name: Secret(value) for name, value in opened.items()}}

    async def has_secret(self, connection: AsyncConnection, scope: CredentialScope, field: str, secret: str) -> bool:
        """Is this secret kept already, in that field of a credential of the scope?"""
        wanted = fingerprint_of(secret, self._pepper.required())
        hints = [_hints(row).get(field) for row in await _rows(connection, scope)]
        return any(hint is not None and hint.fingerprint == wanted for hint in hints)

    async def add(
        self, change: Change, scope: CredentialScope, provider: ProviderSchema, name: str, values: Mapping[str, Any]
    ) -> CredentialView:
        """Keep one more; the first of its scope is the active one. An empty name becomes `credential N`.

        Raises `CredentialsInvalid` (with its field) for a form that is not right, `NameTaken`, `ParameterInvalid` for a
        name that is too long.
        """
        filled = filled_credential(provider, scope.form(provider), values, {}, None, scope.model_type)
        rows = await _rows(change.connection, scope)
        named = _checked_name(name or _free_name(rows), rows, None)
        identifier = f"cr_{secrets.token_hex(10)}"
        row = {
            "id": identifier,
            **scope.columns(),
            "name": named,
            "enabled": True,
            "active": not any(each.active for each in rows),
            "weight": 1,
            "position": max((each.position for each in rows), default=-1) + 1,
            **self._sealed(Place(scope.workspace, identifier), filled, {}, change.now),
            "created_at": change.now,
            "updated_at": change.now,
        }
        await change.connection.execute(insert(CREDENTIALS).values(row))
        view = await self.get(change.connection, scope.workspace, identifier)
        await change.record("credential.added", identifier, None, _told(view), scope.workspace)
        return view

    async def replace_values(
        self, change: Change, workspace: str, identifier: str, provider: ProviderSchema, values: Mapping[str, Any]
    ) -> CredentialView:
        """Fill its form again. A secret that is left out stays, None clears it. When the fields change that say where
        requests go, stored secrets are dropped; a required one must then be sent again.

        Raises `CredentialsInvalid`, `NotThere`, and `KeyMissing` or `SealBroken` where it is locked and not every stored
        secret is sent again or cleared.
        """
        row = await _row(change.connection, workspace, identifier)
        scope = CredentialScope.of_row(row)
        hints = _hints(row)
        kept = {} if hints.keys() <= values.keys() else self._opened(row)
        filled = filled_credential(provider, scope.form(provider), values, kept, row.endpoint, scope.model_type)
        unchanged = {
            name: hints[name] for name, secret in kept.items() if filled.secrets.get(name) == secret and name not in values
        }
        new = self._sealed(Place(workspace, identifier), filled, unchanged, change.now)
        return await self._updated(change, row, "credential.replaced", {**new, "verified_at": None, "last_error": None})

    async def rename(self, change: Change, workspace: str, identifier: str, name: str) -> CredentialView:
        """Raises `NotThere`, `NameTaken`, `ParameterInvalid`."""
        row = await _row(change.connection, workspace, identifier)
        rows = await _rows(change.connection, CredentialScope.of_row(row))
        return await self._updated(change, row, "credential.renamed", {"name": _checked_name(name, rows, identifier)})

    async def enable(self, change: Change, workspace: str, identifier: str) -> CredentialView:
        """Let it be used again. Raises `NotThere`."""
        row = await _row(change.connection, workspace, identifier)
        return await self._updated(change, row, "credential.enabled", {"enabled": True})

    async def disable(self, change: Change, workspace: str, identifier: str) -> CredentialView:
        """Keep it, but use it for nothing. Raises `NotThere`."""
        row = await _row(change.connection, workspace, identifier)
        return await self._updated(change, row, "credential.disabled", {"enabled": False})

    async def weigh(self, change: Change, workspace: str, identifier: str, weight: int) -> CredentialView:
        """Its share where the load is balanced by weight: 1 … 1000. Raises `NotThere`, `ParameterInvalid`."""
        if weight not in WEIGHTS:
            raise ParameterInvalid(f"a weight is a whole number from {WEIGHTS.start} to {WEIGHTS.stop - 1}", field="weight")
        row = await _row(change.connection, workspace, identifier)
        return await self._updated(change, row, "credential.weighed", {"weight": weight})

    async def switch(self, change: Change, workspace: str, identifier: str) -> CredentialView:
        """Make it the active one of its scope. Raises `NotThere`."""
        row = await _row(change.connection, workspace, identifier)
        await _activate(change.connection, CredentialScope.of_row(row), identifier)
        return await self._updated(change, row, "credential.switched", {})

    async def order(self, change: Change, scope: CredentialScope, identifiers: Sequence[str]) -> None:
        """Put the credentials of a scope in this order. Raises `ParameterInvalid` unless each is named exactly once."""
        rows = await _rows(change.connection, scope)
        before = [row.id for row in rows]
        if sorted(identifiers) != sorted(before):
            raise ParameterInvalid("name each credential of the scope once, in the new order", field="ids")
        for position, identifier in enumerate(identifiers):
            await change.connection.execute(update(CREDENTIALS).where(CREDENTIALS.c.id == identifier).values(position=position))
        subject = "/".join(filter(None, (scope.provider, scope.columns()["model_type"], scope.model)))
        await change.record("credential.ordered", subject, {"ids": before}, {"ids": list(identifiers)}, scope.workspace)

    async def note_probe(
        self, connection: AsyncConnection, workspace: str, identifier: str, verified_at: float | None, error: str | None
    ) -> None:
        """Keep how its last probe went; no change of the configuration. Take a connection of `Database.write`.

        `error` is a sentence of ours that is safe to show."""
        found = (CREDENTIALS.c.id == identifier, CREDENTIALS.c.workspace == workspace)
        values: dict[str, Any] = {"last_error": error}
        if verified_at is not None:
            values["verified_at"] = verified_at
        await connection.execute(update(CREDENTIALS).where(*found).values(values))

    async def remove(self, change: Change, workspace: str, identifier: str) -> None:
        """Forget it; where it was the active one the next of its scope becomes that. Raises `NotThere`."""
        row = await _row(change.connection, workspace, identifier)
        await change.connection.execute(delete(CREDENTIALS).where(CREDENTIALS.c.id == identifier))
        scope = CredentialScope.of_row(row)
        rest = await _rows(change.connection, scope)
        if row.active and rest:
            following = next((each for each in rest if each.position > row.position and each.enabled), None)
            chosen = following or next((each for each in rest if each.enabled), rest[0])
            await _activate(change.connection, scope, chosen.id)
        await change.record("credential.removed", identifier, _told(self._view(row)), None, workspace)

    async def _updated(self, change: Change, row: Any, action: str, values: dict[str, Any]) -> CredentialView:
        statement = update(CREDENTIALS).where(CREDENTIALS.c.id == row.id).values(**values, updated_at=change.now)
        await change.connection.execute(statement)
        view = await self.get(change.connection, row.workspace, row.id)
        await change.record(action, row.id, _told(self._view(row)), _told(view), row.workspace)
        return view

    def _sealed(self, place: Place, filled: FilledCredential, unchanged: Mapping[str, SecretHint], now: float) -> dict[str, Any]:
        envelope = seal(self._roots, place, filled.secrets) if filled.secrets else None
        hints = {
            name: unchanged.get(name)
            or SecretHint(hint=hint_of(secret), fingerprint=fingerprint_of(secret, self._pepper.required()), updated_at=now)
            for name, secret in filled.secrets.items()
        }
        return {
            "clear_values": as_json(filled.clear),
            "sealed": to_text(envelope) if envelope else "",
            "kid": envelope.kid if envelope else "",
            "hints": as_json(hints),
            "endpoint": filled.endpoint,
        }

    def _opened(self, row: Any) -> dict[str, str]:
        return unseal(self._roots, Place(row.workspace, row.id), from_text(row.sealed)) if row.sealed else {}

    def _view(self, row: Any) -> CredentialView:
        scope = CredentialScope.of_row(row)
        return CredentialView(
            id=row.id,
            workspace=row.workspace,
            provider=row.provider,
            model_type=scope.model_type,
            model=scope.model,
            name=row.name,
            enabled=row.enabled,
            active=row.active,
            weight=row.weight,
            position=row.position,
            values=msgspec.json.decode(row.clear_values),
            secrets=_hints(row),
            locked=self._is_locked(row),
            kid=row.kid,
            verified_at=row.verified_at,
            last_error=row.last_error,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )

    def _is_locked(self, row: Any) -> bool:
        try:
            self._opened(row)
        except (KeyMissing, SealBroken):
            return True
        return False


async def _row(connection: AsyncConnection, workspace: str, identifier: str) -> Any:
    query = select(CREDENTIALS).where(CREDENTIALS.c.id == identifier, CREDENTIALS.c.workspace == workspace)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise NotThere(f"there is no credential {identifier!r} in this workspace")
    return row


async def _rows(connection: AsyncConnection, scope: CredentialScope) -> list[Any]:
    query = select(CREDENTIALS).where(scope.condition()).order_by(CREDENTIALS.c.position, CREDENTIALS.c.id)
    return list(await connection.execute(query))


async def _activate(connection: AsyncConnection, scope: CredentialScope, identifier: str) -> None:
    await connection.execute(update(CREDENTIALS).where(scope.condition()).values(active=CREDENTIALS.c.id == identifier))


def _hints(row: Any) -> dict[str, SecretHint]:
    return msgspec.json.decode(row.hints, type=dict[str, SecretHint])


def _checked_name(name: str, rows: Sequence[Any], own: str | None) -> str:
    name = name.strip()
    if not 1 <= len(name) <= NAME_LENGTH:
        raise ParameterInvalid(f"a name has 1 to {NAME_LENGTH} letters", field="name")
    if any(each.name == name and each.id != own for each in rows):
        raise NameTaken(f"a credential of that name, {name!r}, is there already: choose another name")
    return name


def _free_name(rows: Sequence[Any]) -> str:
    taken = {each.name for each in rows}
    return next(name for number in range(1, len(rows) + 2) if (name := f"credential {number}") not in taken)


def _told(view: CredentialView) -> dict[str, Any]:
    """For the audit log."""
    told = msgspec.to_builtins(view)
    names = ("provider", "model_type", "model", "name", "enabled", "active", "weight", "position", "values", "secrets")
    return {name: told[name] for name in names}
