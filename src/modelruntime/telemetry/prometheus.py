"""The metrics of a gateway for Prometheus, fed by the record of each call.

Labels have few values each: paths and codes are ours, models are those that have answered (`known_models.py`). Keys and
workspaces are no labels: the ledger knows them.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector

from modelruntime.entities.model_type import ModelType
from modelruntime.runtime.call_record import CallRecord
from modelruntime.telemetry.gauges import Gauges
from modelruntime.telemetry.known_models import KnownModels
from modelruntime.telemetry.tally import Count, Counted, Histogram, Spread

log = logging.getLogger("modelruntime.telemetry")
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_CALL = ("endpoint", "model_type", "provider", "model")
_MODEL = ("provider", "model")
_OVERHEAD = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0)
_CallKey = tuple[str, ModelType, str | None, str | None, int, str | None]
_TryKey = tuple[str, str, str | None]
_GONE = "client_closed_request"


class _Ended(NamedTuple):
    """What calls of one kind and one end count in."""

    model: tuple[str, str]
    requests: Count
    seconds: Histogram
    overhead: Histogram
    tokens: dict[str, Count]
    """By kind, those that were told."""
    cost: dict[str, Count]
    """By currency."""


class _Tried(NamedTuple):
    """What attempts at one model with one end count in."""

    attempts: Count
    seconds: Histogram


class PrometheusMetrics(Collector):
    """A ledger that counts. All numbers start at zero with the process."""

    def __init__(self) -> None:
        self.gauges = Gauges()
        self._refused: Mapping[str, int] = {}
        self._known = KnownModels()
        self._requests = Counted("modelruntime_requests", "Calls that ended, by what the client got.", (*_CALL, "status", "code"))
        self._overhead = Spread("modelruntime_overhead_seconds", "Time the gateway itself took.", ("endpoint",), _OVERHEAD)
        self._seconds = Spread("modelruntime_request_seconds", "Whole time of a call.", _CALL, _SECONDS)
        self._upstream = Spread("modelruntime_upstream_seconds", "Time of one attempt at a vendor.", _MODEL, _SECONDS)
        self._first = Spread("modelruntime_first_token_seconds", "Until the first item of a stream.", _MODEL, _SECONDS)
        self._tokens = Counted("modelruntime_tokens", "Tokens; input and output include the others.", (*_MODEL, "kind"))
        self._cost = Counted("modelruntime_cost", "Money, as far as prices are known.", (*_MODEL, "currency"))
        self._attempts = Counted("modelruntime_attempts", "Attempts, by how they ended.", (*_MODEL, "outcome"))
        self._aborts = Counted("modelruntime_stream_aborts", "Streams that broke off after they began.", ("side",))
        self._cached = Counted("modelruntime_cache_hits", "Calls answered from the gateway's own cache.", ("endpoint",))
        self._calls: dict[_CallKey, _Ended] = {}
        self._tries: dict[_TryKey, _Tried] = {}
        self.registry = CollectorRegistry(auto_describe=False)
        self.registry.register(self)

    def settle_all(self, records: Iterable[CallRecord]) -> None:
        """Calls are over. What was refused is counted where all of it is known."""
        for record in records:
            if not record.refused:
                try:
                    self._count(record)
                except Exception:
                    log.exception("the call %s cannot be counted", record.id)

    def _count(self, record: CallRecord) -> None:
        ended = self._ended(record)
        ended.requests.value += 1.0
        ended.seconds.observe(record.seconds)
        ended.overhead.observe(record.overhead_seconds)
        if record.cached:
            self._cached.of((record.endpoint,)).value += 1.0
        for attempt in record.attempts:
            tried = self._tried(attempt.provider, attempt.model, attempt.error)
            tried.attempts.value += 1.0
            tried.seconds.observe(attempt.seconds)
        if record.first_token_seconds is not None:
            self._first.of(ended.model).observe(record.first_token_seconds)
            if record.code is not None:
                self._aborts.of(("client" if record.code == _GONE else "upstream",)).value += 1.0
        money, given, made = record.cost, record.usage.input, record.usage.output
        tokens = ended.tokens
        if given.total is not None:
            (tokens.get("input") or self._tokens_of(ended, "input")).value += given.total
        if made.total is not None:
            (tokens.get("output") or self._tokens_of(ended, "output")).value += made.total
        if given.cache_read is not None:
            (tokens.get("cache_read") or self._tokens_of(ended, "cache_read")).value += given.cache_read
        if given.cache_write is not None:
            (tokens.get("cache_write") or self._tokens_of(ended, "cache_write")).value += given.cache_write
        if made.reasoning is not None:
            (tokens.get("reasoning") or self._tokens_of(ended, "reasoning")).value += made.reasoning
        if money is not None and money.total is not None:
            (ended.cost.get(money.currency) or self._cost_of(ended, money.currency)).value += float(money.total)

    def _ended(self, record: CallRecord) -> _Ended:
        """What calls that end like this one count in. Kept for models that are known: the labels of others may change yet."""
        key = (record.endpoint, record.model_type, record.provider, record.model, record.status, record.code)
        found = self._calls.get(key)
        if found is None:
            model = self._known.labels(record.provider, record.model, record.status < 400)
            labels = (record.endpoint, record.model_type.value, *model)
            requests = self._requests.of((*labels, str(record.status), record.code or ""))
            found = _Ended(model, requests, self._seconds.of(labels), self._overhead.of((record.endpoint,)), {}, {})
            if model == (record.provider, record.model):
                self._calls[key] = found
        return found

    def _tried(self, provider: str, model: str, error: str | None) -> _Tried:
        """The same of attempts."""
        key = (provider, model, error)
        found = self._tries.get(key)
        if found is None:
            labels = self._known.labels(provider, model, error is None)
            found = _Tried(self._attempts.of((*labels, error or "ok")), self._upstream.of(labels))
            if labels == (provider, model):
                self._tries[key] = found
        return found

    def _tokens_of(self, ended: _Ended, kind: str) -> Count:
        found = ended.tokens[kind] = self._tokens.of((*ended.model, kind))
        return found

    def _cost_of(self, ended: _Ended, currency: str) -> Count:
        found = ended.cost[currency] = self._cost.of((*ended.model, currency))
        return found

    def count_refused(self, refused: Mapping[str, int]) -> None:
        """Where it is counted, by code, what was refused before any model was asked: not all of that has a record."""
        self._refused = refused

    def collect(self) -> Iterable[Metric]:
        """What prometheus-client asks at each scrape."""
        return self._families()

    def exposition(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self.registry)

    def _families(self) -> Iterator[Metric]:
        counted = (self._requests, self._tokens, self._cost, self._attempts, self._aborts, self._cached)
        yield from (each.family() for each in counted)
        yield from (each.family() for each in (self._overhead, self._seconds, self._upstream, self._first))
        refused = CounterMetricFamily("modelruntime_refused", "Requests refused before any model was asked.", labels=("code",))
        for code, count in self._refused.items():
            refused.add_metric((code,), count)
        yield refused
        yield from self.gauges.families()
