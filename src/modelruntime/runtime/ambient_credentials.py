"""Credentials that this machine holds for a vendor's own tools, where the provider declares `ambient`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any, cast

from modelruntime.entities.model_type import ModelType
from modelruntime.entities.secret import Secret
from modelruntime.runtime.credential_source import CustomModel
from modelruntime.schema.ambient import Ambient
from modelruntime.schema.conditions import is_empty
from modelruntime.schema.form import FormField
from modelruntime.schema.provider import ProviderSchema

FINDERS = {
    "aws_profile": "modelruntime.runtime.aws_profile",
    "google_adc": "modelruntime.runtime.google_adc",
}
"""Source → the module whose `find` reads its files."""


class AmbientCredentials:
    """The last source: files, read when somebody asks for a provider that declares them; never the network."""

    trusted = True
    name = "this machine"

    def __init__(self, environ: Mapping[str, str], provider_schema: Callable[[str], ProviderSchema | None]) -> None:
        self._environ = environ
        self._provider_schema = provider_schema

    def for_provider(self, provider: str) -> Mapping[str, Any] | None:
        """What is found for the provider's form, None when nothing is."""
        schema = self._provider_schema(provider)
        return None if schema is None or schema.provider_credential_schema is None else self._found(schema.ambient)

    def for_model(self, provider: str, model_type: ModelType, model: str) -> Mapping[str, Any] | None:
        """What is found for the model's form, for a provider that has no provider form."""
        schema = self._provider_schema(provider)
        return self._found(schema.ambient) if schema is not None and schema.provider_credential_schema is None else None

    def custom_models(self) -> tuple[CustomModel, ...]:
        """None: a machine names no models."""
        return ()

    def completed(self, provider: ProviderSchema, fields: Sequence[FormField], values: Mapping[str, Any]) -> Mapping[str, Any]:
        """The values of another source, completed where they leave signing in to this machine. What they say themselves stays.
        A provider that was posted later gets nothing of this machine, whatever it declares."""
        ambient = provider.ambient if self._provider_schema(provider.provider) is not None else None
        if ambient is None or not ambient.is_meant_by(fields, values) or (found := self._found(ambient)) is None:
            return values
        return {**found, **{name: value for name, value in values.items() if not is_empty(value)}, **ambient.set}

    def _found(self, ambient: Ambient | None) -> Mapping[str, Any] | None:
        if ambient is None:
            return None
        find = cast("Callable[[Mapping[str, str]], dict[str, str | Secret]]", import_module(FINDERS[ambient.source]).find)
        facts = find(self._environ)
        if not any(isinstance(fact, Secret) for fact in facts.values()):
            return None  # a region or a project alone are no credentials
        return {**{variable: facts[fact] for variable, fact in ambient.fill.items() if fact in facts}, **ambient.set}
