"""A request through the gateway as one trace, and under one id at the vendor."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from modelruntime.gateway.app import POSTS
from modelruntime.telemetry.options import TracingOptions
from modelruntime.telemetry.server_span import TracedApplication
from modelruntime.telemetry.tracing import Tracing
from tests.gateway.serving import serving
from tests.gateway.test_edge import CHAT, post
from tests.gateway.test_web_socket import create, heard, opened
from tests.simulators.openai_family import DECLARATION, OpenAISimulator

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Traced:
    def __init__(self, **options: Any) -> None:
        self.exporter, self.reader = InMemorySpanExporter(), InMemoryMetricReader()
        self.tracing = Tracing(TracingOptions(**options), SimpleSpanProcessor(self.exporter), self.reader)

    def spans(self) -> dict[SpanKind, list[ReadableSpan]]:
        found: dict[SpanKind, list[ReadableSpan]] = {}
        for span in self.exporter.get_finished_spans():
            found.setdefault(span.kind, []).append(span)
        return found


@pytest.fixture
def traced() -> Iterator[Traced]:
    made = Traced(propagate_to=("sim",))
    yield made
    made.tracing.close()


@pytest.mark.parametrize("stream", [False, True])
def test_one_trace_from_the_client_to_the_vendor(vendor: OpenAISimulator, settings: dict[str, Any], traced: Traced, stream: bool):
    arguments = {**settings, "observers": [traced.tracing.observer]}
    body = json.dumps({**CHAT, "stream": stream}).encode()
    with serving(arguments, around=lambda application: TracedApplication(application, POSTS, traced.tracing.tracers)) as running:
        if stream:
            from tests.gateway.test_edge import raw, receive_until, request_bytes

            with raw(
                running, request_bytes({**CHAT, "stream": True}).replace(b"host: x", f"host: x\r\ntraceparent: {PARENT}".encode())
            ) as client:
                receive_until(client, b"[DONE]")
        else:
            assert post(running, "/v1/chat/completions", body, traceparent=PARENT)[0] == 200
        running.kept.settled.wait(5)
        traced.tracing.ledger.settle(running.kept.records[0])
    spans = traced.spans()
    (server,), (client_span,) = spans[SpanKind.SERVER], spans[SpanKind.CLIENT]
    assert server.name == "POST /v1/chat/completions"
    assert (server.attributes or {})["http.response.status_code"] == 200
    assert server.context is not None
    assert server.parent is not None
    assert client_span.parent is not None
    assert (f"{server.context.trace_id:032x}", f"{server.parent.span_id:016x}") == tuple(PARENT.split("-")[1:3])
    assert client_span.parent.span_id == server.context.span_id
    assert client_span.context is not None
    assert vendor.headers[-1]["traceparent"].split("-")[1:3] == [
        f"{server.context.trace_id:032x}",
        f"{client_span.context.span_id:016x}",
    ]
    data = traced.reader.get_metrics_data()
    assert data is not None
    names = {metric.name for each in data.resource_metrics for scope in each.scope_metrics for metric in scope.metrics}
    assert "gen_ai.server.request.duration" in names


def test_each_call_on_a_web_socket_has_a_span_and_the_metrics(settings: dict[str, Any], traced: Traced):
    def around(gateway: Any) -> Any:
        gateway.call = TracedApplication(gateway.call, POSTS, traced.tracing.tracers)
        return TracedApplication(gateway, POSTS, traced.tracing.tracers)

    with serving({**settings, "observers": [traced.tracing.observer]}, around=around) as running:
        with opened(running, traceparent=PARENT) as connection:
            for said, status in ((create(), "response.completed"), (create(temperature=9), "error")):
                connection.send(said)
                assert heard(connection)[-1]["type"] == status
        running.kept.settled.wait(5)
        traced.tracing.ledger.settle(running.kept.records[0])
    spans = traced.spans()
    served = [(span.name, dict(span.attributes or {})) for span in spans[SpanKind.SERVER]]
    about = {"http.request.method": "POST", "url.path": "/v1/responses", "network.protocol.name": "websocket"}
    assert served == [("POST /v1/responses", {**about, "http.response.status_code": status}) for status in (200, 400)]
    assert [f"{span.context.trace_id:032x}" for span in spans[SpanKind.SERVER] if span.context] == [PARENT.split("-")[1]] * 2
    (client_span,), server = spans[SpanKind.CLIENT], spans[SpanKind.SERVER][0]
    assert client_span.parent is not None
    assert server.context is not None
    assert client_span.parent.span_id == server.context.span_id
    data = traced.reader.get_metrics_data()
    assert data is not None
    names = {metric.name for each in data.resource_metrics for scope in each.scope_metrics for metric in scope.metrics}
    assert {"gen_ai.server.request.duration", "gen_ai.server.time_to_first_token"} <= names


def test_a_path_of_somebody_s_own_is_no_name_of_a_span(settings: dict[str, Any], traced: Traced):
    with serving(settings, around=lambda application: TracedApplication(application, POSTS, traced.tracing.tracers)) as running:
        assert post(running, "/v1/sk-CaNaRy", b"{}")[0] == 404
    (server,) = traced.spans()[SpanKind.SERVER]
    assert server.name == "POST"


@pytest.mark.parametrize("header", ["x-their-id", None])
def test_our_id_goes_to_a_vendor_that_takes_one(
    vendor: OpenAISimulator, settings: dict[str, Any], compiled: Path, header: str | None
):
    declared = (
        DECLARATION.replace("models_endpoint:", f"profile: {{client_request_id: {header}}}\nmodels_endpoint:")
        if header
        else DECLARATION
    )
    with serving({**settings, "documents": [declared]}) as running:
        post(running, "/v1/chat/completions", json.dumps(CHAT).encode(), x_request_id="mine-7")
    assert ("mine-7" in vendor.headers[-1].values()) is (header is not None)
    assert vendor.headers[-1].get("x-their-id") == ("mine-7" if header else None)
