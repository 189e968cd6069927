"""Secrets are planted everywhere a secret may stand; then everything that leaves the process is searched for them.

Two kinds: keys that look like keys, which patterns find too, and plain words, which only whoever knows the call's own
credentials can find.
"""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any

import pytest
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from modelruntime.gateway.app import POSTS
from modelruntime.gateway.ledgers import Ledgers
from modelruntime.store.configuration import StoredCredential
from modelruntime.telemetry.log_ledger import LogLedger
from modelruntime.telemetry.logs import configure_logs
from modelruntime.telemetry.options import LogOptions, TracingOptions
from modelruntime.telemetry.prometheus import PrometheusMetrics
from modelruntime.telemetry.server_span import TracedApplication
from modelruntime.telemetry.tracing import Tracing
from modelruntime.transports.contract import TransportOptions
from tests.gateway.serving import KEY as GATEWAY_KEY
from tests.gateway.serving import Kept, Running, configuration, serving
from tests.simulators.openai_family import DECLARATION
from tests.simulators.raw_server import CHUNKED, RawServer, Script, answer, chunk

VENDOR_KEYS = ("sk-CaNaRy-0123456789abcdef", "CaNaRyplainword7")
GATEWAY_SECRET = GATEWAY_KEY.partition(".")[2]
IN_QUERY = DECLARATION.replace("auth: {bearer: api_key}", "auth: {query_key: {name: key, value: api_key}}")
IN_HEADER = DECLARATION.replace("auth: {bearer: api_key}", "auth: {header: {name: x-vendor-key, value: api_key}}")

REPLY = {
    "id": "c1",
    "model": "sim-chat",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "hi"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 3, "completion_tokens": 1},
}


def delta(text: str) -> bytes:
    return chunk(b"data: " + json.dumps({"choices": [{"index": 0, "delta": {"content": text}}]}).encode() + b"\n\n")


def told(key: str, status: str, *headers: str) -> Script:
    body = {
        "error": {"message": f"Incorrect API key provided: {key}. See https://u:{key}@x.test/?key={key}", "code": key, "type": key}
    }
    return (answer(json.dumps(body).encode(), "Content-Type: application/json", *headers, status=status),)


def scripts(key: str) -> dict[str, Script]:
    """How a vendor may answer, the key repeated wherever it can be."""
    error = json.dumps({"error": {"message": f"the key {key} was revoked", "code": key}}).encode()
    return {
        "good": (answer(json.dumps(REPLY).encode(), "Content-Type: application/json"),),
        "refused": told(key, "401 No", f"x-request-id: {key}", f"www-authenticate: Bearer {key}"),
        "bad request": told(key, "400 Bad"),
        "not found": told(key, "404 Gone"),
        "too many": told(key, "429 Slow", "retry-after: 60"),
        "outage": (answer(f"<html>{key}</html>".encode(), "Content-Type: text/html", status="500 Broken"),),
        "redirect": (answer(b"", f"Location: http://u:{key}@x.test/?key={key}", status="302 Found"),),
        "no JSON": (answer(f"key={key}".encode(), "Content-Type: application/json"),),
        "broken HTTP": (f"HTTP/1.1 {key}\r\n\r\n".encode(), "close"),
        "hangs up": ("close",),
        "silent": ("stall",),
        "breaks off": (CHUNKED, delta("a"), "reset"),
        "error in stream": (CHUNKED, delta("a"), chunk(b"data: " + error + b"\n\n"), b"0\r\n\r\n"),
    }


CASES = list(scripts(""))


class Everything:
    """All that leaves a gateway beside its replies."""

    def __init__(self) -> None:
        self.log = io.StringIO()
        configure_logs(LogOptions(level="debug", format="json"), self.log)
        self._spans, self._reader = InMemorySpanExporter(), InMemoryMetricReader()
        self.tracing = Tracing(TracingOptions(), SimpleSpanProcessor(self._spans), self._reader)
        self.metrics, self.kept = PrometheusMetrics(), Kept()
        self.ledger = Ledgers(self.kept, self.metrics, LogLedger(self.log), LogLedger(), at_once=[self.tracing.ledger])
        self.replies: list[str] = []

    def text(self) -> str:
        data = self._reader.get_metrics_data()
        return "\n".join(
            (
                self.log.getvalue(),
                *(span.to_json() for span in self._spans.get_finished_spans()),
                data.to_json() if data is not None else "",
                self.metrics.exposition().decode(),
                repr(self.kept.records),
                *self.replies,
            )
        )


@pytest.fixture
def everything() -> Iterator[Everything]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    found = Everything()
    yield found
    found.tracing.close()
    root.handlers[:] = before
    root.setLevel(level)


