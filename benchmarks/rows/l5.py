"""L5: the first call of a fresh process."""

from __future__ import annotations

import datetime
import os
import subprocess
import sys

from benchmarks.environment import versions
from benchmarks.measure import process_cost
from benchmarks.result import ROOT, Line, RowResult, ratio, verdict
from benchmarks.settings import Settings
from benchmarks.simulator import upstream
from benchmarks.wheel import installed_wheel

BUDGET_S, MOONSHOT_S = 0.30, 0.15
NOTES = (
    "CPU of the whole process: interpreter, imports, compiled catalogue, form, rules, one call over a new connection, result "
    "with cost. Ours is installed from its wheel, as users have it; bytecode was compiled before.",
)


def measure(settings: Settings) -> RowResult:
    """Both colours; the peers do the same."""
    installed = {"PYTHONPATH": f"{installed_wheel()}{os.pathsep}{ROOT}"}
    runs: dict[str, tuple[str, dict[str, str]]] = {
        "ours_sync": (sys.executable, installed),
        "ours_async": (sys.executable, installed),
        "openai_sync": (sys.executable, {}),
        "openai_async": (sys.executable, {}),
    }
    if settings.litellm is not None:
        runs["litellm_sync"] = (settings.litellm, {})
    least: dict[str, float] = {}
    profile = ""
    with upstream() as url:
        for number in range(settings.rounds + 1):
            for who, (python, environment) in runs.items():
                seconds = process_cost(python, ["-m", "benchmarks.first_call", who, url], **environment)
                if number:  # the first round compiles bytecode
                    least[who] = min(seconds, least.get(who, seconds))
            print(f"  round {number}: {least}", file=sys.stderr)
        if max(least["ours_sync"], least["ours_async"]) > BUDGET_S:
            profile = _import_times(url, installed)
    lines = []
    for colour in ("sync", "async"):
        ours, peer = least[f"ours_{colour}"], least[f"openai_{colour}"]
        rival = f", LiteLLM {least['litellm_sync']:.2f} s" if "litellm_sync" in least and colour == "sync" else ""
        judged = verdict(ours, BUDGET_S, MOONSHOT_S)
        peers, budgets = f"openai {peer:.2f} s{rival}", (f"≤ {BUDGET_S:.2f} s", f"≤ {MOONSHOT_S:.2f} s")
        lines.append(Line(colour, f"{ours:.3f} s", peers, ratio(ours, peer), *budgets, judged))
    profiles = {"imports": profile} if profile else {}
    found = versions("openai")
    today = datetime.date.today().isoformat()
    return RowResult("L5", "first call of a fresh process, CPU", lines, today, found, list(NOTES), profiles)


def _import_times(url: str, environment: dict[str, str]) -> str:
    """The dearest imports of an async first call, as the interpreter times them."""
    command = [sys.executable, "-X", "importtime", "-m", "benchmarks.first_call", "ours_async", url]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=True)
    rows = [line.split("|") for line in done.stderr.splitlines() if line.count("|") == 2]
    timed = [row for row in rows if row[1].strip().isdigit()]  # the first row is the heading
    return "\n".join("|".join(row) for row in sorted(timed, key=lambda row: -int(row[1]))[:20])
