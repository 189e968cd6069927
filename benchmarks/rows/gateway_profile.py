"""Where the time of a gateway of ours goes, by request or event, for rows that are missed; and how many steps one takes."""

from __future__ import annotations

import dataclasses
import json
import os
import pstats
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.gateways.peers import Gateway, Maker
from benchmarks.gateways.trial import WARM_UP_SECONDS, trial
from benchmarks.simulator import upstream

SECONDS = 4.0
LINES = 40
_FILE = "watched"
R = TypeVar("R")


def profile(make: Maker, mode: str, counted: str, connections: int) -> str:
    """The functions that take longest themselves, with what each `counted` (`answers`, `events`) costs there."""
    return _watched("benchmarks.gateways.profiled", make, mode, counted, connections, _text)


def steps(make: Maker, mode: str, counted: str, connections: int) -> str:
    """How many bytecodes and frames each `counted` takes: about the same on every machine."""
    return _watched("benchmarks.gateways.counted", make, mode, counted, connections, _steps)


def _watched(watcher: str, make: Maker, mode: str, counted: str, connections: int, read: Callable[[Path, int], R]) -> R:
    """What `read` makes of the file that the watcher wrote while so many requests or events went through the gateway."""

    def watched(folder: Path, port: int, url: str) -> Gateway:
        gateway = make(folder, port, url)
        python, option, *module = gateway.command
        return dataclasses.replace(gateway, command=[python, option, watcher, _FILE, *module])

    with upstream() as url, trial(watched, f"{url}/burst") as running:
        assert running is not None
        running.load(mode, connections, WARM_UP_SECONDS)
        os.kill(running.running.pid, signal.SIGUSR1)
        count = running.load(mode, connections, SECONDS)[counted]
        os.kill(running.running.pid, signal.SIGUSR2)
        written = running.folder / _FILE
        while not written.exists():
            time.sleep(0.05)
        return read(written, count)


def _steps(file: Path, count: int) -> str:
    found = json.loads(file.read_text())
    return f"{found['bytecodes'] / count:,.0f} bytecodes in {found['frames'] / count:,.0f} Python frames"


def _text(file: Path, count: int) -> str:
    stats: Any = pstats.Stats(str(file))
    rows = sorted(((own, calls, whole, where) for where, (_, calls, own, whole, _) in stats.stats.items()), reverse=True)
    total, called = sum(row[0] for row in rows), sum(row[1] for row in rows)
    lines = [f"{called / count:.0f} calls, {1e6 * total / count:.0f} µs each", "   self µs   whole µs    calls  function"]
    for own, calls, whole, (source, line, name) in rows[:LINES]:
        place = f"{Path(source).name}:{line}({name})" if line else name
        lines.append(f"{1e6 * own / count:10.2f} {1e6 * whole / count:10.2f} {calls / count:8.2f}  {place}")
    return "\n".join(lines)
