"""A provider as the API shows it: everything that a page needs to draw it, and nothing secret."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

import msgspec

from modelruntime.admin.stored_status import StatusView, explained
from modelruntime.entities.errors import CredentialsInvalid
from modelruntime.entities.model_type import ModelType
from modelruntime.runtime.core import Core
from modelruntime.runtime.credential_finding import find_credentials
from modelruntime.runtime.listing import Listing
from modelruntime.schema.catalogue import Catalogue
from modelruntime.schema.form import FormField, FormSchema, ModelFormSchema
from modelruntime.schema.i18n import I18nText
from modelruntime.schema.icon import ICON_KINDS
from modelruntime.schema.provider import ProviderHelp, ProviderSchema
from modelruntime.store.configuration import Configuration


class ProviderRow(msgspec.Struct, frozen=True, kw_only=True):
    """A provider in a list."""

    provider: str
    aliases: tuple[str, ...]
    label: I18nText
    description: I18nText | None
    icons: dict[str, dict[str, str]]
    """Kind (`icon_small`, …) → language → address relative to the API; it changes with the picture."""
    background: str | None
    supported_model_types: tuple[ModelType, ...]
    configurate_methods: tuple[str, ...]
    status: StatusView
    source: str | None
    """Where its credentials come from, such as `the store` or `environment`; None without any."""
    models: dict[str, int]
    """Model type → how many are declared."""
    help: ProviderHelp | None


class EnvironmentField(msgspec.Struct, frozen=True):
    """A field that an environment variable of the gateway fills: it cannot be changed here."""

    field: str
    environment_variable: str


class ProviderDetail(ProviderRow, frozen=True, kw_only=True):
    """A provider with its forms."""

    provider_credential_schema: FormSchema | None
    model_credential_schema: ModelFormSchema | None
    environment: tuple[EnvironmentField, ...]
    probes: bool
    """Can its credentials be tried at the vendor? Else only their form is checked."""
    lists_models: bool
    """Has the vendor a list of models to fetch?"""
    telemetry_name: str | None


class ProviderViews:
    """Rows over one runtime's knowledge."""

    def __init__(self, core: Core, configuration: Configuration, workspace: str) -> None:
        self._core = core
        self._configuration = configuration
        self._workspace = workspace
        self._listing = Listing(core)

    def rows(self) -> list[ProviderRow]:
        """Every provider, in the declared order."""
        return [self.row(self._core.catalogue.provider(name)) for name in self._core.catalogue.provider_ids()]

    def row(self, schema: ProviderSchema) -> ProviderRow:
        """One provider."""
        return ProviderRow(**self._facts(schema))

    def detail(self, name: str) -> ProviderDetail:
        """One provider with its forms. Raises `ModelNotFound`."""
        schema = self._core.catalogue.provider(name)
        return ProviderDetail(
            **self._facts(schema),
            provider_credential_schema=schema.provider_credential_schema,
            model_credential_schema=schema.model_credential_schema,
            environment=_environment(self._core, schema),
            probes=schema.probe is not None,
            lists_models="fetch-from-remote" in schema.configurate_methods,
            telemetry_name=schema.telemetry_name,
        )

    def _facts(self, schema: ProviderSchema) -> dict[str, Any]:
        return {
            "provider": schema.provider,
            "aliases": schema.aliases,
            "label": schema.label,
            "description": schema.description,
            "icons": icon_addresses(self._core.catalogue, schema),
            "background": schema.background,
            "supported_model_types": schema.supported_model_types,
            "configurate_methods": schema.configurate_methods,
            "status": explained(self._listing.provider_status(schema), schema.provider, self._configuration, self._workspace),
            "source": self._source(schema),
            "models": dict(Counter(str(model.model_type) for model in self._core.catalogue.models(schema.provider))),
            "help": schema.help,
        }

    def _source(self, schema: ProviderSchema) -> str | None:
        if not schema.supported_model_types:
            return None
        try:
            kind = schema.supported_model_types[0]
            return find_credentials(schema, kind, "", given=None, sources=self._core.resolver.sources).source
        except CredentialsInvalid:
            return None


_digests: dict[tuple[str, str, str, str], str] = {}
"""Of icons, by folder, provider, kind and language: files of an installed declaration do not change while we run."""


def icon_addresses(catalogue: Catalogue, schema: ProviderSchema) -> dict[str, dict[str, str]]:
    """The addresses of a provider's icons."""
    found: dict[str, dict[str, str]] = {}
    for kind in ICON_KINDS:
        for language in getattr(schema, kind):
            key = (schema.folder or "", schema.provider, kind, language)
            if key not in _digests:
                icon = catalogue.icon(schema.provider, kind, language)
                _digests[key] = hashlib.sha256(icon[0]).hexdigest()[:12] if icon else ""
            if _digests[key]:
                found.setdefault(kind, {})[language] = f"providers/{schema.provider}/icons/{kind}/{language}?v={_digests[key]}"
    return found


def _fields(schema: ProviderSchema) -> tuple[FormField, ...]:
    forms = (schema.provider_credential_schema, schema.model_credential_schema)
    return tuple(field for form in forms if form is not None for field in form.credential_form_schemas)


def _environment(core: Core, schema: ProviderSchema) -> tuple[EnvironmentField, ...]:
    """Nothing where no variable is read: for a posted declaration, or in a gateway that was told to read none."""
    kinds = schema.supported_model_types[:1]
    read = [source for source in core.resolver.sources if source.name == "environment"]
    if not any(
        each.for_provider(schema.provider) or any(each.for_model(schema.provider, kind, "") for kind in kinds) for each in read
    ):
        return ()
    fields = _fields(schema)
    found = {field.variable: name for field in fields for name in reversed(field.env) if core.environ.get(name, "").strip()}
    return tuple(EnvironmentField(field, name) for field, name in found.items())
