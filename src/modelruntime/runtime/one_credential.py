"""One credential of several, for a call that is to use this one and no other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modelruntime.entities.model_type import ModelType
from modelruntime.runtime.credential_source import CustomModel


class OneCredential:
    """A credential source that holds a single filled form: of a provider, or, with `model` and `model_type`, of one customizable
    model."""

    name = "the store"

    def __init__(
        self,
        credential_id: str,
        provider: str,
        model: str | None,
        model_type: ModelType | None,
        values: Mapping[str, Any],
    ) -> None:
        self.id = credential_id
        self._provider = provider
        self._model = model
        self._model_type = model_type
        self._values = values

    def for_provider(self, provider: str) -> Mapping[str, Any] | None:
        """The form, where it is the provider's."""
        return self._values if self._model is None and provider == self._provider else None

    def for_model(self, provider: str, model_type: ModelType, model: str) -> Mapping[str, Any] | None:
        """The form, where it is the model's."""
        return self._values if (provider, model_type, model) == (self._provider, self._model_type, self._model) else None

    def custom_models(self) -> tuple[CustomModel, ...]:
        """None: it is asked for one model only."""
        return ()
