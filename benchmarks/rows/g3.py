"""G3: one relayed event of a stream."""

from benchmarks.gateways.peers import ours as gateway
from benchmarks.gateways.trial import WARM_UP_SECONDS, Trial
from benchmarks.result import Line, RowResult, verdict
from benchmarks.rows.gateway_profile import profile
from benchmarks.rows.gateway_rows import STREAM, Figures, least, missed, others, result
from benchmarks.settings import Settings

SECONDS = 3.0
STREAMS = 64


def burst(trial: Trial) -> Figures:
    """CPU microseconds of an event; the upstream sends a stream in one write."""
    trial.load("stream", 8, WARM_UP_SECONDS)
    seen = trial.load("stream", 8, SECONDS)
    return {"us": 1e6 * seen["cpu"] / seen["events"]}


def paced(trial: Trial) -> Figures:
    """The same, with an event every 20 ms on each of the streams; the first must not be held back."""
    trial.load("whole", 8, WARM_UP_SECONDS)
    seen = trial.load("stream", STREAMS)
    return {"us": 1e6 * seen["cpu"] / seen["events"], "first_ms": seen["p50_ms"]}


def measure(settings: Settings) -> RowResult:
    """Usage is counted from every event."""
    lines: list[Line] = []
    notes: list[str] = []
    for what, measured, mode, budget, moonshot in (
        ("burst", burst, "burst", 8, 3),
        (f"paced, {STREAMS} streams", paced, "paced", 60, 40),
    ):
        found = least(STREAM, measured, settings, mode)
        ours = found["modelruntime"]
        shown = others(found, "us", lambda value: f"{value:.1f} µs")
        lines.append(
            Line(
                f"CPU per event, {what}",
                f"{ours['us']:.1f} µs",
                shown,
                "–",
                f"≤ {budget} µs",
                f"≤ {moonshot} µs",
                verdict(ours["us"], budget, moonshot),
            )
        )
        if "first_ms" in ours:
            notes.append(f"First event of a paced stream after {ours['first_ms']:.1f} ms (must be below 50).")
    profiles = {"one event": profile(gateway, "stream", "events", 8)} if missed(lines) else {}
    return result("G3", "gateway: one relayed event, CPU", lines, notes, profiles)
