"""What one provider's folder or document declares."""

from __future__ import annotations

import msgspec

from modelruntime.schema.model import ModelSchema
from modelruntime.schema.provider import ProviderSchema


class Declaration(msgspec.Struct, frozen=True, kw_only=True):
    """A provider with its models, or an overlay, which has models only (`schema` is None)."""

    provider: str
    schema: ProviderSchema | None = None
    models: tuple[ModelSchema, ...] = ()
    """Grouped by type, in position order; every id once a type."""
    declared: int = 0
    """How many model declarations were read, those that a later one replaced included."""
    file: str = ""
    line: int = 0
