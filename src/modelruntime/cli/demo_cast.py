"""Which local models play in the demo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelruntime.entities.errors import ModelNotFound
from modelruntime.entities.model_type import ModelType

if TYPE_CHECKING:
    from modelruntime.runtime.blocking_runtime import Runtime


class Cast:
    """Model names per type: all installed text-to-speech models, and the first of every other type.

    The profile `auto` takes the standard profile's models where they are installed, else any.
    """

    def __init__(self, runtime: Runtime, profile: str) -> None:
        self._runtime = runtime
        self._profile = profile

    def __getitem__(self, model_type: ModelType) -> tuple[str, ...]:
        """At least one name. Raises `ModelNotFound` that says what to pull."""
        rows = [
            row
            for row in self._runtime.models(model_type)
            if row.model_properties.get("pull_profiles") and row.status.code == "active"
        ]
        wanted = "standard" if self._profile == "auto" else self._profile
        preferred = [row for row in rows if wanted in row.model_properties["pull_profiles"]]
        chosen = preferred or (rows if self._profile == "auto" else [])
        if not chosen:
            raise ModelNotFound(f"no local {model_type} model is installed; run: modelruntime pull {wanted}")
        names = tuple(f"{row.provider}/{row.model}" for row in chosen)
        return names if model_type is ModelType.TTS else names[:1]
