"""The sentences that teach the category head."""

from __future__ import annotations

from pathlib import Path

NEUTRAL = "neutral"


def read_seeds(path: Path | None = None) -> tuple[tuple[str, str], ...]:
    """(category, sentence) pairs of a seed file: `[category]` lines, each followed by its sentences; `#` comments."""
    found: list[tuple[str, str]] = []
    category = NEUTRAL
    text = (path or Path(__file__).with_name("seeds.txt")).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("[") and line.endswith("]"):
            category = line[1:-1]
        elif line and not line.startswith("#"):
            found.append((category, line))
    return tuple(found)
