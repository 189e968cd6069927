"""What this process judged of the recordings. The verdict functions fill it, the report and the coverage test read it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field, fields
from typing import Literal, get_args

from tests.replay.recordings import Recording
from tests.replay.scope import scope_of

Check = Literal["replies", "streams", "requests", "errors", "turns", "counts"]
"""`replies`: decoded as the vendor's own package reads them; `streams`: lawful; `requests`: rendered as they were sent;
`errors`: of the right class; `turns`: an answer goes back as it came; `counts`: tokens that the vendor counted."""
CHECKS: tuple[Check, ...] = get_args(Check)


@dataclass(frozen=True)
class Summary:
    """What a test told of its rows all together."""

    module: str
    name: str
    check: Check | None
    """None where the name says no more than what was looked at."""
    good: int
    failures: tuple[str, ...]


@dataclass
class Ledger:
    """Verdicts by row, and summaries of tests that do not tell their rows."""

    verdicts: dict[tuple[Check, str], str | None] = field(default_factory=dict)
    """(check, row) → the reason of a failure, None for a success."""
    summaries: list[Summary] = field(default_factory=list)
    codec_of: dict[str, str] = field(default_factory=dict)
    """Row → codec, for every row that a codec was fed with."""
    modules: dict[str, Counter[str]] = field(default_factory=dict)
    """Module → how often it fed a row of each codec."""
    extra: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Codec → leaves of its requests that went through `extra`, and all."""

    def touch(self, row: Recording) -> str:
        """A codec is fed with this row. Gives the codec's name in the scope."""
        scope = scope_of(row)
        codec = scope.codec if scope else "nobody's"
        self.codec_of[row.id] = codec
        self.modules.setdefault(running_module(), Counter())[codec] += 1
        return codec

    def judge(self, check: Check, row: Recording, reason: str | None) -> None:
        """A verdict on one row."""
        self.touch(row)
        self.verdicts[check, row.id] = reason

    def sum_up(self, name: str, good: int, failures: list[str]) -> None:
        """A verdict on many rows at once. The last word of the name says which check it is."""
        last = name.rpartition(" ")[2]
        check = next((check for check in CHECKS if check == last), None)
        self.summaries.append(Summary(running_module(), name, check, good, tuple(failures)))

    def weigh_extra(self, codec: str, through: int, leaves: int) -> None:
        """So many leaves of a request went through `extra`."""
        before = self.extra.get(codec, (0, 0))
        self.extra[codec] = (before[0] + through, before[1] + leaves)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """What is judged meanwhile is not kept."""
        kept = {each.name: copy(getattr(self, each.name)) for each in fields(self)}
        try:
            yield
        finally:
            for name, value in kept.items():
                setattr(self, name, value)


def running_module() -> str:
    """`test_gemini` while a test of that module runs, empty outside of tests."""
    return os.environ.get("PYTEST_CURRENT_TEST", "").partition(".py::")[0].rpartition("/")[2]


LEDGER = Ledger()
