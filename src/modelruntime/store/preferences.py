"""Small things that a person or a front end wants kept: parameter presets, a preferred kind of provider, a language."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import delete, insert, select

from modelruntime.entities.errors import ParameterInvalid
from modelruntime.store.async_connection import AsyncConnection
from modelruntime.store.change import as_json
from modelruntime.store.tables import PREFERENCES

LARGEST = 64 * 1024


class Preferences:
    """JSON values by owner (`account:ID`, `workspace:ID`) and name. The data plane never sees them."""

    async def all(self, connection: AsyncConnection, owner: str, prefix: str = "") -> dict[str, Any]:
        """What an owner keeps under names that begin so."""
        query = select(PREFERENCES).where(PREFERENCES.c.owner == owner).order_by(PREFERENCES.c.name)
        rows = await connection.execute(query)
        return {row.name: msgspec.json.decode(row.value) for row in rows if row.name.startswith(prefix)}

    async def put(self, connection: AsyncConnection, owner: str, name: str, value: Any, now: float) -> None:
        """Keep a value; None removes it. Take a connection of `Database.write`. Raises `ParameterInvalid` for a large one."""
        text = as_json(value)
        if len(text) > LARGEST:
            raise ParameterInvalid(f"a preference has at most {LARGEST // 1024} KiB", field="value")
        await connection.execute(delete(PREFERENCES).where(PREFERENCES.c.owner == owner, PREFERENCES.c.name == name))
        if value is not None:
            row = {"owner": owner, "name": name, "value": text, "updated_at": now}
            await connection.execute(insert(PREFERENCES).values(row))
