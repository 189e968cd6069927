"""The gateway's own span around each request, and its metrics under the conventions' names for servers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Container, MutableMapping
from typing import Any

from opentelemetry import metrics, trace
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from modelruntime import __version__
from modelruntime.runtime.call_record import CallRecord
from modelruntime.runtime.redaction import redact
from modelruntime.telemetry import genai
from modelruntime.telemetry.observer import SCOPE

_Event = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[_Event]]
_Send = Callable[[_Event], Awaitable[None]]
Application = Callable[[_Event, _Receive, _Send], Awaitable[None]]
_UNTRACED = "/health/"
PATHS = 200
"""Letters of a path that a span shows."""


class TracedApplication:
    """An ASGI application with a server span around each HTTP request; a `traceparent` that comes in is its parent. A path of
    `routes` stands in the span's name; others are somebody's own and do not. A call on a web socket is a request as well where
    this stands around what serves the calls; the connection itself has no span: it may live for an hour."""

    def __init__(
        self, application: Application, routes: Container[str] = (), tracer_provider: trace.TracerProvider | None = None
    ) -> None:
        self._application = application
        self._routes = routes
        self._tracer = trace.get_tracer(SCOPE, __version__, tracer_provider)
        self._propagator = TraceContextTextMapPropagator()

    async def __call__(self, scope: _Event, receive: _Receive, send: _Send) -> None:
        """One connection event of ASGI."""
        if scope["type"] != "http" or scope["path"].startswith(_UNTRACED):
            await self._application(scope, receive, send)
            return
        carrier = {
            name.decode("latin-1"): value.decode("latin-1")
            for name, value in scope["headers"]
            if name in (b"traceparent", b"tracestate")
        }
        path = redact(scope["path"][:PATHS])
        span = self._tracer.start_span(
            f"{scope['method']} {path}" if path in self._routes else scope["method"],
            self._propagator.extract(carrier),
            SpanKind.SERVER,
            {"http.request.method": scope["method"], "url.path": path, **_protocol(scope)},
        )

        async def told(event: _Event) -> None:
            if event["type"] == "http.response.start":
                status: int = event["status"]
                span.set_attribute("http.response.status_code", status)
                if status >= 500:
                    span.set_attribute(genai.ERROR_TYPE, str(status))
                    span.set_status(Status(StatusCode.ERROR))
            await send(event)

        # what goes wrong is told in the log: an exception's text may hold anything
        with trace.use_span(span, end_on_exit=True, record_exception=False, set_status_on_exception=False):
            await self._application(scope, receive, told)


def _protocol(scope: _Event) -> dict[str, str]:
    return {"network.protocol.name": "websocket"} if scope.get("scheme") in ("ws", "wss") else {}


class ServerMetrics:
    """A ledger that feeds `gen_ai.server.*`."""

    def __init__(self, meter_provider: metrics.MeterProvider | None = None) -> None:
        meter = metrics.get_meter(SCOPE, __version__, meter_provider)
        self._seconds = meter.create_histogram(genai.SERVER_DURATION, "s", explicit_bucket_boundaries_advisory=genai.SECONDS)
        self._first = meter.create_histogram(genai.SERVER_FIRST_TOKEN, "s", explicit_bucket_boundaries_advisory=genai.SECONDS)

    def settle(self, record: CallRecord) -> None:
        """A call is over."""
        attributes: dict[str, str] = {
            genai.OPERATION: genai.operation_of(record.model_type),
            genai.PROVIDER: record.provider or "unknown",
            genai.REQUEST_MODEL: redact(record.model or "unknown"),
        }
        if record.code is not None:
            attributes[genai.ERROR_TYPE] = record.code
        self._seconds.record(record.seconds, attributes)
        if record.first_token_seconds is not None:
            self._first.record(record.first_token_seconds, attributes)
