"""G7: what limits, ledger and telemetry cost.

What is compared differs by a fifth, and so do two processes of the very same program, or one from one second to the next where
others use the machine: the least of a few moments is luck. Hence many fresh pairs, both there at once and measured one right
after the other, and medians.
"""

from statistics import median

from benchmarks.gateways.peers import PARTS, ours, ours_bare, ours_without
from benchmarks.gateways.trial import Trial
from benchmarks.result import Line, RowResult, verdict
from benchmarks.rows.g1 import CONNECTIONS
from benchmarks.rows.gateway_rows import in_turn, missed, result
from benchmarks.settings import Settings

SECONDS = 2.0
"""Long enough for what is done once a second, or once for many records, to count by its share."""
WINDOWS = 2
FOLD = 4
"""Fresh pairs for each round that is asked for."""


def cpu_per_request(trial: Trial) -> float:
    """CPU microseconds of a request, many at once, for a moment."""
    seen = trial.load("whole", CONNECTIONS, SECONDS)
    return float(1e6 * seen["cpu"] / seen["answers"])


def measure(settings: Settings) -> RowResult:
    """The same gateway with and without them, in turn."""
    pairs = FOLD * settings.rounds
    rows = in_turn((ours, ours_bare), cpu_per_request, Settings(rounds=pairs), WINDOWS)
    full, bare = zip(*rows, strict=True)
    more = _more(rows, 0, 1)
    line = Line(
        "limits, ledger, telemetry",
        f"{median(full):.0f} µs",
        f"bare {median(bare):.0f} µs",
        f"+{more:.0f} %",
        "≤ 25 %",
        "≤ 10 %",
        verdict(more, 25, 10),
    )
    note = f"Medians of {len(rows)} moments of {pairs} pairs of processes, the ratio that of each two moments one after the other."
    note += f" The least of each: {min(full):.0f} and {min(bare):.0f} µs."
    return result("G7", "gateway: the cost of governance", [line], [note] + ([_apart(settings)] if missed([line]) else []))


def _more(rows: list[list[float]], one: int, other: int) -> float:
    """By how many percent one costs more than another of the same round."""
    return 100 * (median(row[one] / row[other] for row in rows) - 1)


def _apart(settings: Settings) -> str:
    """What the parts cost that can be left out one by one."""
    makers = [ours, *map(ours_without, PARTS)]
    rows = in_turn(makers, cpu_per_request, Settings(rounds=2 * settings.rounds), WINDOWS)
    costs = ", ".join(f"{part} {_more(rows, 0, number):.0f} %" for number, part in enumerate(PARTS, 1))
    return f"By what is saved where one part is left out: {costs}. The rest is the ledger: the record, the outbox, SQLite."
