"""Every row of one codec judged by itself, and the report of it."""

from collections.abc import Callable

from tests.replay.recordings import Recording, recordings
from tests.replay.scope import assign


def failures(codec: str, judge: Callable[[Recording], None]) -> list[str]:
    """`judge` asserts; what it raises for a row is the reason. Prints how many rows passed and why others did not."""
    reasons: list[str] = []
    number = 0
    for row in recordings(""):
        scope = assign(row.method, row.path, row.vendor)
        if scope is None or scope.codec != codec:
            continue
        number += 1
        try:
            judge(row)
        except Exception as cause:  # noqa: BLE001 - a verdict is wanted for every row
            reasons.append(f"{row.vendor} {row.id}: {type(cause).__name__}: {cause}"[:400])
    print(f"{codec}: {number - len(reasons)} of {number} rows", *reasons, sep="\n  ")
    return reasons
