"""G2: what the gateway adds to the latency of a call."""

from benchmarks.gateways.trial import WARM_UP_SECONDS, Trial
from benchmarks.result import Line, RowResult, verdict
from benchmarks.rows.gateway_direct import direct
from benchmarks.rows.gateway_rows import ALL, Figures, least, others, result
from benchmarks.settings import Settings

SECONDS = 3.0


def latency(trial: Trial) -> Figures:
    """Milliseconds of a call, one at a time."""
    trial.load("whole", 1, WARM_UP_SECONDS)
    seen = trial.load("whole", 1, SECONDS)
    return {"p50": seen["p50_ms"], "p99": seen["p99_ms"]}


def measure(settings: Settings) -> RowResult:
    """The same load straight to the simulator is taken off."""
    found = least((*ALL, direct), latency, settings)
    base = found.pop("direct")
    lines: list[Line] = []
    for name, budget, moonshot in (("p50", 0.5, 0.2), ("p99", 3.0, 1.0)):
        added = found["modelruntime"][name] - base[name]
        shown = others(found, name, lambda value, name=name: f"{value - base[name]:.2f} ms")
        lines.append(
            Line(
                f"added {name}, 1 in flight",
                f"{added:.2f} ms",
                shown,
                "–",
                f"≤ {budget} ms",
                f"≤ {moonshot} ms",
                verdict(added, budget, moonshot),
            )
        )
    return result(
        "G2", "gateway: added latency", lines, [f"Straight to the simulator: p50 {base['p50']:.2f} ms, p99 {base['p99']:.2f} ms."]
    )
