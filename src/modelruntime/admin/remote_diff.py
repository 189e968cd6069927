"""A vendor's own list of models beside what was known before it was asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from modelruntime.entities.model_type import ModelType
from modelruntime.runtime.remote_models import RemoteModels
from modelruntime.schema.i18n import I18nText
from modelruntime.schema.model import ModelSchema
from modelruntime.schema.price import Price

COMPARED = ("input", "output", "cache_read", "cache_write")
"""The amounts of a price that a list may tell."""


class ListedModel(msgspec.Struct, frozen=True, kw_only=True):
    """A model of the list."""

    model: str
    model_type: ModelType
    label: I18nText
    context: int | None
    features: tuple[str, ...] | None
    pricing: Price | None
    """As the list tells it; None where it does not."""
    new: bool
    """It was not in the list that was fetched before."""


class ListedChange(msgspec.Struct, frozen=True, kw_only=True):
    """What the vendor says otherwise than before."""

    model: str
    model_type: ModelType
    field: str
    before: str
    after: str


class ListedPrice(msgspec.Struct, frozen=True, kw_only=True):
    """A price that the list tells otherwise than it was counted here."""

    model: str
    model_type: ModelType
    before: Price | None
    """What calls were counted at, without a discount of the operator's."""
    after: Price
    """What the list tells."""
    in_force: bool
    """Calls are counted at the list's price from now on. False: a declaration or a price of the operator's holds."""


class RemoteDiff(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of the vendor's brings. Most lists tell no prices; those that do are compared."""

    provider: str
    fetched_at: float
    listed: int
    added: tuple[ListedModel, ...]
    """Listed, and declared by nobody: their rules are unknown, and mostly their prices."""
    removed: tuple[str, ...]
    """Declared or listed before, and listed no more."""
    changed: tuple[ListedChange, ...]
    prices: tuple[ListedPrice, ...]
    outage: str | None
    """Why the vendor could not be asked: this is the list that was fetched before."""


PriceOf = Callable[[str, Price | None], Price | None]
"""What calls of a model are counted at, given the price without the operator's word."""


def remote_diff(
    provider: str,
    before: Mapping[str, ModelSchema],
    counted: Mapping[str, Price | None],
    found: RemoteModels,
    price_of: PriceOf,
) -> RemoteDiff:
    """`before`: the models of the last list; `counted`: what every model known before was counted at; both by `type/model`."""
    now = {f"{schema.model_type}/{schema.model}": schema for schema in found.models}
    gone = {before[key].model for key in before.keys() - now.keys()}
    added = set(found.added)
    return RemoteDiff(
        provider=provider,
        fetched_at=found.fetched_at,
        listed=len(found.models),
        added=tuple(
            _listed(schema, found.prices.get(key), key not in before) for key, schema in now.items() if schema.model in added
        ),
        removed=tuple(sorted(gone | set(found.missing))),
        changed=tuple(change for key in now if key in before for change in _changes(before[key], now[key])),
        prices=tuple(
            ListedPrice(
                model=schema.model,
                model_type=schema.model_type,
                before=counted[key],
                after=told,
                in_force=_agree(price_of(schema.model, schema.pricing), told),
            )
            for key, schema in now.items()
            if key in counted and (told := found.prices.get(key)) is not None and not _agree(counted[key], told)
        ),
        outage=found.outage.message if found.outage else None,
    )


def _agree(price: Price | None, told: Price) -> bool:
    """Equal in every amount that is told, whatever unit each is written in."""
    if price is None or price.currency != told.currency:
        return False
    pairs = ((getattr(price, name), getattr(told, name)) for name in COMPARED)
    return all(amount is not None and amount * price.unit == other * told.unit for amount, other in pairs if other is not None)


def _listed(schema: ModelSchema, pricing: Price | None, new: bool) -> ListedModel:
    return ListedModel(
        model=schema.model,
        model_type=schema.model_type,
        label=schema.label,
        context=schema.limits.context,
        features=schema.features,
        pricing=pricing,
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
