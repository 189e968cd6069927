"""The file of results keeps what was not measured again."""

from __future__ import annotations

from benchmarks.report import results_text
from benchmarks.result import Line, RowResult


def result(row: str, ours: str, profile: str = "1.0 find") -> RowResult:
    """A row with one line."""
    line = Line("a call", ours, "peer 9 µs", "1/9", "≤ 1/8", "–", "hit")
    return RowResult(row, f"row {row}", [line], "2026-11-29", profiles={"a call": profile})


def test_a_row_measured_anew_leaves_the_others_as_they_were() -> None:
    first = results_text("", result("L2", "2 µs", profile="## a heading of another"))
    both = results_text(first, result("G1", "3 µs"))
    again = results_text(both, result("G1", "4 µs"))
    assert again == both.replace("| 3 µs |", "| 4 µs |") != both
    assert both.index("## G1: row G1") < both.index("## L2: row L2")
    assert both[both.index("## L2") :] == first[first.index("## L2") :]


def test_the_same_row_twice_is_there_once() -> None:
    once = results_text("", result("L1", "1 µs"))
    assert results_text(once, result("L1", "1 µs")) == once
    assert once.count("## L1") == 1
