"""Workspaces: who shares credentials, keys, records, and names of models."""

from __future__ import annotations

import re

import msgspec
from sqlalchemy import delete, exists, insert, select, update

from modelruntime.entities.errors import ParameterInvalid
from modelruntime.store.async_connection import AsyncConnection
from modelruntime.store.change import Change
from modelruntime.store.errors import NameTaken, NotAllowed, NotThere
from modelruntime.store.tables import API_KEYS, CREDENTIALS, NAMED, WORKSPACES

DEFAULT = "default"
ALL = ""
"""Stands for every workspace, where something may be set for one or for all."""
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


class Workspace(msgspec.Struct, frozen=True):
    """One. `default` is always there."""

    id: str
    name: str
    created_at: float


class Workspaces:
    """Reads take a connection of `Database.read`, changes a `Change` of `Database.change`."""

    async def list(self, connection: AsyncConnection) -> list[Workspace]:
        """All, by name."""
        return [Workspace(*row) for row in await connection.execute(select(WORKSPACES).order_by(WORKSPACES.c.name))]

    async def get(self, connection: AsyncConnection, identifier: str) -> Workspace:
        """One. Raises `NotThere`."""
        row = (await connection.execute(select(WORKSPACES).where(WORKSPACES.c.id == identifier))).one_or_none()
        if row is None:
            raise NotThere(f"there is no workspace {identifier!r}")
        return Workspace(*row)

    async def add(self, change: Change, identifier: str, name: str) -> Workspace:
        """Raises `ParameterInvalid` for an id of other letters than `a-z 0-9 _ -`, `NameTaken`."""
        if not _ID.fullmatch(identifier):
            raise ParameterInvalid("the id of a workspace has 1 to 63 letters a-z, digits, _ and -", field="id")
        if await change.connection.scalar(select(exists().where(WORKSPACES.c.id == identifier))):
            raise NameTaken(f"there is a workspace {identifier!r} already", field="id")
        made = Workspace(identifier, name.strip() or identifier, change.now)
        await change.connection.execute(insert(WORKSPACES).values(msgspec.structs.asdict(made)))
        await change.record("workspace.added", identifier, None, {"name": made.name}, identifier)
        return made

    async def rename(self, change: Change, identifier: str, name: str) -> Workspace:
        """Raises `NotThere`."""
        before = await self.get(change.connection, identifier)
        await change.connection.execute(update(WORKSPACES).where(WORKSPACES.c.id == identifier).values(name=name.strip()))
        after = await self.get(change.connection, identifier)
        await change.record("workspace.renamed", identifier, {"name": before.name}, {"name": after.name}, identifier)
        return after

    async def remove(self, change: Change, identifier: str) -> None:
        """With what was set for it under a name. Raises `NotThere`, and `NotAllowed` for the default one or one that still has
        credentials or keys."""
        before = await self.get(change.connection, identifier)
        for table in (CREDENTIALS, API_KEYS):
            if identifier == DEFAULT or await change.connection.scalar(select(exists().where(table.c.workspace == identifier))):
                raise NotAllowed(f"the workspace {identifier!r} is needed: remove its credentials and keys first")
        for table in NAMED:
            await change.connection.execute(delete(table).where(table.c.workspace == identifier))
        await change.connection.execute(delete(WORKSPACES).where(WORKSPACES.c.id == identifier))
        await change.record("workspace.removed", identifier, {"name": before.name}, None, identifier)


async def require_workspace(connection: AsyncConnection, identifier: str) -> None:
    """Raises `NotThere`."""
    await Workspaces().get(connection, identifier)
