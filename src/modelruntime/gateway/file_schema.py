"""What may stand in the gateway's file. Times in seconds unless a name says otherwise; what is left out has its default."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from modelruntime.entities.secret import Secret
from modelruntime.gateway.limits import EdgeLimits
from modelruntime.store.configuration import CallPolicy, Strategy
from modelruntime.store.gateway_key import KeyLimits
from modelruntime.telemetry.options import TelemetryOptions

Positive = Annotated[float, msgspec.Meta(gt=0)]
NotNegative = Annotated[float, msgspec.Meta(ge=0)]
Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]
Workers = Annotated[int, msgspec.Meta(ge=1, le=256)]
Origin = Annotated[str, msgspec.Meta(pattern=r"^https?://[a-z0-9.\-\[\]:]+$")]
"""As a browser writes it: scheme, host, and the port where it is not the usual one."""


class FileKeyLimits(KeyLimits, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a key may use."""


class FileEdgeLimits(EdgeLimits, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Sizes in bytes and times against clients that send too much or too slowly."""


class FileCallPolicy(CallPolicy, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is switched on for a model or a route."""


class KeyEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A key of the file; `key` is its text as `modelruntime keys new` prints it."""

    key: Secret
    name: str = ""
    models: tuple[str, ...] = ()
    workspace: str = "default"
    expires: datetime | None = None
    """With its time zone, else it is UTC."""
    limits: FileKeyLimits | None = None
    may_delete_models: bool = False


class RouteEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A route that is more than a list of models."""

    models: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    strategy: Strategy = "ordered"
    weights: tuple[Annotated[int, msgspec.Meta(ge=1)], ...] = ()
    """One for each model; 1 without."""


class Listen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where to listen; port 0 is any free one."""

    host: str = "127.0.0.1"
    port: Port = 8080


class Drain(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to leave after SIGTERM: `lame_duck` long not ready but serving, then `limit` for calls that are open."""

    lame_duck: NotNegative = 0.0
    limit: NotNegative = 30.0


class Egress(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which private addresses users of the store may name: networks (CIDR) and `host:port`."""

    allow: tuple[str, ...] = ()


class FileRetention(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many days things are kept; None is for ever."""

    content_days: Positive = 30.0
    ledger_days: Positive | None = None
    audit_days: Positive | None = None


class ConsolePages(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who may show the console's frames (`/console/embed/…`) in pages of their own, and is told what happens there."""

    frame_origins: tuple[Origin, ...] = ()


class GatewayFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole file."""

    keys: tuple[KeyEntry, ...] = ()
    aliases: dict[str, str] = {}
    routes: dict[str, tuple[str, ...] | RouteEntry] = {}
    credentials: dict[str, dict[str, Any]] = {}
    balancing: dict[str, Strategy] = {}
    policies: dict[str, FileCallPolicy] = {}
    defaults: dict[str, str] = {}
    kept_by: dict[Literal["completions", "responses"], str] = {}
    disabled: tuple[str, ...] = ()
    """`type/provider/model`."""
    timeout: Positive = 600.0
    keep_content: bool = False

    providers: tuple[str, ...] = ()
    endpoints: dict[str, str] = {}
    environment: bool = True
    """Whether the process environment and this user's own configuration may fill in credentials."""
    listen: Listen = Listen()
    workers: Workers = 1
    drain: Drain = Drain()
    edge: FileEdgeLimits = FileEdgeLimits()
    data: str | None = None
    """The data directory."""
    database: Secret | None = None
    """A URL; without it SQLite in the data directory."""
    valkey: Secret | None = None
    """A URL; without it limits are each process's own."""
    egress: Egress = Egress()
    telemetry: TelemetryOptions = TelemetryOptions()
    retention: FileRetention = FileRetention()
    console: ConsolePages = ConsolePages()

    def __repr__(self) -> str:
        return "GatewayFile(…)"  # it holds credentials as plain text


HOT = (
    *("keys", "aliases", "routes", "credentials", "balancing", "policies", "defaults", "kept_by"),
    *("disabled", "timeout", "keep_content", "retention"),
)
"""Fields that take effect while the gateway runs; the others when it starts."""


def cold_changes(before: GatewayFile, after: GatewayFile) -> list[str]:
    """Fields that differ and need a restart."""
    fields = (name for name in GatewayFile.__struct_fields__ if name not in HOT)
    return [name for name in fields if getattr(before, name) != getattr(after, name)]
