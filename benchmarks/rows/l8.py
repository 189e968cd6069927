"""L8: counting tokens offline."""

from __future__ import annotations

import datetime
import json
import sys
from typing import Any

from benchmarks.environment import versions
from benchmarks.measure import run_python
from benchmarks.result import Line, RowResult, verdict
from benchmarks.settings import Settings

TIMES = 3.0


def measure(settings: Settings) -> RowResult:
    """Tokens a second, and that every id is the same."""
    least: dict[str, dict[str, Any]] = {}
    for _ in range(settings.rounds):
        for who in ("ours", "tiktoken"):
            figures = json.loads(run_python(sys.executable, ["-m", "benchmarks.token_counter", who]))
            if who not in least or figures["seconds"] < least[who]["seconds"]:
                least[who] = figures
    ours, peer = least["ours"], least["tiktoken"]
    same = ours["digest"] == peer["digest"]
    judged = verdict(ours["seconds"] / peer["seconds"], 1 / TIMES, None) if same else "**miss**: other ids"
    ids = f"ids {'equal' if same else 'DIFFER'} on {ours['texts']} texts"
    speeds = [f"{figures['tokens'] / figures['seconds'] / 1e6:.1f} M tokens/s" for figures in (ours, peer)]
    times = f"{peer['seconds'] / ours['seconds']:.1f} ×"
    line = Line("o200k_base", f"{speeds[0]}, {ids}", f"tiktoken {speeds[1]}", times, f"≥ {TIMES:g} ×, ids equal", "–", judged)
    found = versions("quicktok-v1", "tiktoken")
    return RowResult("L8", "token counting offline", [line], datetime.date.today().isoformat(), found)
