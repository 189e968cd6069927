"""Where the time of a gateway of ours goes, by request or event: for rows that are missed."""

from __future__ import annotations

import dataclasses
import os
import pstats
import signal
import time
from pathlib import Path
from typing import Any

from benchmarks.gateways.peers import Gateway, Maker
from benchmarks.gateways.trial import WARM_UP_SECONDS, trial
from benchmarks.simulator import upstream

SECONDS = 4.0
LINES = 40
_FILE = "profile.stats"


def profile(make: Maker, mode: str, counted: str, connections: int) -> str:
    """The functions that take longest themselves, with what each `counted` (`answers`, `events`) costs there."""

    def profiled(folder: Path, port: int, url: str) -> Gateway:
        gateway = make(folder, port, url)
        python, option, *module = gateway.command
        return dataclasses.replace(gateway, command=[python, option, "benchmarks.gateways.profiled", _FILE, *module])

    with upstream() as url, trial(profiled, f"{url}/burst") as running:
        assert running is not None
        running.load(mode, connections, WARM_UP_SECONDS)
        os.kill(running.running.pid, signal.SIGUSR1)
        count = running.load(mode, connections, SECONDS)[counted]
        os.kill(running.running.pid, signal.SIGUSR2)
        written = running.folder / _FILE
        while not written.exists():
            time.sleep(0.05)
        return _text(pstats.Stats(str(written)), count)


def _text(stats: Any, count: int) -> str:
    rows = sorted(((own, calls, whole, where) for where, (_, calls, own, whole, _) in stats.stats.items()), reverse=True)
    total, called = sum(row[0] for row in rows), sum(row[1] for row in rows)
    lines = [f"{called / count:.0f} calls, {1e6 * total / count:.0f} µs each", "   self µs   whole µs    calls  function"]
    for own, calls, whole, (file, line, name) in rows[:LINES]:
        place = f"{Path(file).name}:{line}({name})" if line else name
        lines.append(f"{1e6 * own / count:10.2f} {1e6 * whole / count:10.2f} {calls / count:8.2f}  {place}")
    return "\n".join(lines)
