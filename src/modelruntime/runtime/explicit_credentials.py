"""Credentials given to the constructor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from modelruntime.entities.model_type import ModelType
from modelruntime.runtime.credential_source import CustomModel


class ExplicitCredentials:
    """`{"provider": {…}}`, `{"provider/model": {…}}` and a list of customizable models."""

    name = "Runtime(credentials=…)"
    trusted = True

    def __init__(self, credentials: Mapping[str, Mapping[str, Any]], models: Sequence[CustomModel] = ()) -> None:
        self._credentials = {key: dict(value) for key, value in credentials.items()}
        self._models = tuple(models)

    def for_provider(self, provider: str) -> Mapping[str, Any] | None:
        """The entry under the provider's id."""
        return self._credentials.get(provider)

    def for_model(self, provider: str, model_type: ModelType, model: str) -> Mapping[str, Any] | None:
        """A customizable model's, else the entry under `provider/model`."""
        for row in self._models:
            if (row.provider, row.model_type, row.model) == (provider, model_type, model):
                return row.credentials
        return self._credentials.get(f"{provider}/{model}")

    def custom_models(self) -> tuple[CustomModel, ...]:
        """The models given."""
        return self._models
