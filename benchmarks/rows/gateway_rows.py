"""What the gateway rows share: every gateway in turn, round after round, the least of each figure."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks.environment import versions
from benchmarks.gateways.peers import FERROGW, PEERS, PORTKEY, ROLTER, STREAMING, TENSORZERO, Gateway, ours
from benchmarks.gateways.trial import WARM_UP_SECONDS, Trial, trial
from benchmarks.litellm_peer import VERSION
from benchmarks.result import Line, RowResult
from benchmarks.settings import Settings
from benchmarks.simulator import upstream

Maker = Callable[[Path, int, str], Gateway | None]
Figures = dict[str, float]
WINDOWS = 6
ROUNDS_OF_PEERS = 3
"""LiteLLM takes a minute for each; its figures differ by less than a tenth."""


def least(
    makers: Sequence[Maker], measured: Callable[[Trial], Figures], settings: Settings, mode: str = "burst"
) -> dict[str, Figures]:
    """By gateway, the minimum of each figure over fresh processes. A peer that fails at it is left out, and said so."""
    found: dict[str, Figures] = {}
    with upstream() as url:
        for number in range(settings.rounds):
            for make in makers:
                if make in PEERS and number >= ROUNDS_OF_PEERS:
                    continue
                _measure(make, f"{url}/{mode}", measured, found, number)
    return found


def in_turn(
    makers: Sequence[Maker], measured: Callable[[Trial], float], settings: Settings, windows: int = WINDOWS
) -> list[list[float]]:
    """A figure of each gateway, again and again: in each round fresh processes that are all there, measured one after the other
    `windows` times. What disturbs the machine for longer than a window disturbs all of them."""
    rows: list[list[float]] = []
    with upstream() as url:
        for number in range(settings.rounds):
            with ExitStack() as stack:
                trials = [stack.enter_context(trial(make, f"{url}/burst")) for make in makers]
                running = [each for each in trials if each is not None]
                for each in running:
                    each.load("whole", 64, WARM_UP_SECONDS)
                rows += [[measured(each) for each in running] for _ in range(windows)]
            least_yet = [f"{min(column):.0f}" for column in zip(*rows, strict=True)]
            print(f"  round {number + 1}: {', '.join(least_yet)} at least", file=sys.stderr)
    return rows


def _measure(make: Maker, url: str, measured: Callable[[Trial], Figures], found: dict[str, Figures], number: int) -> None:
    try:
        with trial(make, url) as running:
            if running is None:
                return
            figures = measured(running)
    except (RuntimeError, OSError) as failed:
        if make not in PEERS:
            raise
        print(f"  {make.__name__} failed: {str(failed)[-300:]}", file=sys.stderr)
        return
    kept = found.setdefault(running.gateway.name, figures)
    for name, value in figures.items():
        kept[name] = min(value, kept[name])
    print(f"  round {number + 1} {running.gateway.name}: {figures}", file=sys.stderr)


def others(found: dict[str, Figures], name: str, shown: Callable[[float], str]) -> str:
    """The peers' figures in words."""
    return (
        ", ".join(f"{peer} {shown(figures[name])}" for peer, figures in found.items() if not peer.startswith("modelruntime")) or "–"
    )


def missed(lines: Sequence[Line]) -> bool:
    """Was a budget missed? Then the row says where the time goes."""
    return any("miss" in line.verdict for line in lines)


def result(
    row: str, title: str, lines: list[Line], notes: Sequence[str] = (), profiles: Mapping[str, str] | None = None
) -> RowResult:
    """The row with the versions of who took part."""
    known = versions("msgspec", "uvicorn", "httptools", "uvloop")
    known |= {"rolter": ROLTER, "ferrogw": FERROGW, "TensorZero": TENSORZERO, "Portkey": PORTKEY, "LiteLLM": VERSION}
    return RowResult(row, title, lines, datetime.date.today().isoformat(), known, list(notes), dict(profiles or {}))


ALL: tuple[Maker, ...] = (ours, *PEERS)
STREAM: tuple[Maker, ...] = (ours, *STREAMING)
