"""`provider_metadata`: what a family attached to a part or message, under the family's own name."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from modelruntime.codecs.json_value import as_object

JSON = dict[str, Any]


def metadata_of(family: str, facts: JSON) -> JSON | None:
    """`facts` without nulls as `provider_metadata`; None when nothing is left."""
    kept = {name: value for name, value in facts.items() if value is not None}
    return {family: kept} if kept else None


def facts_of(family: str, metadata: JSON | None) -> JSON:
    """What the family once attached; empty for another family's metadata."""
    return as_object(metadata.get(family)) if metadata else {}


def without(block: JSON, known: Container[str]) -> JSON:
    """What a wire object holds beside the known keys."""
    return {name: value for name, value in block.items() if name not in known}
