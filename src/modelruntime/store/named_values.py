"""Names that stand for something: aliases, routes, policies, prices, defaults, balancing, settings are kept alike.

Each is set for one workspace or for all of them; what a workspace set goes before what is set for all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Table, delete, select

from modelruntime.entities.errors import ParameterInvalid
from modelruntime.store.async_connection import AsyncConnection
from modelruntime.store.change import Change, as_json
from modelruntime.store.errors import NotThere
from modelruntime.store.upsert import insert_into
from modelruntime.store.workspaces import ALL, require_workspace

V = TypeVar("V")
NAME_LENGTH = 300


class NamedValues(Generic[V]):
    """One table of them. Reads take a connection of `Database.read`, changes a `Change` of `Database.change`; without a
    `workspace` each means what is set for all."""

    def __init__(self, table: Table, noun: str, value_type: Any, check: Callable[[str, V], None]) -> None:
        self.table = table
        self.noun = noun
        self._type = value_type
        self._check = check

    async def all(self, connection: AsyncConnection, workspace: str = ALL) -> dict[str, V]:
        """Every name with its value, by name."""
        table = self.table.c
        query = select(table.name, table.value).where(table.workspace == workspace).order_by(table.name)
        return {row.name: self.decoded(row.value) for row in await connection.execute(query)}

    async def get(self, connection: AsyncConnection, name: str, workspace: str = ALL) -> V | None:
        """The value, None where there is none."""
        value = await connection.scalar(select(self.table.c.value).where(*self._is(name, workspace)))
        return None if value is None else self.decoded(value)

    async def put(self, change: Change, name: str, value: V, workspace: str = ALL) -> None:
        """Set it, in place of what was there. Raises `ParameterInvalid` for a name or value that cannot be used, `NotThere`
        for a workspace that is none."""
        if not 1 <= len(name) <= NAME_LENGTH or name != name.strip() or not name.isprintable():
            raise ParameterInvalid(f"a name has 1 to {NAME_LENGTH} letters, no space around it", field="name")
        self._check(name, value)
        if workspace != ALL:
            await require_workspace(change.connection, workspace)
        before = await self.get(change.connection, name, workspace)
        row = {"workspace": workspace, "name": name, "value": as_json(value), "updated_at": change.now}
        put = insert_into(self.table, change.connection.dialect.name).values(row)
        replaced = {key: put.excluded[key] for key in ("value", "updated_at")}
        await change.connection.execute(put.on_conflict_do_update(index_elements=["workspace", "name"], set_=replaced))
        verb = "added" if before is None else "replaced"
        await change.record(f"{self.noun}.{verb}", name, _told(before), _told(value), workspace)

    async def remove(self, change: Change, name: str, workspace: str = ALL) -> None:
        """Raises `NotThere`."""
        before = await self.get(change.connection, name, workspace)
        if before is None:
            raise NotThere(f"there is no {self.noun} {name!r} of {of_whom(workspace)}")
        await change.connection.execute(delete(self.table).where(*self._is(name, workspace)))
        await change.record(f"{self.noun}.removed", name, _told(before), None, workspace)

    def decoded(self, value: str) -> V:
        """What a JSON says. Raises `msgspec.ValidationError`."""
        found: V = msgspec.json.decode(value, type=self._type)
        return found

    def checked(self, name: str, value: str) -> V:
        """The same, checked as `put` does. Raises `ParameterInvalid` and `msgspec.ValidationError`."""
        found = self.decoded(value)
        self._check(name, found)
        return found

    def _is(self, name: str, workspace: str) -> tuple[ColumnElement[bool], ...]:
        return self.table.c.name == name, self.table.c.workspace == workspace


def of_whom(workspace: str) -> str:
    """Whose something is, in a sentence."""
    return "all workspaces" if workspace == ALL else f"the workspace {workspace}"


def _told(value: object) -> dict[str, Any] | None:
    return None if value is None else {"value": msgspec.to_builtins(value)}
