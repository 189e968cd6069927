"""G7: what limits, ledger and telemetry cost."""

from benchmarks.gateways.peers import PARTS, ours, ours_bare, ours_without
from benchmarks.result import Line, RowResult, verdict
from benchmarks.rows.g1 import cpu_per_request
from benchmarks.rows.gateway_rows import least, missed, result
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
    notes = [_apart(full, settings)] if missed([line]) else []
    return result("G7", "gateway: the cost of governance", [line], notes)


def _apart(full: float, settings: Settings) -> str:
    """What the parts cost that can be left out one by one."""
    makers = [ours_without(part) for part in PARTS]
    found = least(makers, cpu_per_request, Settings(rounds=min(settings.rounds, 3)))
    parts = [f"without {part} {found[f'modelruntime without {part}']['us']:.0f} µs" for part in PARTS]
    return f"One part left out of the {full:.0f} µs: {', '.join(parts)}. The rest is the ledger: the record, the outbox, SQLite."
