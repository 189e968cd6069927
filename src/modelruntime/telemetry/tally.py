"""Numbers that only grow, and histograms, kept as plain dictionaries.

prometheus-client's own instruments take a lock and about a microsecond for each number; a call has a score of them. These are
written and read on one event loop, so they need no lock.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily

Labels = tuple[str, ...]


class Count:
    """One number that grows."""

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value = 0.0


class Histogram:
    """How often values were within each of the bounds, and their sum."""

    __slots__ = ("_bounds", "counts", "total")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self._bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def observe(self, value: float) -> None:
        """One more value."""
        self.counts[bisect_left(self._bounds, value)] += 1
        self.total += value


class Counted:
    """A counter with labels."""

    __slots__ = ("_counts", "_help", "_labels", "_name")

    def __init__(self, name: str, help_text: str, labels: Labels) -> None:
        self._name, self._help, self._labels = name, help_text, labels
        self._counts: dict[Labels, Count] = {}

    def of(self, labels: Labels) -> Count:
        """The number of these labels; it is shown from now on."""
        found = self._counts.get(labels)
        if found is None:
            found = self._counts[labels] = Count()
        return found

    def family(self) -> CounterMetricFamily:
        """As Prometheus reads it."""
        found = CounterMetricFamily(self._name, self._help, labels=self._labels)
        for labels, count in self._counts.items():
            found.add_metric(labels, count.value)
        return found


class Spread:
    """A histogram with labels; the last bucket is infinite."""

    __slots__ = ("_bounds", "_help", "_histograms", "_labels", "_name")

    def __init__(self, name: str, help_text: str, labels: Labels, bounds: tuple[float, ...]) -> None:
        self._name, self._help, self._labels, self._bounds = name, help_text, labels, bounds
        self._histograms: dict[Labels, Histogram] = {}

    def of(self, labels: Labels) -> Histogram:
        """The histogram of these labels; it is shown from now on."""
        found = self._histograms.get(labels)
        if found is None:
            found = self._histograms[labels] = Histogram(self._bounds)
        return found

    def family(self) -> HistogramMetricFamily:
        """As Prometheus reads it."""
        found = HistogramMetricFamily(self._name, self._help, labels=self._labels)
        for labels, histogram in self._histograms.items():
            found.add_metric(labels, list(self._buckets(histogram.counts)), histogram.total)
        return found

    def _buckets(self, counts: list[int]) -> Iterator[tuple[str, float]]:
        running = 0
        for bound, count in zip((*self._bounds, float("inf")), counts, strict=True):
            running += count
            yield ("+Inf" if bound == float("inf") else repr(float(bound))), running
