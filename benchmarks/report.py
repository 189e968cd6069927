"""RESULTS.md out of what it said and a row that was measured."""

from __future__ import annotations

import re
from itertools import zip_longest

from benchmarks.environment import machine
from benchmarks.result import RowResult

_HEAD = """# Measured against the budgets

Written by `python -m benchmarks`; do not edit. CPU time is user and system time of the measured process: the minimum over
fresh processes whose variants took turns, five or more unless `--rounds` or a note says otherwise. Ratios are to the peer
of the same run, and rows of other days may be of other machines. Everything that a user has by default is on: parameter rules,
warnings, usage, cost; and one observer.
"""


_ROW_HEADING = re.compile(r"^## (\w+): ", re.MULTILINE)


def results_text(former: str, result: RowResult) -> str:
    """The whole file: `former`, as it stood, with one row measured anew. A checkout that measures one row keeps the others."""
    rows = _rows_of(former) | {result.row: _row_text(result)}
    return "\n".join([_HEAD, *(rows[row].rstrip("\n") + "\n" for row in sorted(rows))])


def _rows_of(text: str) -> dict[str, str]:
    """The rows of a file, each from its heading on."""
    starts = [*_ROW_HEADING.finditer(text)]
    ends = [start.start() for start in starts[1:]]
    return {start[1]: text[start.start() : end] for start, end in zip_longest(starts, ends)}


def _row_text(result: RowResult) -> str:
    parts = [
        f"## {result.row}: {result.title}\n\n",
        f"{result.date}; {machine()}; {', '.join(f'{name} {version}' for name, version in result.versions.items())}\n\n",
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
