"""Everything that an operator sets under a name, with what each may be."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from modelruntime.entities.errors import ModelNotFound, ParameterInvalid
from modelruntime.entities.model_type import ModelType
from modelruntime.runtime.model_reference import parse_reference
from modelruntime.schema.price_override import override_price
from modelruntime.store.configuration import CallPolicy, OwnPrice, Route, RouteTarget, Strategy
from modelruntime.store.named_values import NamedValues
from modelruntime.store.settings import check_setting
from modelruntime.store.tables import ALIASES, BALANCING, DEFAULT_MODELS, POLICIES, PRICES, ROUTES, SETTINGS


def aliases() -> NamedValues[str]:
    """A client's name for a model → `provider/model`, or the name of a route."""
    return NamedValues(ALIASES, "alias", str, _check_alias)


def routes() -> NamedValues[Route]:
    """Name → several models. A route's own `name` is its key."""
    return NamedValues(ROUTES, "route", Route, _check_route)


def default_models() -> NamedValues[str]:
    """Model type → the model that is meant where a client names none."""
    return NamedValues(DEFAULT_MODELS, "default model", str, _check_default)


def balancing() -> NamedValues[Strategy]:
    """Provider, or `provider/model` → how its stored credentials share the load."""
    return NamedValues(BALANCING, "balancing", Strategy, _any)


def policies() -> NamedValues[CallPolicy]:
    """`provider/model` or the name of a route → what is switched on for it."""
    return NamedValues(POLICIES, "policy", CallPolicy, _check_policy)


def prices() -> NamedValues[OwnPrice]:
    """Provider or `provider/model` → the operator's own price. Amounts are texts: money is exact."""
    return NamedValues(PRICES, "price", OwnPrice, _check_price)


def settings() -> NamedValues[Any]:
    """The gateway's settings, see `settings.py` for names, meanings and defaults."""
    return NamedValues(SETTINGS, "setting", Any, check_setting)


def _any(name: str, value: object) -> None:
    """Everything that its type allows."""


def _check_model(name: str, field: str, kind: ModelType = ModelType.LLM) -> None:
    try:
        parse_reference(name, kind)
    except ModelNotFound as cause:
        raise ParameterInvalid(f"{name!r} names no model: write provider/model", field=field) from cause


def _check_alias(name: str, value: str) -> None:
    if not value or value == name:
        raise ParameterInvalid("an alias stands for provider/model or for a route", field="model")


def _check_route(name: str, value: Route) -> None:
    if value.name != name:
        raise ParameterInvalid("a route is kept under its own name", field="name")
    if not value.targets:
        raise ParameterInvalid(f"the route {name!r} leads nowhere: give it at least one model", field="targets")
    for target in value.targets:
        _check_target(target)


def _check_target(target: RouteTarget) -> None:
    _check_model(target.model, "targets")
    if target.weight < 0:
        raise ParameterInvalid("the weight of a target is 0 or more", field="targets")


def _check_default(name: str, value: str) -> None:
    try:
        kind = ModelType(name)
    except ValueError as cause:
        raise ParameterInvalid(f"{name!r} is no model type: {', '.join(ModelType)}", field="model_type") from cause
    _check_model(value, "model", kind)


def _check_policy(name: str, value: CallPolicy) -> None:
    for field in ("cache_seconds", "hedge_seconds"):
        seconds: float | None = getattr(value, field)
        if seconds is not None and not 0 < seconds < 10**9:
            raise ParameterInvalid(f"{field} must be above 0; leave it out to switch it off", field=field)


def _check_price(name: str, value: OwnPrice) -> None:
    override_price(None, value.overrides or {"input": Decimal(0)}, discount=value.discount)
