"""Models that an operator switched on or off. What has no entry is on."""

from __future__ import annotations

import msgspec
from sqlalchemy import insert, select, update

from modelruntime.entities.model_type import ModelType
from modelruntime.store.async_connection import AsyncConnection
from modelruntime.store.change import Change
from modelruntime.store.tables import MODEL_SWITCHES


class ModelSwitch(msgspec.Struct, frozen=True):
    """One entry."""

    model_type: ModelType
    provider: str
    model: str
    enabled: bool


class ModelSwitches:
    """Reads take a connection of `Database.read`, changes a `Change` of `Database.change`."""

    async def list(self, connection: AsyncConnection, provider: str | None = None) -> list[ModelSwitch]:
        """Every entry, or those of a provider."""
        query = select(MODEL_SWITCHES).order_by(MODEL_SWITCHES.c.provider, MODEL_SWITCHES.c.model_type, MODEL_SWITCHES.c.model)
        if provider is not None:
            query = query.where(MODEL_SWITCHES.c.provider == provider)
        rows = await connection.execute(query)
        return [ModelSwitch(ModelType(row.model_type), row.provider, row.model, row.enabled) for row in rows]

    async def set(self, change: Change, switch: ModelSwitch) -> None:
        """Switch a model on or off."""
        kept = (
            MODEL_SWITCHES.c.model_type == str(switch.model_type),
            MODEL_SWITCHES.c.provider == switch.provider,
            MODEL_SWITCHES.c.model == switch.model,
        )
        before: bool | None = await change.connection.scalar(select(MODEL_SWITCHES.c.enabled).where(*kept))
        if before is None:
            row = {**msgspec.structs.asdict(switch), "model_type": str(switch.model_type), "updated_at": change.now}
            await change.connection.execute(insert(MODEL_SWITCHES).values(row))
        else:
            values = {"enabled": switch.enabled, "updated_at": change.now}
            await change.connection.execute(update(MODEL_SWITCHES).where(*kept).values(values))
        verb = "enabled" if switch.enabled else "disabled"
        subject = f"{switch.model_type}/{switch.provider}/{switch.model}"
        await change.record(f"model.{verb}", subject, {"enabled": before is not False}, {"enabled": switch.enabled})
