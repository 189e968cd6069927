"""What a row of the budgets came to."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".bench"
"""Everything a run makes beside RESULTS.md: environments of peers, the made-up fleet."""


@dataclass(frozen=True)
class Line:
    """One measured thing of a row. `judged` lines carry the verdict of the row; the others are told for comparison."""

    what: str
    ours: str
    peers: str
    ratio: str
    budget: str
    moonshot: str
    verdict: str = ""


@dataclass(frozen=True)
class RowResult:
    """All of a row."""

    row: str
    title: str
    lines: list[Line]
    date: str
    versions: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    profiles: dict[str, str] = field(default_factory=dict)
    """Where the time of a missed line goes."""


def verdict(value: float, budget: float, moonshot: float | None) -> str:
    """Smaller is better."""
    if value > budget:
        return "**miss**"
    return "hit, moonshot too" if moonshot is not None and value <= moonshot else "hit"


def ratio(ours: float, peer: float) -> str:
    """`1/12.3`: how much cheaper ours is."""
    return f"1/{peer / ours:.1f}" if ours <= peer else f"{ours / peer:.1f} ×"
