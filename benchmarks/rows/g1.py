"""G1: one chat call through the gateway."""

from benchmarks.gateways.peers import ours as gateway
from benchmarks.gateways.trial import WARM_UP_SECONDS, Trial
from benchmarks.result import Line, RowResult, ratio, verdict
from benchmarks.rows.gateway_profile import profile, steps
from benchmarks.rows.gateway_rows import ALL, Figures, least, missed, others, result
from benchmarks.settings import Settings

CONNECTIONS = 64
SECONDS = 3.0


def cpu_per_request(trial: Trial) -> Figures:
    """CPU microseconds of a request, many at once."""
    trial.load("whole", CONNECTIONS, WARM_UP_SECONDS)
    seen = trial.load("whole", CONNECTIONS, SECONDS)
    return {"us": 1e6 * seen["cpu"] / seen["answers"]}


def measure(settings: Settings) -> RowResult:
    """Key, limits, ledger, telemetry, usage and cost are on."""
    found = least(ALL, cpu_per_request, settings)
    ours = found["modelruntime"]["us"]
    shown = others(found, "us", lambda value: f"{value:.0f} µs")
    lines: list[Line] = []
    if floor := found.get("nginx"):
        judged = verdict(ours / floor["us"], 14, 5)
        lines.append(
            Line(
                "CPU per request, 64 in flight",
                f"{ours:.0f} µs",
                shown,
                f"{ours / floor['us']:.1f} × nginx",
                "≤ 14 ×",
                "≤ 5 ×",
                judged,
            )
        )
    if rival := found.get("LiteLLM"):
        judged = verdict(ours / rival["us"], 1 / 45, None)
        lines.append(
            Line(
                "the same against LiteLLM",
                f"{ours:.0f} µs",
                f"LiteLLM {rival['us']:.0f} µs",
                ratio(ours, rival["us"]),
                "≤ 1/45",
                "–",
                judged,
            )
        )
    profiles = {"one call": profile(gateway, "whole", "answers", CONNECTIONS)} if missed(lines) else {}
    notes = [
        f"{1e6 / ours:.0f} requests a second and core.",
        f"On any machine a call takes {steps(gateway, 'whole', 'answers', CONNECTIONS)}, what is done behind it included.",
    ]
    return result("G1", "gateway: one chat call, CPU", lines, notes, profiles)