@pytest.fixture(scope="session")
def environ(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return {"MODELRUNTIME_CACHE": str(tmp_path_factory.mktemp("compiled"))}


def ask(running: Running, everything: Everything, path: str, body: bytes, **headers: str) -> int:
    connection = HTTPConnection(*running.address, timeout=10)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("POST", path, body, {"authorization": f"Bearer {GATEWAY_KEY}", **named})
        found = connection.getresponse()
        everything.replies.append(f"{found.status} {found.getheaders()} {found.read().decode()}")
        return found.status
    finally:
        connection.close()


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("key", VENDOR_KEYS)
@pytest.mark.parametrize("case", CASES)
def test_no_secret_leaves(everything: Everything, environ: dict[str, str], case: str, key: str, stream: bool):
    with RawServer(scripts(key)[case]) as vendor:
        stored = StoredCredential(id="c1", provider="sim", values={"api_key": key, "base_url": f"{vendor.url}v1"})
        arguments: dict[str, Any] = {
            "documents": [DECLARATION],
            "environ": environ,
            "observers": [everything.tracing.observer],
            "transport_options": TransportOptions(guard_allow_stored=("127.0.0.0/8",)),
        }
        with gateway(arguments, everything, credentials=(stored,), timeout=0.5 if case == "silent" else 30.0) as running:
            body = {"model": "sim/sim-chat", "messages": [{"role": "user", "content": "hello"}], "stream": stream}
            status = ask(running, everything, "/v1/chat/completions", json.dumps(body).encode())
        assert vendor.requests, "the vendor was asked"
        assert any(key.encode() in request for request in vendor.requests), "and got the key"
    if case == "good" and not stream:
        assert status == 200
    text = everything.text()
    assert '"event":"call"' in text
    assert "chat sim-chat" in text
    assert "modelruntime_requests_total" in text
    assert key not in text
    assert GATEWAY_SECRET not in text


def gateway(arguments: dict[str, Any], everything: Everything, **changes: Any) -> Any:
    return serving(
        arguments,
        configuration(**changes),
        ledger=everything.ledger,
        around=lambda application: TracedApplication(application, POSTS, everything.tracing.tracers),
    )


@pytest.mark.parametrize("declaration", [IN_QUERY, IN_HEADER], ids=["in the query", "in a header"])
@pytest.mark.parametrize("key", VENDOR_KEYS)
def test_a_key_elsewhere_in_the_request_does_not_leave_either(
    everything: Everything, environ: dict[str, str], declaration: str, key: str
):
    with RawServer(("close",)) as vendor:
        arguments = {
            "documents": [declaration],
            "environ": environ,
            "observers": [everything.tracing.observer],
            "credentials": {"sim": {"api_key": key, "base_url": f"{vendor.url}v1"}},
        }
        with gateway(arguments, everything) as running:
            body = b'{"model": "sim/sim-chat", "messages": [{"role": "user", "content": "hello"}]}'
            assert ask(running, everything, "/v1/chat/completions", body) == 502
        assert any(key.encode() in request for request in vendor.requests)
    assert key not in everything.text()


@pytest.mark.parametrize(
    "url", ["http://user:CaNaRyplainword7@x.test/v1", "x://CaNaRyplainword7", "http://CaNaRyplainword7:99999/v1"]
)
def test_a_secret_in_a_base_url_is_refused_without_being_said(everything: Everything, environ: dict[str, str], url: str):
    arguments = {"documents": [DECLARATION], "environ": environ, "credentials": {"sim": {"api_key": "k-12345", "base_url": url}}}
    with gateway(arguments, everything) as running:
        body = b'{"model": "sim/sim-chat", "messages": [{"role": "user", "content": "hello"}]}'
        assert ask(running, everything, "/v1/chat/completions", body) >= 400
    assert "user:CaNaRy" not in everything.text()
    assert "x://CaNaRy" not in everything.text()


def test_what_a_client_puts_in_the_wrong_place_is_not_logged(everything: Everything, environ: dict[str, str]):
    """A key as a model's name, in a path, a query, an id or a header. The client's own reply may repeat its own words."""
    secret = "sk-CaNaRy-0123456789abcdef"
    with gateway({"documents": [DECLARATION], "environ": environ}, everything) as running:
        ask(running, everything, "/v1/chat/completions", json.dumps({"model": secret, "messages": []}).encode())
        ask(running, everything, f"/v1/{secret}", b"{}")
        ask(running, everything, f"/v1/chat/completions?key={secret}", b"{}", x_request_id=secret, cookie=f"session={secret}")
        ask(running, everything, "/v1/chat/completions", b"{}", authorization=f"Bearer {secret}")
        ask(running, everything, "/v1/chat/completions", f'{{"model": "sim/{secret}", "messages": [], "{secret}": 1}}'.encode())
    everything.replies.clear()
    everything.kept.records.clear()
    assert secret not in everything.text()


def test_a_failure_of_the_gateway_s_own_is_logged_without_what_looks_like_a_key(
    everything: Everything, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
):
    from modelruntime.gateway.exchange import Exchange

    def broken(self: Exchange, *_: object) -> None:
        raise RuntimeError(f"Authorization: Bearer CaNaRy-0123456789abcdef at https://u:CaNaRyplainword7@x.test with {GATEWAY_KEY}")

    monkeypatch.setattr(Exchange, "json", broken)
    with gateway({"documents": [DECLARATION], "environ": environ}, everything) as running:
        assert ask(running, everything, "/v1/chat/completions", b"{}") == 500
    text = everything.text()
    assert "RuntimeError" in text
    assert "CaNaRy" not in text
    assert GATEWAY_SECRET not in text
