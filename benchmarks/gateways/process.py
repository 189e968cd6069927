"""A gateway as a process: its CPU time and memory, those of its children included, from `/proc`."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
START_SECONDS = 90.0
GATEWAY_CORE, OTHER_CORE = 0, (os.cpu_count() or 1) - 1
"""The measured process has a core of its own; simulator and load share the other one."""


@dataclass(frozen=True)
class Running:
    """One that answers."""

    pid: int
    url: str
    start_seconds: float
    """From the start of the process to its first healthy answer."""

    def cpu_seconds(self) -> float:
        """User and system time of the whole tree so far."""
        return sum(_cpu(pid) for pid in _tree(self.pid))

    def memory(self) -> int:
        """Bytes, pages that are shared counted in parts (PSS)."""
        return sum(_smaps(pid, "Pss") for pid in _tree(self.pid))

    def own_memory(self) -> int:
        """Bytes that are of no file: what files take depends on who else has them open at the time."""
        return sum(_smaps(pid, "Pss_Anon") for pid in _tree(self.pid))


@contextmanager
def started(
    command: Sequence[str], environ: Mapping[str, str], folder: Path, address: Callable[[], str | None]
) -> Iterator[Running]:
    """The process once it has an `address` at which it answers; ended when the block is left. Raises `RuntimeError` with what it
    printed."""
    output = folder / "output.txt"
    with output.open("wb") as sink:
        begun = time.monotonic()
        process = subprocess.Popen(
            [*_pinned(GATEWAY_CORE), *command], cwd=folder, env={**os.environ, **environ}, stdout=sink, stderr=sink
        )
        try:
            while (url := address()) is None:
                if process.poll() is not None or time.monotonic() - begun > START_SECONDS:
                    raise RuntimeError(f"{command[0]} did not start: {output.read_text(errors='replace')[-2000:]}")
                time.sleep(0.01)
            yield Running(process.pid, url, time.monotonic() - begun)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def pinned_beside() -> list[str]:
    """What a command of the simulator's or the load's side begins with."""
    return _pinned(OTHER_CORE)


def _pinned(core: int) -> list[str]:
    return ["taskset", "-c", str(core)]


def _tree(pid: int) -> list[int]:
    found = [pid]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            found += [int(child) for child in _read(task).split()]
    return found


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # it ended in the meantime
        return ""


def _cpu(pid: int) -> float:
    fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS if fields else 0.0


def _smaps(pid: int, name: str) -> int:
    lines = _read(Path(f"/proc/{pid}/smaps_rollup")).splitlines()
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:")), 0)
