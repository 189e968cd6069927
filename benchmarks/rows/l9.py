"""L9: the wheel."""

from __future__ import annotations

import datetime
import zipfile
from pathlib import Path

from benchmarks.environment import versions
from benchmarks.result import HOME, Line, RowResult, verdict
from benchmarks.settings import Settings
from benchmarks.wheel import installed_wheel

BUDGET, MOONSHOT = 6.0, 4.0
PAGES = "modelruntime/console/dist/index.html"


def measure(settings: Settings) -> RowResult:
    """One file with the whole fleet and the console's pages. Raises `RuntimeError` where the pages are not built."""
    installed_wheel()
    wheel = next((HOME / "dist").glob("*.whl"))
    parts = _parts(wheel)
    if not parts.get("console"):
        raise RuntimeError(f"the wheel has no {PAGES}: run python scripts/console.py build")
    size = wheel.stat().st_size / 2**20
    line = Line("MB", f"{size:.2f}", "LiteLLM 41 (seen)", "–", f"≤ {BUDGET:g}", f"≤ {MOONSHOT:g}", verdict(size, BUDGET, MOONSHOT))
    largest = sorted(parts.items(), key=lambda part: -part[1])[:5]
    notes = [f"Largest parts, packed: {', '.join(f'{name} {megabytes:.2f} MB' for name, megabytes in largest)}."]
    return RowResult("L9", "the wheel with fleet and console", [line], datetime.date.today().isoformat(), versions(), notes)


def _parts(wheel: Path) -> dict[str, float]:
    """Megabytes by package of ours."""
    found: dict[str, float] = {}
    with zipfile.ZipFile(wheel) as content:
        for entry in content.infolist():
            name = entry.filename.split("/")[1] if entry.filename.startswith("modelruntime/") else entry.filename.split("/")[0]
            found[name] = found.get(name, 0.0) + entry.compress_size / 2**20
    return found
