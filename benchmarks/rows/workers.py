"""WORKERS: what a second process costs each request."""

from benchmarks.gateways.peers import ours, ours_two
from benchmarks.result import Line, RowResult, verdict
from benchmarks.rows.g1 import CONNECTIONS, cpu_per_request
from benchmarks.rows.gateway_rows import least, result
from benchmarks.settings import Settings


def measure(settings: Settings) -> RowResult:
    """The same gateway with one worker and with two, in turn; the CPU time of the supervisor counts too."""
    found = least((ours, ours_two), cpu_per_request, settings)
    one, two = found["modelruntime"]["us"], found["modelruntime, two workers"]["us"]
    line = Line(
        f"CPU per request, {CONNECTIONS} in flight, two workers",
        f"{two:.0f} µs",
        f"one worker {one:.0f} µs",
        f"{two / one:.2f} ×",
        "≤ 1.18 ×",
        "–",
        verdict(two / one, 1.18, None),
    )
    return result("WORKERS", "gateway: CPU with two workers", [line], ["All processes of the gateway share one core in both."])
