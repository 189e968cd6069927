"""The metrics of several workers as one text, each sample with its worker."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector


class _Merged(Collector):
    def __init__(self, texts: Mapping[int, bytes], further: Iterable[Metric]) -> None:
        self._texts, self._further = texts, further

    def collect(self) -> Iterator[Metric]:
        families: dict[str, Metric] = {}
        for worker, text in self._texts.items():
            for family in text_string_to_metric_families(text.decode()):
                merged = families.setdefault(family.name, Metric(family.name, family.documentation, family.type))
                for sample in family.samples:
                    merged.add_sample(sample.name, {**sample.labels, "worker": str(worker)}, sample.value)
        yield from families.values()
        yield from self._further


def merged_metrics(texts: Mapping[int, bytes], further: Iterable[Metric] = ()) -> bytes:
    """Prometheus' text of all workers, and of `further` families that have none."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Merged(texts, further))
    return generate_latest(registry)
