"""L4: importing the library."""

from __future__ import annotations

import datetime
import json
import sys

from benchmarks.environment import versions
from benchmarks.import_gate import forbidden_of, loaded_after
from benchmarks.measure import process_cost, run_python
from benchmarks.result import Line, RowResult, ratio, verdict
from benchmarks.settings import Settings

STATEMENTS = {
    "bare interpreter": "pass",
    "import modelruntime": "import modelruntime",
    "from modelruntime import Runtime": "from modelruntime import Runtime",
    "import openai": "import openai",
}
BUDGET_MS, MOONSHOT_MS, BUDGET_MB = 80.0, 55.0, 22.0
_RESIDENT = "\nimport json\nprint(json.dumps(int(open('/proc/self/statm').read().split()[1]) * 4096 / 2**20))"


def measure(settings: Settings) -> RowResult:
    """CPU of the whole process, memory right after the import, and what was loaded."""
    cpu: dict[str, float] = {}
    for number in range(max(settings.rounds, 10)):
        for what, statement in STATEMENTS.items():
            milliseconds = 1e3 * process_cost(sys.executable, ["-c", statement])
            cpu[what] = min(milliseconds, cpu.get(what, milliseconds))
        print(f"  round {number + 1}: {cpu}", file=sys.stderr)
    memory = {what: json.loads(run_python(sys.executable, ["-c", s + _RESIDENT])) for what, s in STATEMENTS.items()}
    lines = []
    for what in list(STATEMENTS)[1:3]:
        loaded = loaded_after(STATEMENTS[what])
        gate = forbidden_of(loaded)
        judged = verdict(cpu[what], BUDGET_MS, MOONSHOT_MS) if memory[what] <= BUDGET_MB and not gate else "**miss**"
        ours = f"{cpu[what]:.0f} ms, {memory[what]:.1f} MB, {len(loaded)} modules, forbidden: {', '.join(gate) or 'none'}"
        peers = ", ".join(f"{name} {cpu[name]:.0f} ms, {memory[name]:.1f} MB" for name in ("bare interpreter", "import openai"))
        budget = f"≤ {BUDGET_MS:g} ms, ≤ {BUDGET_MB:g} MB, gate"
        lines.append(Line(what, ours, peers, ratio(cpu[what], cpu["import openai"]), budget, f"≤ {MOONSHOT_MS:g} ms", judged))
    notes = [
        "The CPU time is that of the whole process, interpreter start included; bytecode was compiled before. Memory was read once."
    ]
    return RowResult("L4", "import, CPU and memory", lines, datetime.date.today().isoformat(), versions("openai"), notes)
