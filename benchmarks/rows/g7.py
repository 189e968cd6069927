"""G7: what limits, ledger and telemetry cost."""

from benchmarks.gateways.peers import ours, ours_bare
from benchmarks.result import Line, RowResult, verdict
from benchmarks.rows.g1 import cpu_per_request
from benchmarks.rows.gateway_rows import least, result
from benchmarks.settings import Settings


def measure(settings: Settings) -> RowResult:
    """The same gateway with and without them, in turn."""
    found = least((ours, ours_bare), cpu_per_request, settings)
    full, bare = found["modelruntime"]["us"], found["modelruntime, bare"]["us"]
    more = 100 * (full / bare - 1)
    line = Line(
        "limits, ledger, telemetry",
        f"{full:.0f} µs",
        f"bare {bare:.0f} µs",
        f"+{more:.0f} %",
        "≤ 25 %",
        "≤ 10 %",
        verdict(more, 25, 10),
    )
    return result("G7", "gateway: the cost of governance", [line])
