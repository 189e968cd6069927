"""Names that stand for something: aliases, routes, policies, prices, defaults, balancing, settings are kept alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from modelruntime.entities.errors import ParameterInvalid
from modelruntime.store.change import Change, as_json
from modelruntime.store.errors import NotThere

V = TypeVar("V")
NAME_LENGTH = 300


class NamedValues(Generic[V]):
    """One table of them. Reads take a connection of `Database.read`, changes a `Change` of `Database.change`."""

    def __init__(self, table: Table, noun: str, value_type: Any, check: Callable[[str, V], None]) -> None:
        self.table = table
        self.noun = noun
        self._type = value_type
        self._check = check

    async def all(self, connection: AsyncConnection) -> dict[str, V]:
        """Every name with its value, by name."""
        return {name: self.decoded(value) for name, value in (await self.rows(connection)).items()}

    async def get(self, connection: AsyncConnection, name: str) -> V | None:
        """The value, None where there is none."""
        value = await connection.scalar(select(self.table.c.value).where(self.table.c.name == name))
        return None if value is None else self.decoded(value)

    async def put(self, change: Change, name: str, value: V) -> None:
        """Set it, in place of what was there. Raises `ParameterInvalid` for a name or value that cannot be used."""
        if not 1 <= len(name) <= NAME_LENGTH or name != name.strip() or not name.isprintable():
            raise ParameterInvalid(f"a name has 1 to {NAME_LENGTH} letters, no space around it", field="name")
        self._check(name, value)
        before = await self.get(change.connection, name)
        row = {"name": name, "value": as_json(value), "updated_at": change.now}
        insert = postgresql.insert if change.connection.dialect.name == "postgresql" else sqlite.insert
        put = insert(self.table).values(row)
        put = put.on_conflict_do_update(index_elements=["name"], set_={key: put.excluded[key] for key in ("value", "updated_at")})
        await change.connection.execute(put)
        verb = "added" if before is None else "replaced"
        await change.record(f"{self.noun}.{verb}", name, _told(before), _told(value))

    async def remove(self, change: Change, name: str) -> None:
        """Raises `NotThere`."""
        before = await self.get(change.connection, name)
        if before is None:
            raise NotThere(f"there is no {self.noun} {name!r}")
        await change.connection.execute(delete(self.table).where(self.table.c.name == name))
        await change.record(f"{self.noun}.removed", name, _told(before), None)

    async def rows(self, connection: AsyncConnection) -> dict[str, str]:
        """Names with their JSON, for whoever takes what can be read and leaves the rest."""
        query = select(self.table.c.name, self.table.c.value).order_by(self.table.c.name)
        return {row.name: row.value for row in await connection.execute(query)}

    def decoded(self, value: str) -> V:
        """What a JSON says. Raises `msgspec.ValidationError`."""
        found: V = msgspec.json.decode(value, type=self._type)
        return found

    def checked(self, name: str, value: str) -> V:
        """The same, checked as `put` does. Raises `ParameterInvalid` and `msgspec.ValidationError`."""
        found = self.decoded(value)
        self._check(name, found)
        return found


def _told(value: object) -> dict[str, Any] | None:
    return None if value is None else {"value": msgspec.to_builtins(value)}
