"""One cell of the matrix: a fault, streamed or whole, alone or with a backup, in a dialect, at a vendor of a family."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from tests.faults.gateway.fault import Fault, Outcome, Pair
from tests.faults.gateway.upstream_faults import FAULTS

CROSSED = frozenset((8, 9, 15, 16, 25, 28, 32))
"""Rows that are tried across families too: an Anthropic client with an OpenAI vendor, and the other way round."""


class Cell(msgspec.Struct, frozen=True):
    """What one test does."""

    fault: Fault
    stream: bool
    backup: bool
    client: str
    wire: str
    outcome: Outcome

    @property
    def model(self) -> str:
        return "backup" if self.backup else "alone"

    def __str__(self) -> str:
        mode = "stream" if self.stream else "whole"
        return f"{self.fault.key}-{mode}-{self.model}-{self.client}-{self.wire}"


def cells_of(fault: Fault) -> Iterator[Cell]:
    """All cells of a fault that there are."""
    for stream, pair in ((False, fault.whole), (True, fault.stream)):
        if not isinstance(pair, Pair):
            continue
        for backup, outcome in ((False, pair.alone), (True, pair.backup)):
            if isinstance(outcome, Outcome):
                for wire in fault.wires:
                    clients = ("openai", "anthropic") if fault.row in CROSSED else (wire,)
                    yield from (Cell(fault, stream, backup, client, wire, outcome) for client in clients)


CELLS = [cell for fault in FAULTS for cell in cells_of(fault)]
