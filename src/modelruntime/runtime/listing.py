"""What there is: providers and models with their status, configured or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from modelruntime.entities.errors import CredentialsInvalid
from modelruntime.entities.model_type import ModelType
from modelruntime.runtime.core import Core
from modelruntime.runtime.credential_finding import Credentials, find_credentials
from modelruntime.runtime.status import Status, active
from modelruntime.schema.i18n import I18nText
from modelruntime.schema.model import FetchFrom, Limits, ModelSchema
from modelruntime.schema.parameter_rule import ParameterRule
from modelruntime.schema.price import Price
from modelruntime.schema.provider import ProviderSchema


class ProviderInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A provider as listings show it. `schema` has the forms and icons."""

    provider: str
    label: I18nText
    description: I18nText | None
    supported_model_types: tuple[ModelType, ...]
    configurate_methods: tuple[str, ...]
    status: Status
    schema: ProviderSchema


class ModelInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A model as listings show it."""

    provider: str
    model: str
    model_type: ModelType
    label: I18nText
    status: Status
    features: tuple[str, ...] | None
    limits: Limits
    model_properties: dict[str, Any]
    parameter_rules: tuple[ParameterRule, ...]
    pricing: Price | None
    fetch_from: FetchFrom
    deprecated: bool


class Listing:
    """One look at a runtime's providers and models."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._found: dict[tuple[str, ModelType], Credentials | CredentialsInvalid] = {}

    def providers(self) -> list[ProviderInfo]:
        """Every provider, in the declared order."""
        return [self.provider(name) for name in self._core.catalogue.provider_ids()]

    def provider(self, name: str) -> ProviderInfo:
        """One provider. Raises `ModelNotFound` for an unknown id."""
        schema = self._core.catalogue.provider(name)
        return ProviderInfo(
            provider=schema.provider,
            label=schema.label,
            description=schema.description,
            supported_model_types=schema.supported_model_types,
            configurate_methods=schema.configurate_methods,
            status=self.provider_status(schema),
            schema=schema,
        )

    def models(self, model_type: ModelType | None = None, provider: str | None = None) -> list[ModelInfo]:
        """Every model of a type (or of all), unconfigured ones included: declared, fetched from remote, customizable."""
        return [self._info(schema) for schema in self._schemas(provider, model_type)]

    def provider_status(self, schema: ProviderSchema) -> Status:
        """`active` when some source fills the provider's form, or when a customizable model is configured."""
        types = schema.supported_model_types
        if schema.provider_credential_schema is None and schema.model_credential_schema is not None:
            id_of, sources = self._core.catalogue.id_of, self._core.resolver.sources
            if any(id_of(row.provider) == schema.provider for source in sources for row in source.custom_models()):
                return active()
            found = self._credentials(schema, types[0], "") if types else None
            return active() if isinstance(found, Credentials) and found.source != "call" else _unconfigured(schema, found)
        found = self._credentials(schema, types[0], "") if types else None
        if isinstance(found, CredentialsInvalid):
            return _unconfigured(schema, found)
        return active(self._core.verified.get((schema.provider, "")))

    def _schemas(self, provider: str | None, model_type: ModelType | None) -> Iterator[ModelSchema]:
        seen: set[tuple[str, ModelType, str]] = set()
        for schema in self._all(provider, model_type):
            key = (schema.provider, schema.model_type, schema.model)
            if key not in seen:
                seen.add(key)
                yield schema

    def _all(self, provider: str | None, model_type: ModelType | None) -> Iterator[ModelSchema]:
        id_of = self._core.catalogue.id_of
        provider = None if provider is None else id_of(provider)
        for schema in self._core.catalogue.models(provider, model_type):
            key = f"{schema.model_type}/{schema.model}"
            yield self._core.resolver.remote_models(schema.provider).get(key, schema)
        for name in self._core.catalogue.provider_ids() if provider is None else (provider,):
            rows = self._core.resolver.remote_models(name).values()
            yield from (row for row in rows if model_type in (None, row.model_type))
        for source in self._core.resolver.sources:
            for custom in source.custom_models():
                if provider in (None, id_of(custom.provider)) and model_type in (None, custom.model_type):
                    yield ModelSchema(
                        provider=id_of(custom.provider),
                        model=custom.model,
                        model_type=custom.model_type,
                        label={"en_US": custom.model},
                        fetch_from="customizable-model",
                    )

    def _info(self, schema: ModelSchema) -> ModelInfo:
        status = self.model_status(schema)
        if schema.fetch_from == "customizable-model" and status.code == "active":
            schema = self._configured(schema)
        return ModelInfo(
            provider=schema.provider,
            model=schema.model,
            model_type=schema.model_type,
            label=schema.label or {"en_US": schema.model},
            status=status,
            features=schema.features,
            limits=schema.limits,
            model_properties=schema.model_properties,
            parameter_rules=schema.parameter_rules,
            pricing=schema.pricing,
            fetch_from=schema.fetch_from,
            deprecated=schema.deprecated,
        )

    def model_status(self, schema: ModelSchema) -> Status:
        """The provider's state, then the model's own: weights missing, deprecated."""
        provider = self._core.catalogue.provider(schema.provider)
        found = self._credentials(provider, schema.model_type, schema.model)
        if isinstance(found, CredentialsInvalid):
            return _unconfigured(provider, found)
        if schema.files and not _installed(schema, self._core):
            name = f"{schema.provider}/{schema.model}"
            return Status("not-installed", "its files are not on this machine", f"run: modelruntime pull {name}")
        if schema.deprecated:
            replacement = schema.deprecation.replacement if schema.deprecation else None
            return Status("deprecated", "the vendor ends this model", f"use {replacement}" if replacement else None)
        return active(self._core.verified.get((schema.provider, "")))

    def _configured(self, schema: ModelSchema) -> ModelSchema:
        from modelruntime.runtime.model_reference import ModelReference

        reference = ModelReference(schema.provider, schema.model_type, schema.model)
        return self._core.resolver.resolve(reference).schema

    def _credentials(self, provider: ProviderSchema, model_type: ModelType, model: str) -> Credentials | CredentialsInvalid:
        if provider.model_credential_schema is not None and self._has_own(provider, model_type, model):
            return self._look(provider, model_type, model)
        key = (provider.provider, model_type)
        known = self._found.get(key)
        if known is None:  # the same for all models without credentials of their own
            known = self._found[key] = self._look(provider, model_type, model)
        return known

    def _has_own(self, provider: ProviderSchema, model_type: ModelType, model: str) -> bool:
        """Does a source know credentials of this very model, or of whichever it is asked for? True also of one that is broken:
        whoever looks finds out why."""
        names, sources = (provider.provider, *provider.aliases), self._core.resolver.sources
        try:
            return any(source.for_model(name, model_type, model) is not None for name in names for source in sources)
        except CredentialsInvalid:
            return True

    def _look(self, provider: ProviderSchema, model_type: ModelType, model: str) -> Credentials | CredentialsInvalid:
        try:
            return find_credentials(provider, model_type, model, given=None, sources=self._core.resolver.sources)
        except CredentialsInvalid as error:
            return error.with_traceback(None)  # kept, and nobody raises it again


def _unconfigured(schema: ProviderSchema, found: Credentials | CredentialsInvalid | None) -> Status:
    reason = found.message if isinstance(found, CredentialsInvalid) else "no customizable model is configured"
    where = next(iter(schema.help.url.values()), None) if schema.help else None
    return Status("no-configure", reason, f"get credentials at {where}" if where else "fill the credential form")


def _installed(schema: ModelSchema, core: Core) -> bool:
    from modelruntime.engines.store.model_store import ModelStore

    return ModelStore(environ=core.environ).installed(schema)
