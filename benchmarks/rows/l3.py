"""L3: embeddings."""

from benchmarks.result import RowResult
from benchmarks.rows.compared import Case, measure_cases
from benchmarks.settings import Settings

CASES = (
    Case("sync", "embed_sync", 5, 8),
    Case("async", "embed_async", 5, 8),
    Case("async on uvloop", "embed_async", 5, 8, ("--uvloop",)),
)
NOTES = ("Ours hands out float32 arrays, checked for NaN and infinity; the peers hand out lists of Python floats.",)


def measure(settings: Settings) -> RowResult:
    """64 texts, 1536 numbers each."""
    return measure_cases("L3", "embeddings 64 × 1536, CPU", CASES, settings, NOTES)
