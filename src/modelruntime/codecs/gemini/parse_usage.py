"""`usageMetadata` (https://ai.google.dev/api/generate-content#UsageMetadata, read 2026-11-22)."""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.json_value import as_array, as_count, as_object, as_text
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.usage import InputUsage, OutputUsage, Usage


def parse_usage(value: Any) -> Usage:
    """`promptTokenCount` counts cached tokens but not what tools read; `candidatesTokenCount` counts no thoughts."""
    usage = as_object(value)
    if not usage:
        return Usage()
    cached, thoughts = as_count(usage.get("cachedContentTokenCount")), as_count(usage.get("thoughtsTokenCount"))
    total = (as_count(usage.get("promptTokenCount")) or 0) + (as_count(usage.get("toolUsePromptTokenCount")) or 0)
    said = as_count(usage.get("candidatesTokenCount")) or 0
    into, out = _by_modality(usage, "promptTokensDetails"), _by_modality(usage, "candidatesTokensDetails")
    return Usage(
        InputUsage(total, total - (cached or 0), cached, None, into.get("AUDIO"), into.get("IMAGE")),
        OutputUsage(said + (thoughts or 0), out.get("TEXT", None if out else said), thoughts, out.get("AUDIO"), out.get("IMAGE")),
        raw=usage,
        tier=as_text(usage.get("serviceTier")),
    )


def _by_modality(usage: JSON, name: str) -> dict[str, int]:
    rows = (as_object(row) for row in as_array(usage.get(name)))
    return {str(row.get("modality")): as_count(row.get("tokenCount")) or 0 for row in rows}
