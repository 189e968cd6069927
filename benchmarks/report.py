"""RESULTS.md out of the results of every row."""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.environment import machine
from benchmarks.result import RowResult

_HEAD = """# Measured against the budgets

Written by `python -m benchmarks`; do not edit. CPU time is user and system time of the measured process: the minimum over
fresh processes whose variants took turns, five or more unless `--rounds` or a note says otherwise. Ratios are to the peer
of the same run. Everything that a user has by default is on: parameter rules, warnings, usage, cost; and one observer.

Machine: {machine}
"""


def results_text(results: Iterable[RowResult]) -> str:
    """The whole file."""
    return _HEAD.format(machine=machine()) + "".join(_row_text(result) for result in results)


def _row_text(result: RowResult) -> str:
    parts = [
        f"\n## {result.row}: {result.title}\n\n",
        f"{result.date}; {', '.join(f'{name} {version}' for name, version in result.versions.items())}\n\n",
        "| what | ours | peers | ratio | budget | moonshot | verdict |\n|---|---|---|---|---|---|---|\n",
    ]
    for line in result.lines:
        cells = (line.what, line.ours, line.peers, line.ratio, line.budget, line.moonshot, line.verdict)
        parts.append(f"| {' | '.join(cells)} |\n")
    parts += [f"\n{note}\n" for note in result.notes]
    for what, profile in result.profiles.items():
        parts.append(f"\nWhere the time of “{what}” goes (under the profiler, which inflates small functions):\n\n")
        parts.append(f"```\n{profile}\n```\n")
    return "".join(parts)
