"""G6: from the start to the first healthy answer, and the memory of a gateway that does nothing."""

from benchmarks.gateways.trial import Trial
from benchmarks.result import Line, RowResult, verdict
from benchmarks.rows.gateway_rows import ALL, Figures, least, others, result
from benchmarks.settings import Settings


def start(trial: Trial) -> Figures:
    """Seconds, and megabytes after one call."""
    trial.load("whole", 1, 0.0)
    return {"seconds": trial.running.start_seconds, "mb": trial.running.memory() / 1e6}


def measure(settings: Settings) -> RowResult:
    """The whole fleet is declared."""
    found = least(ALL, start, settings)
    ours = found["modelruntime"]
    lines: list[Line] = []
    for what, name, unit, budget, moonshot in (
        ("start to first answer", "seconds", "s", 1.0, 0.5),
        ("memory when idle", "mb", "MB", 80, 50),
    ):
        shown = others(found, name, lambda value, unit=unit: f"{value:.1f} {unit}")
        lines.append(
            Line(
                what,
                f"{ours[name]:.2f} {unit}",
                shown,
                "–",
                f"≤ {budget:g} {unit}",
                f"≤ {moonshot:g} {unit}",
                verdict(ours[name], budget, moonshot),
            )
        )
    return result("G6", "gateway: start and idle memory", lines)
