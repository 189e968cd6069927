"""Numbers that others hold, read when somebody asks: depth and age of the outbox, age of the snapshot, breakers, queue."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping

from prometheus_client.core import GaugeMetricFamily

log = logging.getLogger("modelruntime.telemetry")

Reading = float | Mapping[tuple[str, ...], float]
"""One number, or one for each set of label values."""


class Gauges:
    """Whoever holds a number registers how to read it."""

    def __init__(self) -> None:
        self._read: dict[str, tuple[str, tuple[str, ...], Callable[[], Reading]]] = {}

    def register(self, name: str, help_text: str, read: Callable[[], Reading], labels: tuple[str, ...] = ()) -> None:
        """`read` is called at each scrape and must be quick. The same name again replaces the reader."""
        self._read[name] = (help_text, labels, read)

    def families(self) -> Iterator[GaugeMetricFamily]:
        """As Prometheus reads them; one that cannot be read is left out and logged."""
        for name, (help_text, labels, read) in self._read.items():
            try:
                found = read()
            except Exception:
                log.exception("the gauge %s cannot be read", name)
                continue
            family = GaugeMetricFamily(name, help_text, labels=labels)
            for values, number in (found if isinstance(found, Mapping) else {(): found}).items():
                family.add_metric(values, number)
            yield family
