"""Every model in few bytes, for pages that show and search all of them: what a row of a list shows, each different value once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from modelruntime.admin.model_view import ModelRow
from modelruntime.admin.stored_status import StatusView
from modelruntime.entities.model_type import ModelType
from modelruntime.schema.i18n import I18nText
from modelruntime.schema.model import Limits
from modelruntime.schema.price import Price


class IndexTables(msgspec.Struct, frozen=True, kw_only=True):
    """Each different value of a column, in the order in which they are met."""

    provider: list[str]
    model_type: list[ModelType]
    status: list[StatusView]
    features: list[tuple[str, ...] | None]
    """None: unknown."""
    limits: list[Limits]
    """`context` and `input` alone."""
    pricing: list[Price | None]
    """What a list shows: `input`, `output` and `request`, with the operator's own price applied."""
    label: list[I18nText | None]
    """None: the model's name."""


class IndexColumns(msgspec.Struct, frozen=True, kw_only=True):
    """Lists of one length. `model` holds the names; each other one holds places in the table of the same name."""

    model: list[str]
    provider: list[int]
    model_type: list[int]
    status: list[int]
    features: list[int]
    limits: list[int]
    pricing: list[int]
    label: list[int]


class ModelIndex(msgspec.Struct, frozen=True, kw_only=True):
    """Models by provider, type, position."""

    tables: IndexTables
    columns: IndexColumns
    disabled: list[int]
    """Where in the columns the models are that an operator switched off."""


def model_index(rows: Iterable[ModelRow]) -> ModelIndex:
    """The rows of a list, made small."""
    kept = list(rows)
    tables: dict[str, list[Any]] = {}
    columns: dict[str, list[Any]] = {"model": [row.model for row in kept]}
    for name, shown in _SHOWN.items():
        tables[name], columns[name] = _told_once(shown(row) for row in kept)
    disabled = [at for at, row in enumerate(kept) if not row.enabled]
    return ModelIndex(tables=IndexTables(**tables), columns=IndexColumns(**columns), disabled=disabled)


def _told_once(values: Iterable[Any]) -> tuple[list[Any], list[int]]:
    """The different values, and for each value where among them it is."""
    places: dict[bytes, int] = {}
    table: list[Any] = []
    column: list[int] = []
    for value in values:
        at = places.setdefault(msgspec.json.encode(value), len(table))
        if at == len(table):
            table.append(value)
        column.append(at)
    return table, column


def _limits(row: ModelRow) -> Limits:
    return Limits(context=row.limits.context, input=row.limits.input)


def _pricing(row: ModelRow) -> Price | None:
    price = row.pricing
    if price is None:
        return None
    return Price(
        currency=price.currency, per=price.per, unit=price.unit, input=price.input, output=price.output, request=price.request
    )


def _label(row: ModelRow) -> I18nText | None:
    return None if set(row.label.values()) == {row.model} else row.label


_SHOWN: dict[str, Callable[[ModelRow], Any]] = {
    "provider": lambda row: row.provider,
    "model_type": lambda row: row.model_type,
    "status": lambda row: row.status,
    "features": lambda row: row.features,
    "limits": _limits,
    "pricing": _pricing,
    "label": _label,
}
