"""The metrics of a gateway for Prometheus, fed by the record of each call.

Labels have few values each: paths and codes are ours, models are those that have answered (`known_models.py`). Keys and
workspaces are no labels: the ledger knows them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector

from modelruntime.runtime.call_record import CallRecord
from modelruntime.telemetry.attributes import token_counts
from modelruntime.telemetry.gauges import Gauges
from modelruntime.telemetry.known_models import KnownModels
from modelruntime.telemetry.tally import Counted, Spread

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_CALL = ("endpoint", "model_type", "provider", "model")
_MODEL = ("provider", "model")
_OVERHEAD = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0)
_GONE = "client_closed_request"


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
        self.registry = CollectorRegistry(auto_describe=False)
        self.registry.register(self)

    def settle(self, record: CallRecord) -> None:
        """A call is over. What was refused is counted where all of it is known."""
        if record.refused:
            return
        model = self._known.labels(record.provider, record.model, record.status < 400)
        endpoint = record.endpoint
        call = (endpoint, record.model_type.value, *model)
        self._requests.add((*call, str(record.status), record.code or ""))
        self._seconds.observe(call, record.seconds)
        self._overhead.observe((endpoint,), record.overhead_seconds)
        if record.cached:
            self._cached.add((endpoint,))
        for attempt in record.attempts:
            tried = self._known.labels(attempt.provider, attempt.model, attempt.error is None)
            self._attempts.add((*tried, attempt.error or "ok"))
            self._upstream.observe(tried, attempt.seconds)
        if record.first_token_seconds is not None:
            self._first.observe(model, record.first_token_seconds)
            if record.code is not None:
                self._aborts.add(("client" if record.code == _GONE else "upstream",))
        for kind, count in token_counts(record.usage).items():
            self._tokens.add((*model, kind), count)
        if record.cost is not None and record.cost.total is not None:
            self._cost.add((*model, record.cost.currency), float(record.cost.total))

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
