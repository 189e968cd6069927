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
    folder, snapshot = _fleet()
    least: dict[str, float] = {}
    for _ in range(max(settings.rounds, 10)):
        figures = json.loads(run_python(sys.executable, ["-m", "benchmarks.fleet_reader", "compiled", str(snapshot)]))
        assert figures["models"] == MODELS, figures
        least = {name: min(figures[name], least.get(name, figures[name])) for name in BUDGETS}
    peer = json.loads(run_python(sys.executable, ["-m", "benchmarks.fleet_reader", "yaml", str(folder)]))["all"]
    lines = []
    for name, (budget, moonshot) in BUDGETS.items():
        peers, judged = f"YAML at run time (CSafeLoader) {peer:.0f} ms", verdict(least[name], budget, moonshot)
        budgets = f"≤ {budget:g} ms", f"≤ {moonshot:g} ms"
        lines.append(Line(NAMES[name], f"{least[name]:.2f} ms", peers, ratio(least[name], peer), *budgets, judged))
    size = snapshot.stat().st_size / 2**20
    notes = [
        f"{MODELS} made-up models of {PROVIDERS} vendors (`benchmarks/synthetic_fleet.py`), {size:.2f} MB compiled. "
        "The time counts from the file on disk; imports are not in it. The YAML was read by one process, once."
    ]
    today = datetime.date.today().isoformat()
    return RowResult("L6", f"catalogue of {MODELS} models, CPU", lines, today, versions("msgspec"), notes)


def _fleet() -> tuple[Path, Path]:
    from modelruntime.schema.compiled import compile_path

    folder, snapshot = HOME / "fleet", HOME / "fleet.snapshot"
    shutil.rmtree(folder, ignore_errors=True)
    write_fleet(folder, MODELS)
    snapshot.write_bytes(compile_path(folder))
    return folder, snapshot
