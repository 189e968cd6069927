"""What an operator sets under a name: aliases, routes, policies, prices, defaults, balancing."""

from __future__ import annotations

from typing import Any

from modelruntime.admin.money import check_amount
from modelruntime.admin.named_routes import named_routes
from modelruntime.admin.route import Route
from modelruntime.codecs.json_value import is_array, is_object
from modelruntime.store.configuration import CallPolicy, OwnPrice, Strategy
from modelruntime.store.configuration import Route as ModelRoute

AMOUNTS = frozenset(
    {"input", "output", "cache_read", "cache_write", "cache_write_1h", "reasoning"}
    | {"audio_input", "audio_output", "image_input", "request", "unit"}
)


def _anything(value: Any) -> None:
    """The store judges it."""


def _check_price(value: OwnPrice) -> None:
    for name, amount in value.overrides.items():
        if name in AMOUNTS and amount is not None:
            check_amount(amount, f"value.overrides.{name}")
    tiers = value.overrides.get("tiers")
    for tier in filter(is_object, tiers if is_array(tiers) else ()):
        for name, amount in tier.items():
            if name in AMOUNTS and amount is not None:
                check_amount(amount, f"value.overrides.tiers.{name}")
    if value.discount is not None:
        check_amount(value.discount, "value.discount")


ROUTES: tuple[Route, ...] = (
    *named_routes(
        "/aliases",
        "alias",
        "A client's name for a model, and the `provider/model` or route that it stands for.",
        str,
        lambda services: services.store.aliases,
        _anything,
        "edit",
    ),
    *named_routes(
        "/routes",
        "route",
        "A name that stands for several models, and how one of them is chosen; the others are fallbacks.",
        ModelRoute,
        lambda services: services.store.routes,
        _anything,
        "edit",
    ),
    *named_routes(
        "/policies",
        "policy",
        "What is switched on for a `provider/model` or a route: cache, hedging, coalescing.",
        CallPolicy,
        lambda services: services.store.policies,
        _anything,
        "edit",
    ),
    *named_routes(
        "/prices",
        "price",
        "An operator's own price of a provider or `provider/model`: amounts in place of the declared ones, and a discount.",
        OwnPrice,
        lambda services: services.store.prices,
        _check_price,
        "operate",  # a budget is worth nothing where whoever spends it sets the price
    ),
    *named_routes(
        "/default-models",
        "default model",
        "A model type, and the `provider/model` that is meant where a client names none.",
        str,
        lambda services: services.store.default_models,
        _anything,
        "edit",
    ),
    *named_routes(
        "/balancing",
        "balancing",
        "A provider or `provider/model`, and how its stored credentials share the load.",
        Strategy,
        lambda services: services.store.balancing,
        _anything,
        "edit",
    ),
)
