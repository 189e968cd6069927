"""The metrics of a client, under the names of one version of the conventions."""

from __future__ import annotations

from typing import Any

from opentelemetry.metrics import Histogram, Meter

from modelruntime.entities.usage import Usage
from modelruntime.telemetry import genai
from modelruntime.telemetry.attributes import Attributes, token_counts

_TOTALS = ("input", "output")


class ClientMetrics:
    """Instruments, each made once."""

    def __init__(self, meter: Meter, names: genai.Names) -> None:
        self._names = names
        self._seconds = {
            name: _histogram(meter, name, "s", genai.SECONDS) for name in {*names.duration.values(), names.first_chunk}
        }
        self._tokens = {name: _histogram(meter, name, "{token}", genai.TOKENS) for name in set(names.token_histogram.values())}
        self._counters = {kind: meter.create_counter(name, "{token}") for kind, name in names.token_counters.items()}

    def record(self, common: Attributes, seconds: float, first: float | None, usage: Any) -> None:
        """One attempt that is over."""
        operation = common[genai.OPERATION]
        self._seconds[self._names.duration_of(operation)].record(seconds, common)
        if first is not None:
            self._seconds[self._names.first_chunk].record(first, common)
        if not isinstance(usage, Usage):
            return
        counts = token_counts(usage)
        for kind in _TOTALS:
            name = self._names.tokens_of(operation, kind)
            if name is not None and kind in counts:
                self._tokens[name].record(counts[kind], {**common, genai.TOKEN_TYPE: kind})
        if self._counters and genai.is_inference(operation):
            for kind, count in counts.items():
                self._counters[kind].add(count, {**common, genai.TOKEN_MODALITY: "text"})


def _histogram(meter: Meter, name: str, unit: str, bounds: tuple[float, ...]) -> Histogram:
    return meter.create_histogram(name, unit, explicit_bucket_boundaries_advisory=bounds)
