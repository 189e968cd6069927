"""What Prometheus reads after calls."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from modelruntime.entities.usage import InputUsage, Usage
from modelruntime.telemetry.known_models import KnownModels
from modelruntime.telemetry.prometheus import PrometheusMetrics
from tests.telemetry.records import attempt, record

MODEL = {"provider": "sim", "model": "sim-chat"}
OTHER = {"provider": "other", "model": "other"}


def sample(metrics: PrometheusMetrics, name: str, **labels: str) -> float | None:
    """The value of the sample that has these labels and maybe others; None without one."""
    for family in text_string_to_metric_families(metrics.exposition().decode()):
        for found in family.samples:
            if found.name == name and labels.items() <= found.labels.items():
                return float(found.value)
    return None


@pytest.mark.parametrize(
    "name, labels, value",
    [
        ("modelruntime_requests_total", {**MODEL, "endpoint": "/v1/chat/completions", "status": "200", "code": ""}, 2),
        ("modelruntime_tokens_total", {**MODEL, "kind": "input"}, 200),
        ("modelruntime_tokens_total", {**MODEL, "kind": "output"}, 40),
        ("modelruntime_tokens_total", {**MODEL, "kind": "cache_read"}, 80),
        ("modelruntime_tokens_total", {**MODEL, "kind": "reasoning"}, 10),
        ("modelruntime_tokens_total", {**MODEL, "kind": "cache_write"}, None),
        ("modelruntime_cost_total", {**MODEL, "currency": "USD"}, 0.06),
        ("modelruntime_attempts_total", {**MODEL, "outcome": "ok"}, 2),
        ("modelruntime_overhead_seconds_count", {"endpoint": "/v1/chat/completions"}, 2),
        ("modelruntime_overhead_seconds_sum", {}, 0.004),
        ("modelruntime_overhead_seconds_bucket", {"le": "0.001"}, 0),
        ("modelruntime_overhead_seconds_bucket", {"le": "0.0025"}, 2),
        ("modelruntime_overhead_seconds_bucket", {"le": "+Inf"}, 2),
        ("modelruntime_upstream_seconds_sum", MODEL, 0.6),
        ("modelruntime_first_token_seconds_count", MODEL, 2),
        ("modelruntime_request_seconds_bucket", {**MODEL, "le": "0.25"}, 0),
        ("modelruntime_request_seconds_bucket", {**MODEL, "le": "0.5"}, 2),
    ],
)
def test_two_good_calls(name: str, labels: dict[str, str], value: float | None):
    metrics = PrometheusMetrics()
    metrics.settle_all([record()])
    metrics.settle_all([record(id="req_2")])
    assert sample(metrics, name, **labels) == (value if value is None else pytest.approx(value))


@pytest.mark.parametrize(
    "changes, name, labels",
    [
        ({"status": 499, "code": "client_closed_request"}, "modelruntime_stream_aborts_total", {"side": "client"}),
        ({"status": 502, "code": "upstream_incomplete"}, "modelruntime_stream_aborts_total", {"side": "upstream"}),
        ({"status": 504, "code": "upstream_timeout"}, "modelruntime_requests_total", {"status": "504", "code": "upstream_timeout"}),
        ({"attempts": (attempt(error="TimedOut"),)}, "modelruntime_attempts_total", {"outcome": "TimedOut"}),
        ({"cached": True}, "modelruntime_cache_hits_total", {"endpoint": "/v1/chat/completions"}),
    ],
)
def test_how_a_call_ended(changes: dict[str, Any], name: str, labels: dict[str, str]):
    metrics = PrometheusMetrics()
    metrics.settle_all([record(**changes)])
    assert sample(metrics, name, **labels) == 1


def test_a_stream_that_failed_before_its_first_item_did_not_break_off():
    metrics = PrometheusMetrics()
    metrics.settle_all([record(status=502, code="upstream_unreachable", first_token_seconds=None)])
    assert sample(metrics, "modelruntime_stream_aborts_total") is None


def test_names_that_a_client_makes_up_are_no_labels():
    metrics = PrometheusMetrics()
    metrics.settle_all([record()])
    for number in range(3000):
        failed = attempt(model=f"made-up-{number}", error="ModelNotFound")
        metrics.settle_all([record(model=f"made-up-{number}", status=404, code="model_not_found", attempts=(failed,))])
    assert b"made-up" not in metrics.exposition()
    assert sample(metrics, "modelruntime_requests_total", status="404", provider="sim", model="other") == 3000


def test_so_many_models_at_most():
    known = KnownModels(at_most=2)
    asked = [("sim", "a"), ("sim", "b"), ("sim", "c"), ("sim", "a"), ("new", "d")]
    shown = [known.labels(provider, model, True) for provider, model in asked]
    assert shown == [("sim", "a"), ("sim", "b"), ("sim", "other"), ("sim", "a"), ("other", "other")]
    assert known.labels(None, None, True) == ("other", "other")


def test_each_is_counted_once_and_one_that_cannot_be_takes_nothing_from_the_others(caplog: pytest.LogCaptureFixture):
    metrics = PrometheusMetrics()
    endless = Usage(input=InputUsage(total=10**400))
    metrics.settle_all([record(), record(usage=endless), record()])
    metrics.settle_all([record()])
    assert sample(metrics, "modelruntime_requests_total", status="200") == 4
    assert sample(metrics, "modelruntime_tokens_total", kind="output") == 3 * 20
    assert "cannot be counted" in caplog.text


def test_a_model_has_its_own_labels_from_its_first_answer():
    metrics = PrometheusMetrics()
    failed = record(status=502, code="c", attempts=(attempt(error="TimedOut"),))
    for made in (failed, record(), failed, failed):
        metrics.settle_all([made])
    assert sample(metrics, "modelruntime_requests_total", status="502", model="other") == 1
    assert sample(metrics, "modelruntime_requests_total", status="502", model="sim-chat") == 2
    assert sample(metrics, "modelruntime_attempts_total", outcome="TimedOut", model="sim-chat") == 2


def test_what_others_hold():
    metrics, refused = PrometheusMetrics(), Counter({"rate_limited": 3})
    metrics.count_refused(refused)
    metrics.gauges.register("modelruntime_outbox_depth", "Records that wait.", lambda: 7)
    metrics.gauges.register("modelruntime_breaker_open", "1 while open.", lambda: {("sim",): 1.0, ("b",): 0.0}, ("provider",))

    def broken() -> float:
        raise RuntimeError("gone")

    metrics.gauges.register("modelruntime_broken", "Never.", broken)
    refused["rate_limited"] += 1
    assert sample(metrics, "modelruntime_refused_total", code="rate_limited") == 4
    assert sample(metrics, "modelruntime_outbox_depth") == 7
    assert sample(metrics, "modelruntime_breaker_open", provider="sim") == 1
    assert sample(metrics, "modelruntime_broken") is None


def test_the_cost_of_a_call():
    """CPU of one record, the best of some rounds: 10 µs is the budget, and a busy machine gets three times that."""
    metrics, made = PrometheusMetrics(), record()
    rounds, best = 500, float("inf")
    for _ in range(10):
        began = time.process_time()
        for _ in range(rounds):
            metrics.settle_all([made])
        best = min(best, (time.process_time() - began) / rounds)
    assert best < 30e-6
