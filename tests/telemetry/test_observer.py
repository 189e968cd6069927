"""Spans and metrics of attempts, kept in memory."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from modelruntime import AsyncRuntime, ModelRuntimeError, Runtime
from modelruntime.telemetry.observer import OpenTelemetryObserver
from tests.simulators.openai_family import DECLARATION, KEY, OpenAISimulator, openai_simulator
from tests.simulators.raw_server import RawServer

TELLING = DECLARATION.replace("auth: {bearer: api_key}", "auth: {bearer: api_key}\ntelemetry_name: sim.ai")


class Seen:
    def __init__(self) -> None:
        self._exporter, self._reader = InMemorySpanExporter(), InMemoryMetricReader()
        self.tracers = TracerProvider()
        self.tracers.add_span_processor(SimpleSpanProcessor(self._exporter))
        self.meters = MeterProvider([self._reader])

    def observer(self, **options: Any) -> OpenTelemetryObserver:
        return OpenTelemetryObserver(tracer_provider=self.tracers, meter_provider=self.meters, **options)

    @property
    def spans(self) -> tuple[ReadableSpan, ...]:
        return self._exporter.get_finished_spans()

    def points(self) -> dict[str, list[Any]]:
        data = self._reader.get_metrics_data()
        if data is None:
            return {}
        found = [metric for each in data.resource_metrics for scope in each.scope_metrics for metric in scope.metrics]
        return {metric.name: list(metric.data.data_points) for metric in found}


@pytest.fixture
def seen() -> Iterator[Seen]:
    made = Seen()
    yield made
    made.tracers.shutdown()
    made.meters.shutdown()


@pytest.fixture
def vendor() -> Iterator[OpenAISimulator]:
    with openai_simulator() as simulator:
        yield simulator


def arguments(vendor: OpenAISimulator | RawServer, observer: OpenTelemetryObserver, key: str = KEY) -> dict[str, Any]:
    return {
        "documents": [TELLING],
        "credentials": {"sim": {"api_key": key, "base_url": vendor.url}},
        "environ": {},
        "observers": [observer],
    }


def test_a_call_is_a_client_span(vendor: OpenAISimulator, seen: Seen):
    with Runtime(**arguments(vendor, seen.observer())) as runtime:
        runtime.llm("sim/sim-chat").invoke("hello", temperature=0.5, max_tokens=9)
    (span,) = seen.spans
    assert (span.name, span.kind, span.status.status_code) == ("chat sim-chat", SpanKind.CLIENT, StatusCode.UNSET)
    said = dict(span.attributes or {})
    assert said.pop("server.port") == int(vendor.server_address[1])
    assert said == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "sim.ai",
        "gen_ai.request.model": "sim-chat",
        "gen_ai.request.temperature": 0.5,
        "gen_ai.request.max_tokens": 9,
        "gen_ai.response.model": "sim-chat",
        "gen_ai.response.id": "c1",
        "gen_ai.response.finish_reasons": ("stop",),
        "gen_ai.usage.input_tokens": 10,
        "gen_ai.usage.output_tokens": 5,
        "server.address": "127.0.0.1",
    }
    points = seen.points()
    assert set(points) == {"gen_ai.client.operation.duration", "gen_ai.client.token.usage"}
    assert {(point.attributes["gen_ai.token.type"], point.sum) for point in points["gen_ai.client.token.usage"]} == {
        ("input", 10),
        ("output", 5),
    }


async def test_a_stream_tells_its_first_chunk_and_the_newer_names(vendor: OpenAISimulator, seen: Seen):
    async with AsyncRuntime(**arguments(vendor, seen.observer(version="latest"))) as runtime:
        async for _ in runtime.llm("sim/sim-chat").stream("hello"):
            pass
    (span,) = seen.spans
    said = span.attributes or {}
    assert said["gen_ai.request.stream"] is True
    assert 0 < float(str(said["gen_ai.response.time_to_first_chunk"])) < 10
    assert said["gen_ai.response.finish_reasons"] == ("stop",)
    points = seen.points()
    assert {"gen_ai.client.inference.duration", "gen_ai.client.inference.time_to_first_chunk"} <= set(points)
    (counted,) = points["gen_ai.client.inference.usage.input_tokens"]
    assert (counted.value, counted.attributes["gen_ai.token.modality"]) == (10, "text")


def test_every_attempt_is_a_span_and_a_failure_says_its_class(vendor: OpenAISimulator, seen: Seen):
    runtime = Runtime(**arguments(vendor, seen.observer(), key="sk-wrong-CaNaRy"))
    with runtime, pytest.raises(ModelRuntimeError):
        runtime.llm("sim/sim-chat").invoke("hello", fallbacks=["sim/sim-other"])
    assert [span.name for span in seen.spans] == ["chat sim-chat", "chat sim-other"]
    assert {(span.attributes or {})["error.type"] for span in seen.spans} == {"Unauthorized"}
    assert all(span.status.status_code is StatusCode.ERROR for span in seen.spans)
    assert "CaNaRy" not in "".join(span.to_json() for span in seen.spans)
    (point,) = {point.attributes["error.type"] for point in seen.points()["gen_ai.client.operation.duration"]}
    assert point == "Unauthorized"


async def test_a_caller_who_leaves_is_no_error_of_the_vendor(vendor: OpenAISimulator, seen: Seen):
    async with AsyncRuntime(**arguments(vendor, seen.observer())) as runtime:
        stream = runtime.llm("sim/sim-chat").stream("hello")
        await anext(stream)
        await stream.aclose()
    (span,) = seen.spans
    assert ((span.attributes or {})["error.type"], span.status.status_code) == ("cancelled", StatusCode.UNSET)


async def test_a_cancelled_call_leaves_no_span_open(seen: Seen):
    with RawServer(("stall",)) as silent:
        async with AsyncRuntime(**arguments(silent, seen.observer())) as runtime:
            task = asyncio.create_task(runtime.llm("sim/sim-chat").invoke("hello"))
            assert await asyncio.to_thread(silent.saw_requests, 1, 5.0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
    assert [(span.attributes or {})["error.type"] for span in seen.spans] == ["cancelled"]


@pytest.mark.parametrize("content, told", [("none", False), ("span", True)])
def test_what_was_said_is_told_only_when_asked(vendor: OpenAISimulator, seen: Seen, content: str, told: bool):
    with Runtime(**arguments(vendor, seen.observer(content=content))) as runtime:
        runtime.llm("sim/sim-chat").invoke("hello sk-CaNaRy0123456789")
    (span,) = seen.spans
    assert ("hello" in span.to_json()) is told
    assert "CaNaRy" not in span.to_json()
    if told:
        (message,) = json.loads(str((span.attributes or {})["gen_ai.output.messages"]))
        assert (message["role"], message["finish_reason"]) == ("assistant", "stop")


@pytest.mark.parametrize("to, carried", [((), False), (("sim",), True), (("*",), True), (("other",), False)])
def test_a_vendor_gets_the_trace_only_where_it_shall(vendor: OpenAISimulator, seen: Seen, to: tuple[str, ...], carried: bool):
    with Runtime(**arguments(vendor, seen.observer(propagate_to=to))) as runtime:
        runtime.llm("sim/sim-chat").invoke("hello")
    (headers,) = vendor.headers
    assert ("traceparent" in headers) is carried
    if carried:
        (span,) = seen.spans
        assert span.context is not None
        assert headers["traceparent"].split("-")[1:3] == [f"{span.context.trace_id:032x}", f"{span.context.span_id:016x}"]


@pytest.mark.parametrize(
    "call, name",
    [
        (lambda runtime: runtime.text_embedding("sim/sim-embed").invoke(["a"]), "embeddings sim-embed"),
        (lambda runtime: runtime.rerank("sim/sim-rank").invoke("a", ["b"]), "rerank sim-rank"),
        (lambda runtime: runtime.moderation("sim/sim-judge").invoke("a"), "moderation sim-judge"),
        (lambda runtime: runtime.tts("sim/sim-mouth").invoke("a"), "speech sim-mouth"),
        (lambda runtime: runtime.speech2text("sim/sim-ear").invoke(b"RIFF----WAVE"), "transcription sim-ear"),
    ],
)
def test_every_type_has_its_span(vendor: OpenAISimulator, seen: Seen, call: Any, name: str):
    with Runtime(**arguments(vendor, seen.observer())) as runtime:
        call(runtime)
    assert [span.name for span in seen.spans] == [name]
