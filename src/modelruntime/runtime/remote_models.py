"""The vendor's own list of models, merged with what is declared."""

from __future__ import annotations

import time
from collections.abc import Iterable

from msgspec.structs import replace

from modelruntime.codecs.contract import RemoteModel
from modelruntime.entities.errors import ModelNotFound
from modelruntime.entities.model_type import ORIGIN_ALIASES, ModelType
from modelruntime.runtime.core import Core
from modelruntime.runtime.credential_finding import find_credentials
from modelruntime.runtime.credential_validation import list_models
from modelruntime.runtime.effects import Plan
from modelruntime.schema.model import Limits, ModelSchema
from modelruntime.schema.provider import ProviderSchema

TTL_SECONDS = 3600.0


def fetch_models_plan(core: Core, provider: ProviderSchema, *, refresh: bool) -> Plan[tuple[ModelSchema, ...]]:
    """The models the vendor lists, kept for an hour. Raises `CredentialsInvalid`, `ModelNotFound` when the provider has no
    list, or the vendor's `InvokeError`; a list fetched before survives the failure."""
    if "fetch-from-remote" not in provider.configurate_methods:
        raise ModelNotFound(f"{provider.provider} declares no list of models to fetch", provider=provider.provider)
    fetched_at = core.remote_fetched.get(provider.provider)
    if not refresh and fetched_at is not None and time.monotonic() - fetched_at < TTL_SECONDS:
        return tuple(core.remote[provider.provider].values())
    types = provider.supported_model_types
    found = find_credentials(provider, types[0], "", given=None, sources=core.resolver.sources)
    rows: Iterable[RemoteModel] = yield from list_models(core, provider, found.values)
    schemas = tuple(merged(core, provider, row) for row in rows)
    core.remote[provider.provider] = {f"{schema.model_type}/{schema.model}": schema for schema in schemas}
    core.remote_fetched[provider.provider] = time.monotonic()
    return schemas


def merged(core: Core, provider: ProviderSchema, row: RemoteModel) -> ModelSchema:
    """A declared model keeps its declaration; for another one only what the vendor says is known, the rest stays unknown."""
    for model_type in _candidate_types(provider, row):
        declared = core.catalogue.model(provider.provider, model_type, row.id)
        if declared is not None:
            return replace(declared, fetch_from="fetch-from-remote")
    return ModelSchema(
        provider=provider.provider,
        model=row.id,
        model_type=_candidate_types(provider, row)[0],
        label={"en_US": row.label or row.id},
        fetch_from="fetch-from-remote",
        features=row.features,
        limits=Limits(context=row.context, output=row.max_output),
        model_properties={"context_size": row.context} if row.context is not None else {},
    )


def _candidate_types(provider: ProviderSchema, row: RemoteModel) -> tuple[ModelType, ...]:
    """The type the vendor states; without a statement any of the provider's types, `llm` first."""
    if row.model_type is not None:
        stated = ORIGIN_ALIASES.get(row.model_type)
        return (stated or ModelType(row.model_type),)
    types = provider.supported_model_types
    return tuple(sorted(types, key=lambda model_type: model_type is not ModelType.LLM)) or (ModelType.LLM,)
