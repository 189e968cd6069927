"""Credentials in environment variables, as the forms declare them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from modelruntime.entities.model_type import ModelType
from modelruntime.runtime.credential_source import CustomModel
from modelruntime.schema.form_validation import form_from_environment
from modelruntime.schema.provider import ProviderSchema


class EnvironmentCredentials:
    """Each form field names the variables that fill it (`env:`). A provider that was posted later names none: whoever posts
    a declaration may not read this process's variables."""

    trusted = True
    name = "environment"

    def __init__(self, environ: Mapping[str, str], provider_schema: Callable[[str], ProviderSchema | None]) -> None:
        self._environ = environ
        self._provider_schema = provider_schema

    def for_provider(self, provider: str) -> Mapping[str, Any] | None:
        """What the provider form's variables hold, None when none is set."""
        schema = self._provider_schema(provider)
        form = None if schema is None else schema.provider_credential_schema
        return (form_from_environment(form.credential_form_schemas, self._environ) or None) if form else None

    def for_model(self, provider: str, model_type: ModelType, model: str) -> Mapping[str, Any] | None:
        """What the model form's variables hold, for a provider that has no provider form."""
        schema = self._provider_schema(provider)
        if schema is None or schema.provider_credential_schema is not None or schema.model_credential_schema is None:
            return None
        return form_from_environment(schema.model_credential_schema.credential_form_schemas, self._environ) or None

    def custom_models(self) -> tuple[CustomModel, ...]:
        """None: an environment names no models."""
        return ()
