"""Which local models play in the demo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelruntime.entities.errors import ModelNotFound
from modelruntime.entities.model_type import ModelType

if TYPE_CHECKING:
    from modelruntime.runtime.factory import Runtime
    from modelruntime.runtime.listing import ModelInfo

Cast = dict[ModelType, tuple[str, ...]]


def cast(runtime: Runtime, profile: str) -> Cast:
    """Model names per type: all installed text-to-speech models, and the first of every other type. `auto` takes the
    standard profile's models where they are installed, else any. Raises `ModelNotFound` that says what to pull."""
    return {model_type: _players(runtime, model_type, profile) for model_type in ModelType}


def _players(runtime: Runtime, model_type: ModelType, profile: str) -> tuple[str, ...]:
    rows = [row for row in runtime.models(model_type) if row.model_properties.get("pull_profiles") and row.status.code == "active"]
    wanted = "standard" if profile == "auto" else profile
    preferred = [row for row in rows if wanted in row.model_properties["pull_profiles"]]
    chosen = preferred or (rows if profile == "auto" else [])
    if not chosen:
        pull = "standard" if profile == "auto" else profile
        raise ModelNotFound(f"no local {model_type} model is installed; run: modelruntime pull {pull}")
    names = tuple(_name(row) for row in chosen)
    return names if model_type is ModelType.TTS else names[:1]


def _name(row: ModelInfo) -> str:
    return f"{row.provider}/{row.model}"
