"""G4: what the gateway adds to the time to the first token."""

from benchmarks.gateways.trial import WARM_UP_SECONDS, Trial
from benchmarks.result import Line, RowResult, verdict
from benchmarks.rows.gateway_direct import direct
from benchmarks.rows.gateway_rows import STREAM, Figures, least, others, result
from benchmarks.settings import Settings

SECONDS = 3.0


def first_event(trial: Trial) -> Figures:
    """Milliseconds to the first event, one stream at a time."""
    trial.load("stream", 1, WARM_UP_SECONDS)
    return {"p50": trial.load("stream", 1, SECONDS)["p50_ms"]}


def measure(settings: Settings) -> RowResult:
    """The same load straight to the simulator is taken off."""
    found = least((*STREAM, direct), first_event, settings)
    base = found.pop("direct")["p50"]
    added = found["modelruntime"]["p50"] - base
    shown = others(found, "p50", lambda value: f"{value - base:.2f} ms")
    line = Line("added time to first token, p50", f"{added:.2f} ms", shown, "–", "≤ 1 ms", "≤ 0.4 ms", verdict(added, 1, 0.4))
    return result("G4", "gateway: time to first token", [line], [f"Straight to the simulator: {base:.2f} ms."])
