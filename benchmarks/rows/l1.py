"""L1: one chat call."""

from benchmarks.result import RowResult
from benchmarks.rows.compared import Case, measure_cases
from benchmarks.settings import Settings

CASES = (
    Case("sync", "chat_sync", 8, 20),
    Case("async", "chat_async", 8, 20),
    Case("async on uvloop", "chat_async", 8, 20, ("--uvloop",)),
)


def measure(settings: Settings) -> RowResult:
    """Two messages, two parameters; usage, cost, one observer."""
    return measure_cases("L1", "one chat call, CPU", CASES, settings)
