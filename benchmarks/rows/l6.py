"""L6: the catalogue of a whole fleet."""

from __future__ import annotations

import datetime
import json
import shutil
import sys
from pathlib import Path

from benchmarks.environment import versions
from benchmarks.measure import run_python
from benchmarks.result import HOME, Line, RowResult, ratio, verdict
from benchmarks.settings import Settings
from benchmarks.synthetic_fleet import PROVIDERS, write_fleet

MODELS = 2_500
BUDGETS = {"first": (5.0, 3.0), "all": (25.0, 15.0)}
NAMES = {"first": "first model", "all": "all models, typed"}


def measure(settings: Settings) -> RowResult:
    """The compiled file read, opened, checked; one model, then all of them as typed values."""
    folder, made_up = _fleet()
    fleets = {f"{MODELS} made up": (made_up, "vendor_007", "chat-7"), "as shipped": (_shipped(), "openai", "gpt-4o")}
    peer = json.loads(run_python(sys.executable, ["-m", "benchmarks.fleet_reader", "yaml", str(folder)]))["all"]
    lines, notes = [], []
    for fleet, (snapshot, provider, model) in fleets.items():
        least = _least(max(settings.rounds, 10), snapshot, provider, model)
        for name, (budget, moonshot) in BUDGETS.items():
            peers = f"YAML of the made-up at run time (CSafeLoader) {peer:.0f} ms"
            budgets = f"≤ {budget:g} ms", f"≤ {moonshot:g} ms"
            compared = ratio(least[name], peer) if snapshot is made_up else "–"
            judged = verdict(least[name], budget, moonshot)
            lines.append(Line(f"{NAMES[name]}, {fleet}", f"{least[name]:.2f} ms", peers, compared, *budgets, judged))
        notes.append(f"{fleet}: {least['models']:.0f} models, {snapshot.stat().st_size / 2**20:.2f} MB compiled.")
    notes.append(
        f"The made-up models are of {PROVIDERS} vendors (`benchmarks/synthetic_fleet.py`). The time counts from the file on disk; "
        "imports are not in it. The YAML was read by one process, once."
    )
    today = datetime.date.today().isoformat()
    return RowResult("L6", "catalogue of a fleet, CPU", lines, today, versions("msgspec"), notes)


def _least(rounds: int, snapshot: Path, provider: str, model: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for _ in range(rounds):
        figures = json.loads(
            run_python(sys.executable, ["-m", "benchmarks.fleet_reader", "compiled", str(snapshot), provider, model])
        )
        found = {name: min(value, found.get(name, value)) for name, value in figures.items()}
    return found


def _shipped() -> Path:
    from modelruntime.schema.catalogue import BUILT_IN
    from modelruntime.schema.compiled import compile_path

    snapshot = HOME / "shipped.snapshot"
    snapshot.write_bytes(compile_path(BUILT_IN))
    return snapshot


def _fleet() -> tuple[Path, Path]:
    from modelruntime.schema.compiled import compile_path

    folder, snapshot = HOME / "fleet", HOME / "fleet.snapshot"
    shutil.rmtree(folder, ignore_errors=True)
    write_fleet(folder, MODELS)
    snapshot.write_bytes(compile_path(folder))
    return folder, snapshot
