"""OpenTelemetry's SDK with an exporter over OTLP/HTTP: what the gateway sets up where its file says `tracing`.

The library sets up nothing: there the application owns the SDK.
"""

from __future__ import annotations

from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from modelruntime import __version__
from modelruntime.telemetry.observer import OpenTelemetryObserver
from modelruntime.telemetry.options import TracingOptions
from modelruntime.telemetry.server_span import ServerMetrics


class Tracing:
    """Providers that belong to one process, and what feeds them. `processor` and `reader` take the place of the exporters."""

    def __init__(self, options: TracingOptions, processor: SpanProcessor | None = None, reader: MetricReader | None = None) -> None:
        resource = Resource.create({"service.name": options.service, "service.version": __version__})
        base = options.endpoint.rstrip("/") if options.endpoint else None
        self.tracers = TracerProvider(resource=resource, shutdown_on_exit=False)
        self.tracers.add_span_processor(processor or BatchSpanProcessor(OTLPSpanExporter(_path(base, "traces"))))
        self.meters = MeterProvider(
            [reader or PeriodicExportingMetricReader(OTLPMetricExporter(_path(base, "metrics")))], resource, shutdown_on_exit=False
        )
        self.observer = OpenTelemetryObserver(
            version=options.version,
            content=options.content,
            propagate_to=options.propagate_to,
            tracer_provider=self.tracers,
            meter_provider=self.meters,
        )
        self.ledger = ServerMetrics(self.meters)

    def close(self) -> None:
        """Send what waits, within some seconds, and stop."""
        self.tracers.shutdown()
        self.meters.shutdown(timeout_millis=5000)


def _path(base: str | None, signal: str) -> str | None:
    return f"{base}/v1/{signal}" if base else None
