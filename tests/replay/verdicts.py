"""Rows judged one by one, each verdict noted and every failure told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

from tests.replay.ledger import LEDGER, Check
from tests.replay.recordings import Recording, recordings
from tests.replay.scope import scope_of


class HasRow(Protocol):
    """A recording, perhaps with the call that it answers."""

    @property
    def row(self) -> Recording: ...


T = TypeVar("T", bound=HasRow)


def share(name: str, check: Check, items: Iterable[T], judge: Callable[[T], str | None]) -> float:
    """The share of the rows with which `judge` finds nothing wrong; 1 when there are none. It says what is wrong, or None."""
    good = total = 0
    for item in items:
        reason = judge(item)
        LEDGER.judge(check, item.row, reason)
        total += 1
        good += reason is None
        if reason is not None:
            print(f"  {name} {check}: {item.row.id}: {reason}")
    found = good / total if total else 1.0
    print(f"{name} {check}: {good} of {total} ({found:.2%})")
    return found


def failures(codec: str, judge: Callable[[Recording], None]) -> list[str]:
    """`judge` asserts; what it raises for a row is the reason. Prints how many rows passed and why others did not."""
    reasons: list[str] = []
    number = 0
    for row in rows_of(codec):
        number += 1
        reason = complaint(judge, row)
        LEDGER.judge("replies", row, reason)
        LEDGER.judge("requests", row, reason)
        if reason is not None:
            reasons.append(f"{row.vendor} {row.id}: {reason}"[:400])
    print(f"{codec}: {number - len(reasons)} of {number} rows", *reasons, sep="\n  ")
    return reasons


def rows_of(codec: str) -> Iterable[Recording]:
    """The rows that the scope gives to a codec."""
    for row in recordings(""):
        scope = scope_of(row)
        if scope is not None and scope.codec == codec:
            yield row


def complaint(judge: Callable[[Recording], None], row: Recording) -> str | None:
    """What `judge` raises for the row."""
    try:
        judge(row)
    except Exception as cause:  # noqa: BLE001 - a verdict is wanted for every row
        return f"{type(cause).__name__}: {cause}"
    return None
