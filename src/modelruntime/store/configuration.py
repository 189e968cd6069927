"""What an operator set, compiled: immutable, swapped whole, asked on the way of every request in place of a database."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

from modelruntime.entities.model_type import ModelType
from modelruntime.routing.strategy import Strategy as Strategy
from modelruntime.store.gateway_key import GatewayKey


class StoredCredential(msgspec.Struct, frozen=True, kw_only=True):
    """A filled form that an operator stored, secrets wrapped in `Secret`. For a provider, or for one customizable model."""

    id: str
    provider: str
    name: str = ""
    model: str | None = None
    model_type: ModelType | None = None
    workspace: str = "default"
    values: dict[str, Any] = {}
    weight: int = 1
    active: bool = True
    """The one that is used where no load is balanced."""
    enabled: bool = True
    """False: kept, but used for nothing."""
    locked: bool = False
    """Its secrets cannot be opened: the key that sealed them is missing. Used for nothing."""


class RouteTarget(msgspec.Struct, frozen=True):
    """One model behind a route; `credential` pins one of its stored credentials."""

    model: str
    weight: int = 1
    credential: str | None = None


class Route(msgspec.Struct, frozen=True):
    """A name of the operator's that stands for several models. Those that are not chosen are fallbacks, in their order."""

    name: str
    targets: tuple[RouteTarget, ...]
    strategy: Strategy = "ordered"


class CallPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator switched on for one model or route; everything is off without."""

    cache_seconds: float | None = None
    """Equal calls of one workspace are answered from memory for so long."""
    hedge_seconds: float | None = None
    """Embeddings, rerank, moderation: a second attempt starts beside one that has not answered after so long."""
    coalesce: bool = False
    """Embeddings, rerank, moderation: equal calls that are under way at once are made once."""


class OwnPrice(msgspec.Struct, frozen=True, kw_only=True):
    """An operator's own price of a model, or of all of a provider: see `schema/price_override.py`."""

    overrides: dict[str, Any] = {}
    discount: Decimal | None = None
    """0.2 is 20 % off."""


class Retention(msgspec.Struct, frozen=True, kw_only=True):
    """How many days things are kept; None is for ever."""

    content_days: float = 30.0
    ledger_days: float | None = None
    audit_days: float | None = None


class OwnNames(msgspec.Struct, frozen=True, kw_only=True):
    """What one workspace set for itself, each as in `Configuration`."""

    aliases: dict[str, str] = {}
    routes: dict[str, Route] = {}
    balancing: dict[str, Strategy] = {}
    defaults: dict[str, str] = {}
    policies: dict[str, CallPolicy] = {}
    prices: dict[str, OwnPrice] = {}


class Configuration(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the data plane asks. Aliases, routes, balancing, defaults, policies and prices are those for all
    workspaces; `seen_by` gives what one of them sees."""

    revision: str = "0"
    pepper: bytes
    """Mixed into the digests of keys; whoever steals those alone can try nothing."""
    keys: dict[str, GatewayKey] = {}
    aliases: dict[str, str] = {}
    """A client's name for a model → `provider/model`."""
    routes: dict[str, Route] = {}
    credentials: tuple[StoredCredential, ...] = ()
    own_credentials: dict[str, dict[str, Any]] = {}
    """Filled forms of the gateway's own file, by provider or `provider/model`, every text a `Secret`: for the default workspace,
    after its stored ones. Their addresses are the operator's own."""
    balancing: dict[str, Strategy] = {}
    """Provider, or `provider/model` → how its stored credentials share the load; without an entry the active one is used."""
    disabled: frozenset[str] = frozenset()
    """`type/provider/model` that an operator switched off."""
    defaults: dict[str, str] = {}
    """Model type → the model that is meant where a client names none."""
    kept_by: dict[str, str] = {}
    """`completions`, `responses` → the model whose vendor is asked for those that it keeps; without an entry nobody is."""
    policies: dict[str, CallPolicy] = {}
    """By `provider/model` or the name of a route."""
    prices: dict[str, OwnPrice] = {}
    """By provider or `provider/model`; the model's own goes first."""
    workspaces: dict[str, OwnNames] = {}
    """Workspace → what it set for itself."""
    documents: tuple[str, ...] = ()
    """Declarations of providers and overlays of models that an operator posted, as YAML text."""
    keep_content: bool = False
    """Whether what was said is kept in the log of calls."""
    timeout: float = 600.0
    """Seconds that a whole call may take, fallbacks included."""
    retention: Retention = Retention()
    """As the configuration file says it; the operator's settings go before."""

    def seen_by(self, workspace: str) -> Configuration:
        """The configuration with the workspace's own entries before those for all. An alias or a route of its own hides both an
        alias and a route of that name."""
        own = self.workspaces.get(workspace)
        if own is None:
            return self
        hidden = own.aliases.keys() | own.routes.keys()
        return msgspec.structs.replace(
            self,
            aliases={**{name: meant for name, meant in self.aliases.items() if name not in hidden}, **own.aliases},
            routes={**{name: route for name, route in self.routes.items() if name not in hidden}, **own.routes},
            balancing={**self.balancing, **own.balancing},
            defaults={**self.defaults, **own.defaults},
            policies={**self.policies, **own.policies},
            prices={**self.prices, **own.prices},
        )

    def route_of(self, name: str) -> Route:
        """The route of that name, or that an alias of that name stands for; a model is a route of one."""
        meant = name if name in self.routes else self.aliases.get(name, name)
        route = self.routes.get(meant)
        return route if route is not None else Route(name, (RouteTarget(meant),))
