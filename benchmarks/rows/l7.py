"""L7: what an installation brings."""

from __future__ import annotations

import datetime
from pathlib import Path

from benchmarks.environment import versions
from benchmarks.result import HOME, Line, RowResult, ratio, verdict
from benchmarks.settings import Settings
from benchmarks.wheel import install_into, installed_wheel, megabytes_of, packages_in

BUDGETS = {"packages": (14, 10), "MB": (20, 12)}


def measure(settings: Settings) -> RowResult:
    """The wheel without extras and everything it depends on, counted in an empty folder; bytecode aside."""
    core, peer = installed_wheel(), install_into(HOME / "openai", "openai")
    ours = {"packages": float(len(packages_in(core))), "MB": megabytes_of(core)}
    theirs = {"packages": float(len(packages_in(peer))), "MB": megabytes_of(peer)}
    lines = []
    for what, (budget, moonshot) in BUDGETS.items():
        judged = verdict(ours[what], budget, moonshot)
        shown = f"{ours[what]:.4g}", f"openai {theirs[what]:.4g}", ratio(ours[what], theirs[what])
        lines.append(Line(what, *shown, f"≤ {budget}", f"≤ {moonshot}", judged))
    notes = [f"Packages: {', '.join(packages_in(core))}.", f"Largest: {', '.join(_largest(core))}."]
    return RowResult("L7", "installation of the core", lines, datetime.date.today().isoformat(), versions("openai"), notes)


def _largest(folder: Path) -> list[str]:
    sizes = sorted(((megabytes_of(path), path.name) for path in folder.iterdir() if path.is_dir()), reverse=True)
    return [f"{name} {size:.1f} MB" for size, name in sizes[:6]]
