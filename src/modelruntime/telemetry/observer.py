"""Spans and metrics of every attempt, for the library and the gateway alike: `Runtime(observers=[OpenTelemetryObserver()])`.

Needs the extra `otel`. Without an SDK that someone set up, OpenTelemetry's API does nothing and costs next to nothing.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from opentelemetry import context, metrics, trace
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from modelruntime import __version__
from modelruntime.entities.errors import ModelRuntimeError
from modelruntime.runtime.observers import CallInfo
from modelruntime.runtime.redaction import redact
from modelruntime.telemetry import genai
from modelruntime.telemetry.attributes import Attributes, common_attributes, request_attributes, response_attributes
from modelruntime.telemetry.client_metrics import ClientMetrics
from modelruntime.telemetry.content import input_messages, output_messages

SCOPE = "modelruntime"
Content = Literal["none", "span"]
"""Whether what was said goes into spans: not at all, or as attributes."""


class OpenTelemetryObserver:
    """A client span and the metrics for each attempt.

    `version` is that of the conventions (by default what `OTEL_SEMCONV_STABILITY_OPT_IN` says), `content` whether what was said
    goes into spans, `propagate_to` the providers whose requests carry `traceparent` (`*`: all; by default none: a vendor has no
    business with it). Providers of tracers and meters are the global ones unless given.
    """

    def __init__(
        self,
        *,
        version: genai.Version | None = None,
        content: Content = "none",
        propagate_to: Iterable[str] = (),
        tracer_provider: trace.TracerProvider | None = None,
        meter_provider: metrics.MeterProvider | None = None,
    ) -> None:
        self._names = genai.NAMES[version or genai.version_from(os.environ)]
        self._tracer = trace.get_tracer(SCOPE, __version__, tracer_provider)
        self._metrics = ClientMetrics(metrics.get_meter(SCOPE, __version__, meter_provider), self._names)
        self._content = content
        self._propagate_to = frozenset(propagate_to)
        self._propagator = TraceContextTextMapPropagator()
        self._open: dict[tuple[str, int], _Open] = {}

    def on_start(self, info: CallInfo) -> None:
        """A span begins, under whatever span is current."""
        common = common_attributes(info)
        span = self._tracer.start_span(
            f"{common[genai.OPERATION]} {common[genai.REQUEST_MODEL]}",
            context.get_current(),
            SpanKind.CLIENT,
            {**common, **request_attributes(info), **(input_messages(info.call) if self._content == "span" else {})},
        )
        self._open[info.id, info.attempt] = _Open(span, common)

    def on_event(self, info: CallInfo, event: Any) -> None:
        """The first item of a stream tells how long it took."""
        found = self._open.get((info.id, info.attempt))
        if found is not None and found.first is None:
            found.first = time.perf_counter() - found.began

    def on_end(self, info: CallInfo, result: Any) -> None:
        """It succeeded."""
        found = self._open.pop((info.id, info.attempt), None)
        if found is None:
            return
        if found.span.is_recording():
            found.span.set_attributes(response_attributes(result, self._names))
            if found.first is not None:
                found.span.set_attribute(genai.TIME_TO_FIRST_CHUNK, found.first)
            if self._content == "span":
                found.span.set_attributes(output_messages(result))
        self._finish(found, getattr(result, "usage", None))

    def on_error(self, info: CallInfo, error: BaseException) -> None:
        """It failed, or its caller has gone: that is no error of the vendor's, and the status stays unset."""
        found = self._open.pop((info.id, info.attempt), None)
        if found is None:
            return
        gone = isinstance(error, GeneratorExit)
        kind = "cancelled" if gone else type(error).__name__
        found.span.set_attribute(genai.ERROR_TYPE, kind)
        if not gone:
            message = error.message if isinstance(error, ModelRuntimeError) else kind
            found.span.set_status(Status(StatusCode.ERROR, redact(message)))
        found.common = {**found.common, genai.ERROR_TYPE: kind}
        self._finish(found, None)

    def headers(self, info: CallInfo) -> Mapping[str, str]:
        """`traceparent` and `tracestate` for the vendor, where it shall have them."""
        found = self._open.get((info.id, info.attempt))
        if found is None or not ("*" in self._propagate_to or info.provider in self._propagate_to):
            return {}
        carrier: dict[str, str] = {}
        self._propagator.inject(carrier, trace.set_span_in_context(found.span))
        return carrier

    def _finish(self, found: _Open, usage: Any) -> None:
        self._metrics.record(found.common, time.perf_counter() - found.began, found.first, usage)
        found.span.end()


class _Open:
    """A span that has begun."""

    __slots__ = ("began", "common", "first", "span")

    def __init__(self, span: Span, common: Attributes) -> None:
        self.span = span
        self.common = common
        self.began = time.perf_counter()
        self.first: float | None = None
