"""Numbers that only grow, and histograms, kept as plain dictionaries.

prometheus-client's own instruments take a lock and about a microsecond for each number; a call has a score of them. These are
written and read on one event loop, so they need no lock.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily

Labels = tuple[str, ...]


class Counted:
    """A counter with labels."""

    __slots__ = ("_help", "_labels", "_name", "values")

    def __init__(self, name: str, help_text: str, labels: Labels) -> None:
        self._name, self._help, self._labels = name, help_text, labels
        self.values: dict[Labels, float] = {}

    def add(self, labels: Labels, amount: float = 1.0) -> None:
        """One more, or so many."""
        self.values[labels] = self.values.get(labels, 0.0) + amount

    def family(self) -> CounterMetricFamily:
        """As Prometheus reads it."""
        found = CounterMetricFamily(self._name, self._help, labels=self._labels)
        for labels, value in self.values.items():
            found.add_metric(labels, value)
        return found


class Spread:
    """A histogram with labels; the last bucket is infinite."""

    __slots__ = ("_bounds", "_help", "_labels", "_name", "_values")

    def __init__(self, name: str, help_text: str, labels: Labels, bounds: tuple[float, ...]) -> None:
        self._name, self._help, self._labels, self._bounds = name, help_text, labels, bounds
        self._values: dict[Labels, tuple[list[int], list[float]]] = {}

    def observe(self, labels: Labels, value: float) -> None:
        """One more value."""
        found = self._values.get(labels)
        if found is None:
            found = self._values[labels] = ([0] * (len(self._bounds) + 1), [0.0])
        found[0][bisect_left(self._bounds, value)] += 1
        found[1][0] += value

    def family(self) -> HistogramMetricFamily:
        """As Prometheus reads it."""
        found = HistogramMetricFamily(self._name, self._help, labels=self._labels)
        for labels, (counts, total) in self._values.items():
            found.add_metric(labels, list(self._buckets(counts)), total[0])
        return found

    def _buckets(self, counts: list[int]) -> Iterator[tuple[str, float]]:
        running = 0
        for bound, count in zip((*self._bounds, float("inf")), counts, strict=True):
            running += count
            yield ("+Inf" if bound == float("inf") else repr(float(bound))), running
