"""What an operator set, compiled: immutable, swapped whole."""

from __future__ import annotations

import msgspec

from modelruntime.gateway.gateway_key import GatewayKey


class Route(msgspec.Struct, frozen=True):
    """A name of the operator's that stands for several models, tried in order."""

    name: str
    targets: tuple[str, ...]


class Configuration(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the data plane asks on the way of a request; no database is."""

    revision: str = "0"
    pepper: bytes
    """Mixed into the digests of keys; whoever steals those alone can try nothing."""
    keys: dict[str, GatewayKey] = {}
    aliases: dict[str, str] = {}
    """A client's name for a model → `provider/model`."""
    routes: dict[str, Route] = {}
    timeout: float = 600.0
    """Seconds that a whole call may take, fallbacks included."""

    def targets_of(self, name: str) -> tuple[str, ...]:
        """The models behind a name, in the order in which they are tried."""
        if (route := self.routes.get(name)) is not None:
            return route.targets
        return (self.aliases.get(name, name),)
