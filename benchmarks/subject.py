"""Runs one case of one subject in this (fresh) process and prints what it cost as JSON.

    python -m benchmarks.subject SUBJECT CASE URL [--uvloop] [--profile]

A subject is a module in `benchmarks/subjects`; its case is a function that takes the upstream's URL and gives an
*operation*: called once, it does some work and returns how many units that was (calls, events). The first operations warm
up; CPU time is user and system time of the whole process, all threads.
"""

from __future__ import annotations

import asyncio
import cProfile
import importlib
import inspect
import io
import json
import pstats
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

SECONDS = 1.0
"""CPU time to measure at least."""
WARM_UP = 5
PROFILE_ROWS = 25


def main() -> None:
    name, case, url, *options = sys.argv[1:]
    subject = importlib.import_module(f"benchmarks.subjects.{name}")
    prepare = getattr(subject, case)
    profiler = cProfile.Profile() if "--profile" in options else None
    if inspect.iscoroutinefunction(prepare):
        if "--uvloop" in options:
            import uvloop

            uvloop.install()
        figures = asyncio.run(_measure_async(prepare, url, profiler))
    else:
        figures = _measure(prepare(url), profiler)
    if profiler is not None:
        figures["profile"] = _profile_text(profiler)
    print(json.dumps(figures))


def _measure(operation: Callable[[], int], profiler: cProfile.Profile | None) -> dict[str, Any]:
    for _ in range(WARM_UP):
        operation()
    units, start, wall = 0, time.process_time(), time.perf_counter()
    if profiler:
        profiler.enable()
    while time.process_time() - start < SECONDS or not units:
        units += operation()
    if profiler:
        profiler.disable()
    return _figures(time.process_time() - start, time.perf_counter() - wall, units)


async def _measure_async(
    prepare: Callable[[str], Awaitable[Callable[[], Awaitable[int]]]], url: str, profiler: cProfile.Profile | None
) -> dict[str, Any]:
    operation = await prepare(url)
    slow = getattr(operation, "paced", False)
    for _ in range(0 if slow else WARM_UP):
        await operation()
    units, start, wall = 0, time.process_time(), time.perf_counter()
    if profiler:
        profiler.enable()
    while not units or (not slow and time.process_time() - start < SECONDS):
        units += await operation()
    if profiler:
        profiler.disable()
    return _figures(time.process_time() - start, time.perf_counter() - wall, units)


def _figures(cpu: float, wall: float, units: int) -> dict[str, Any]:
    return {"cpu_us": 1e6 * cpu / units, "wall_us": 1e6 * wall / units, "units": units}


def _profile_text(profiler: cProfile.Profile) -> str:
    text = io.StringIO()
    pstats.Stats(profiler, stream=text).strip_dirs().sort_stats("tottime").print_stats(PROFILE_ROWS)
    lines = text.getvalue().splitlines()
    start = next((number for number, line in enumerate(lines) if "ncalls" in line), 0)
    return "\n".join(line.rstrip() for line in lines[start:] if line.strip())


if __name__ == "__main__":
    main()
