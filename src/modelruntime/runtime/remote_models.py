"""The vendor's own list of models, merged with what is declared."""

from __future__ import annotations

import time

import msgspec
from msgspec.structs import replace

from modelruntime.codecs.contract import RemoteModel
from modelruntime.entities.errors import (
    ConnectionFailed,
    InvokeError,
    ModelNotFound,
    RateLimited,
    ServerUnavailable,
    StreamIncomplete,
    TimedOut,
)
from modelruntime.runtime.core import Core
from modelruntime.runtime.credential_finding import find_credentials
from modelruntime.runtime.credential_validation import list_models
from modelruntime.runtime.effects import Plan
from modelruntime.runtime.remote_list import RemoteList, asked_as
from modelruntime.runtime.remote_merging import merged
from modelruntime.schema.catalogue import Catalogue
from modelruntime.schema.model import ModelSchema
from modelruntime.schema.price import Price
from modelruntime.schema.provider import ProviderSchema

TTL_SECONDS = 3600.0
"""A list is asked for anew after this long."""

OUTAGES = (ConnectionFailed, ServerUnavailable, TimedOut, RateLimited, StreamIncomplete)
"""Failures that a list fetched before outlives. A refused key is none of them: it must be told."""


class RemoteModels(msgspec.Struct, frozen=True, kw_only=True):
    """The models of a vendor's own list."""

    models: tuple[ModelSchema, ...]
    """Merged with the declarations."""
    fetched_at: float
    """Seconds since the epoch."""
    added: tuple[str, ...] = ()
    """Ids that the vendor lists and nobody declares: their rules are unknown, and their prices unless the list tells them."""
    untyped: tuple[str, ...] = ()
    """Those of them whose type the vendor does not state although it serves several: they stand under the first of its types,
    `llm` where it has that, and may be called as any."""
    missing: tuple[str, ...] = ()
    """Ids that are declared, not as deprecated, and that the vendor does not list."""
    prices: dict[str, Price] = {}
    """What the list itself says of prices, by `type/model`; a declared price holds all the same."""
    outage: InvokeError | None = None
    """Why the vendor could not be asked now: the list is the one fetched before."""


def fetch_models_plan(core: Core, provider: ProviderSchema, *, refresh: bool) -> Plan[RemoteModels]:
    """The models the vendor lists, kept for an hour, across processes too.

    When the vendor cannot be asked, the list fetched before is given, with the reason in `outage`. Raises
    `CredentialsInvalid`, `ModelNotFound` when the provider has no list, or the vendor's `InvokeError`.
    """
    if "fetch-from-remote" not in provider.configurate_methods:
        raise ModelNotFound(f"{provider.provider} declares no list of models to fetch", provider=provider.provider)
    types = provider.supported_model_types
    credentials = find_credentials(provider, types[0], "", given=None, sources=core.resolver.sources)
    who = asked_as(core.resolver.base_url(provider, None, credentials.values), credentials.values)
    known = core.remote.get(provider.provider)
    if known is not None and known.asked_as != who:
        known = None
    if known is not None and not refresh and 0 <= time.time() - known.fetched_at < TTL_SECONDS:
        return listed(core.catalogue, provider, known)
    try:
        rows: tuple[RemoteModel, ...] = yield from list_models(core, provider, credentials)
    except OUTAGES as outage:
        if known is None:
            raise
        outage.provider = outage.provider or provider.provider
        return replace(listed(core.catalogue, provider, known), outage=outage)
    found = RemoteList(tuple(rows), time.time(), who)
    core.remote.keep(provider.provider, found)
    return listed(core.catalogue, provider, found)


def listed(catalogue: Catalogue, provider: ProviderSchema, found: RemoteList) -> RemoteModels:
    """The list beside the declarations."""
    models = tuple(merged(catalogue, provider, found.rows))
    declared = {schema.model: schema for schema in catalogue.models(provider.provider)}
    ids = {row.id for row in found.rows}
    wire = {schema.wire_model for schema in declared.values()}
    added = [row for row in found.rows if row.id not in declared and row.id not in wire]
    several = len(provider.supported_model_types) > 1
    return RemoteModels(
        models=models,
        fetched_at=found.fetched_at,
        prices={
            f"{schema.model_type}/{schema.model}": row.pricing
            for schema, row in zip(models, found.rows, strict=True)
            if row.pricing is not None
        },
        added=tuple(row.id for row in added),
        untyped=tuple(row.id for row in added if several and row.model_type is None),
        missing=tuple(
            name for name, schema in declared.items() if not schema.deprecated and not ids & {name, schema.wire_model or name}
        ),
    )
