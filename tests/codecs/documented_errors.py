"""Errors as vendors document them, beside the few that are recorded: `documented/*.yaml`, a file for each vendor. What stands
behind a row, and what its fields mean: `documented/row.py`.
"""

from pathlib import Path

from tests.codecs.documented.row import Absent, DocumentedError, rows_of

_TOLD = tuple(row for path in sorted((Path(__file__).parent / "documented").glob("*.yaml")) for row in rows_of(path))

DOCUMENTED = tuple(row for row in _TOLD if isinstance(row, DocumentedError))
ABSENT = tuple(row for row in _TOLD if isinstance(row, Absent))
