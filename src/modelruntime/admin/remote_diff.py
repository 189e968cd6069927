"""A vendor's own list of models beside what was known before it was asked."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from modelruntime.entities.model_type import ModelType
from modelruntime.runtime.remote_models import RemoteModels
from modelruntime.schema.i18n import I18nText
from modelruntime.schema.model import ModelSchema


class ListedModel(msgspec.Struct, frozen=True, kw_only=True):
    """A model of the list."""

    model: str
    model_type: ModelType
    label: I18nText
    context: int | None
    features: tuple[str, ...] | None
    new: bool
    """It was not in the list that was fetched before."""


class ListedChange(msgspec.Struct, frozen=True, kw_only=True):
    """What the vendor says otherwise than before."""

    model: str
    model_type: ModelType
    field: str
    before: str
    after: str


class RemoteDiff(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of the vendor's brings. Prices are not in it: vendors' lists do not tell them in one way, declarations do."""

    provider: str
    fetched_at: float
    listed: int
    added: tuple[ListedModel, ...]
    """Listed, and declared by nobody: their rules and prices are unknown."""
    removed: tuple[str, ...]
    """Declared or listed before, and listed no more."""
    changed: tuple[ListedChange, ...]
    outage: str | None
    """Why the vendor could not be asked: this is the list that was fetched before."""


def remote_diff(provider: str, before: Mapping[str, ModelSchema], found: RemoteModels) -> RemoteDiff:
    """`before`: the models of the last list, by `type/model`."""
    now = {f"{schema.model_type}/{schema.model}": schema for schema in found.models}
    gone = {before[key].model for key in before.keys() - now.keys()}
    added = set(found.added)
    return RemoteDiff(
        provider=provider,
        fetched_at=found.fetched_at,
        listed=len(found.models),
        added=tuple(_listed(schema, key not in before) for key, schema in now.items() if schema.model in added),
        removed=tuple(sorted(gone | set(found.missing))),
        changed=tuple(change for key in now if key in before for change in _changes(before[key], now[key])),
        outage=found.outage.message if found.outage else None,
    )


def _listed(schema: ModelSchema, new: bool) -> ListedModel:
    return ListedModel(
        model=schema.model,
        model_type=schema.model_type,
        label=schema.label,
        context=schema.limits.context,
        features=schema.features,
        new=new,
    )


def _changes(before: ModelSchema, after: ModelSchema) -> list[ListedChange]:
    pairs: dict[str, tuple[int | tuple[str, ...] | None, int | tuple[str, ...] | None]] = {
        "context": (before.limits.context, after.limits.context),
        "output": (before.limits.output, after.limits.output),
        "features": (before.features, after.features),
    }
    return [
        ListedChange(model=after.model, model_type=after.model_type, field=field, before=_text(old), after=_text(new))
        for field, (old, new) in pairs.items()
        if old != new
    ]


def _text(value: int | tuple[str, ...] | None) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, int) else ", ".join(value)
