"""A model as the API shows it, usable or not, with what to do about it."""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.admin.stored_status import MODEL_OFF, StatusView, explained
from modelruntime.entities.model_type import ModelType
from modelruntime.runtime.listing import ModelInfo
from modelruntime.schema.fact_source import FactSource
from modelruntime.schema.i18n import I18nText
from modelruntime.schema.model import Deprecation, Limits, Modalities, ModelSchema
from modelruntime.schema.parameter_rule import ParameterRule
from modelruntime.schema.price import Price
from modelruntime.schema.price_override import override_price
from modelruntime.store.configuration import Configuration, OwnPrice


class ModelRow(msgspec.Struct, frozen=True, kw_only=True):
    """A model in a list."""

    provider: str
    model: str
    model_type: ModelType
    label: I18nText
    status: StatusView
    enabled: bool
    """False: an operator switched it off."""
    features: tuple[str, ...] | None
    """None: unknown."""
    limits: Limits
    model_properties: dict[str, Any]
    pricing: Price | None
    """With the operator's own price applied."""
    own_price: bool
    fetch_from: str
    deprecated: bool


class ModelDetail(ModelRow, frozen=True, kw_only=True):
    """A model with all that is declared of it."""

    parameter_rules: tuple[ParameterRule, ...]
    declared_pricing: Price | None
    modalities: Modalities | None
    reasoning: dict[str, Any] | None
    released: str | None
    deprecation: Deprecation | None
    source: tuple[FactSource, ...]
    declared: bool
    """Does a declaration describe it? Else it comes from the vendor's list or from a user."""


def model_name(info: ModelInfo) -> str:
    """How settings name it: `type/provider/model`."""
    return f"{info.model_type}/{info.provider}/{info.model}"


def own_price(configuration: Configuration, provider: str, model: str) -> OwnPrice | None:
    """The operator's price of a model; the model's own goes before its provider's."""
    return configuration.prices.get(f"{provider}/{model}") or configuration.prices.get(provider)


def undiscounted_price(configuration: Configuration, provider: str, model: str, pricing: Price | None) -> Price | None:
    """What a model is counted at before a discount of the operator's is taken off."""
    own = own_price(configuration, provider, model)
    return override_price(pricing, own.overrides) if own else pricing


def model_row(info: ModelInfo, configuration: Configuration, workspace: str) -> ModelRow:
    """One row."""
    return ModelRow(**_facts(info, configuration, workspace))


def model_detail(info: ModelInfo, configuration: Configuration, workspace: str, declared: ModelSchema | None) -> ModelDetail:
    """One model."""
    return ModelDetail(
        **_facts(info, configuration, workspace),
        parameter_rules=info.parameter_rules,
        declared_pricing=info.pricing,
        modalities=declared.modalities if declared else None,
        reasoning=declared.reasoning if declared else None,
        released=declared.released if declared else None,
        deprecation=declared.deprecation if declared else None,
        source=declared.source if declared else (),
        declared=declared is not None,
    )


def _facts(info: ModelInfo, configuration: Configuration, workspace: str) -> dict[str, Any]:
    enabled = model_name(info) not in configuration.disabled
    own = own_price(configuration, info.provider, info.model)
    return {
        "provider": info.provider,
        "model": info.model,
        "model_type": info.model_type,
        "label": info.label,
        "status": explained(info.status, info.provider, configuration, workspace, info.model)
        if enabled or info.status.code != "active"
        else MODEL_OFF,
        "enabled": enabled,
        "features": info.features,
        "limits": info.limits,
        "model_properties": info.model_properties,
        "pricing": override_price(info.pricing, own.overrides, discount=own.discount) if own else info.pricing,
        "own_price": own is not None,
        "fetch_from": info.fetch_from,
        "deprecated": info.deprecated,
    }
