"""A row of the fault matrix as data: how the vendor misbehaves, and what must be seen in each of its four cells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from modelruntime.transports.contract import Timeouts
from tests.faults.gateway.wire import FIRST, SAID, Wire
from tests.simulators.raw_server import Answering

Plays = Callable[[Wire, bool], list[Answering]]
"""The family and whether a stream was asked for → how its requests are answered."""
Place = Literal["server", "nobody", "black hole", "expired", "other host", "unknown authority", "no TLS"]
"""Where the vendor is: a server that plays a script, an address where nobody listens or answers, or a TLS server that is wrong."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What must be seen. `errors` are those of the attempts in the record, None for the one that succeeded; `calls` is how many
    requests reached the misbehaving vendor."""

    status: int = 200
    code: str | None = None
    text: str = SAID
    calls: int = 1
    errors: tuple[str | None, ...] = (None,)
    record_status: int = 200
    retry_after: str | None = None


class Pair(msgspec.Struct, frozen=True):
    """Alone, and with a healthy vendor behind the same name."""

    alone: Outcome | str
    backup: Outcome | str


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """The gateway that a row needs; rows with the same one share it."""

    timeouts: Timeouts = Timeouts(connect=10, first_byte=10, idle=10)
    max_response_bytes: int = 256 * 2**20
    guard: bool = False


CALM = Setup()
HASTY = Setup(timeouts=Timeouts(connect=0.3, first_byte=0.3, idle=0.3))


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One way to misbehave. A text in place of a pair says why the row has no such cells."""

    row: int
    name: str
    does: str
    """What the vendor does, for a reader."""
    plays: Plays = lambda wire, stream: [()]
    whole: Pair | str
    stream: Pair | str
    place: Place = "server"
    setup: Setup = CALM
    wires: tuple[str, ...] = ("openai", "anthropic")
    deadline: float = 30.0
    """Seconds of the whole call."""
    keeps: bool = False
    """The connection may be kept: the answer was whole."""

    @property
    def key(self) -> str:
        return f"{self.row:02}-{self.name.replace(' ', '-')}"


def passes(calls: int = 1, errors: tuple[str | None, ...] = (None,), text: str = SAID) -> Pair:
    """The vendor's answer is accepted; nobody else is asked."""
    outcome = Outcome(calls=calls, errors=errors, text=text)
    return Pair(outcome, outcome)


def fails(status: int, code: str, error: str, calls: int = 3, *, tries: int | None = None, retry_after: str | None = None) -> Pair:
    """Nothing was shown: alone the client is told after so many calls; a backup answers after the first."""
    told = Outcome(
        status=status,
        code=code,
        text="",
        calls=calls,
        errors=(error,) * (calls if tries is None else tries),
        record_status=status,
        retry_after=retry_after,
    )
    return Pair(told, Outcome(calls=min(calls, 1), errors=(error, None)))


def ends(status: int, code: str, error: str, calls: int = 1) -> Pair:
    """Nothing was shown, and nothing more is tried: the request itself is wrong, or its time is up."""
    told = Outcome(status=status, code=code, text="", calls=calls, errors=(error,), record_status=status)
    return Pair(told, told)


def breaks(status: int, code: str, error: str, text: str = FIRST) -> Pair:
    """Something was shown: the failure is told in the stream, and nobody else is asked."""
    told = Outcome(code=code, text=text, errors=(error,), record_status=status)
    return Pair(told, told)
