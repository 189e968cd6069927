"""L2: a streamed chunk as a typed event."""

from benchmarks.result import RowResult
from benchmarks.rows.compared import Case, measure_cases
from benchmarks.settings import Settings

CASES = (
    Case("burst, sync", "stream_sync", 20, 60),
    Case("burst, async", "stream_async", 20, 60),
    Case("burst, async on uvloop", "stream_async", 20, 60, ("--uvloop",)),
    Case("paced × 16, async", "stream_paced", 5, 10),
    Case("paced × 16, async on uvloop", "stream_paced", 5, 10, ("--uvloop",)),
)
NOTES = (
    "CPU divided by the events that the upstream sent (202 a stream), the call itself included. Burst: the whole stream in "
    "one write. Paced: an event every 20 ms on each of 16 streams, so each event is a read of its own.",
)


def measure(settings: Settings) -> RowResult:
    """Text deltas, finish, usage, cost; the observer sees every event."""
    return measure_cases("L2", "streamed chunk to typed event, CPU", CASES, settings, NOTES)
