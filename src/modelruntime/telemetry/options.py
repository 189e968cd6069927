"""What an operator may say about telemetry."""

from __future__ import annotations

from typing import Literal

import msgspec

from modelruntime.entities.secret import Secret

Level = Literal["debug", "info", "warning", "error"]
Format = Literal["auto", "json", "text"]


class LogOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is logged and how. `auto` is text on a terminal and JSON elsewhere."""

    level: Level = "info"
    format: Format = "auto"
    calls: bool = True
    """A line for each call."""


class MetricsOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Prometheus' metrics. Off unless this section is there."""

    host: str = "127.0.0.1"
    port: int | None = None
    """A port of its own, 0 for any free one; without one they are served at `/metrics` beside the API, and need a token there."""
    token: Secret | None = None
    """What a scraper must send as `Authorization: Bearer …`."""


class TracingOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """OpenTelemetry's spans and metrics over OTLP/HTTP. Off unless this section is there; where they go, and with which headers,
    say the variables `OTEL_EXPORTER_OTLP_*` unless `endpoint` does."""

    endpoint: str | None = None
    service: str = "modelruntime"
    version: Literal["v1_41", "latest"] | None = None
    """Of the conventions; without it what `OTEL_SEMCONV_STABILITY_OPT_IN` says."""
    content: Literal["none", "span"] = "none"
    """Whether what was said goes into spans."""
    propagate_to: tuple[str, ...] = ()
    """Providers whose requests carry `traceparent`; `*` is all."""


class TelemetryOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All of it."""

    logs: LogOptions = LogOptions()
    metrics: MetricsOptions | None = None
    tracing: TracingOptions | None = None
