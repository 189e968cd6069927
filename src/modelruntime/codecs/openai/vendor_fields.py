"""Fields that a vendor added and no entity holds: kept under the family's key, and sent back where they came from."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from modelruntime.codecs.json_value import as_object

FAMILY = "openai"
"""The key of `provider_metadata` for everything of this family."""


def fields_of(metadata: dict[str, Any] | None) -> dict[str, Any]:
    """What this family once attached to a part, message or tool."""
    return as_object(metadata.get(FAMILY)) if metadata else {}


def metadata_of(fields: dict[str, Any]) -> dict[str, Any] | None:
    """`fields` as `provider_metadata`; None when there are none."""
    return {FAMILY: fields} if fields else None


def identifier(value: object) -> str | None:
    """The vendor's id of an answer as text; None when it gives none. Some servers number their answers."""
    return str(value) if isinstance(value, (str, int)) and value not in ("", False, True) else None


def unknown_fields(fields: dict[str, Any], known: Collection[str]) -> dict[str, Any]:
    """The fields that no entity holds and that say something (null, empty text and empty lists do not)."""
    return {key: value for key, value in fields.items() if key not in known and (value or value is False or value == 0)}
