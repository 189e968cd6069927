"""G7: what limits, ledger and telemetry cost."""

from statistics import median

from benchmarks.gateways.peers import PARTS, ours, ours_bare, ours_without
from benchmarks.gateways.trial import Trial
from benchmarks.result import Line, RowResult, verdict
from benchmarks.rows.g1 import CONNECTIONS
from benchmarks.rows.gateway_rows import in_turn, missed, result
from benchmarks.settings import Settings

SECONDS = 1.0


def cpu_per_request(trial: Trial) -> float:
    """CPU microseconds of a request, many at once, for a moment."""
    seen = trial.load("whole", CONNECTIONS, SECONDS)
    return float(1e6 * seen["cpu"] / seen["answers"])


def measure(settings: Settings) -> RowResult:
    """The same gateway with and without them, in turn."""
    rows = in_turn((ours, ours_bare), cpu_per_request, settings)
    full, bare = map(min, zip(*rows, strict=True))
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
    beside = 100 * (median(one / other for one, other in rows) - 1)
    notes = [f"The least of {len(rows)} moments each; of each two one after the other the median is +{beside:.0f} %."]
    return result("G7", "gateway: the cost of governance", [line], notes + ([_apart(settings)] if missed([line]) else []))


def _apart(settings: Settings) -> str:
    """What the parts cost that can be left out one by one."""
    makers = [ours, *map(ours_without, PARTS)]
    whole, *without = map(min, zip(*in_turn(makers, cpu_per_request, Settings(rounds=min(settings.rounds, 3))), strict=True))
    parts = [f"without {part} {us:.0f} µs" for part, us in zip(PARTS, without, strict=True)]
    return f"One part left out of {whole:.0f} µs: {', '.join(parts)}. The rest is the ledger: the record, the outbox, SQLite."
