"""The credentials of one workspace, as the runtime asks for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from modelruntime.entities.model_type import ModelType
from modelruntime.runtime.credential_source import CustomModel
from modelruntime.store.configuration import StoredCredential


class StoredCredentials:
    """A credential source over the active ones."""

    name = "the store"
    trusted = False

    def __init__(self, rows: Sequence[StoredCredential], workspace: str) -> None:
        usable = [row for row in rows if row.workspace == workspace and row.active and row.enabled and not row.locked]
        self._general = {row.provider: row.values for row in usable if row.model is None}
        self._own = {(row.provider, row.model_type, row.model): row for row in usable if row.model is not None}

    def for_provider(self, provider: str) -> Mapping[str, Any] | None:
        """The active credential of the provider."""
        return self._general.get(provider)

    def for_model(self, provider: str, model_type: ModelType, model: str) -> Mapping[str, Any] | None:
        """The active credential of a customizable model."""
        row = self._own.get((provider, model_type, model))
        return None if row is None else row.values

    def custom_models(self) -> tuple[CustomModel, ...]:
        """Every model that has credentials of its own."""
        return tuple(
            CustomModel(provider=provider, model=model, model_type=kind, credentials=row.values)
            for (provider, kind, model), row in self._own.items()
            if kind is not None and model is not None
        )
