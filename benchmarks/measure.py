"""Fresh processes, interleaved, the least of several rounds.

Noise on a shared machine only ever adds CPU time, so the minimum is the figure; that every variant takes its turn in every
round keeps a slow minute from falling on one of them alone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.result import ROOT


@dataclass(frozen=True)
class Variant:
    """One thing to measure: a case of a subject, in an environment."""

    name: str
    subject: str
    case: str
    options: tuple[str, ...] = ()
    python: str = sys.executable


def least_cpu(variants: Sequence[Variant], url: str, rounds: int) -> dict[str, float]:
    """CPU microseconds a unit by variant: the minimum over the rounds."""
    least: dict[str, float] = {}
    for number in range(rounds):
        for variant in variants:
            cpu = run_variant(variant, url)["cpu_us"]
            least[variant.name] = min(cpu, least.get(variant.name, cpu))
            print(f"  round {number + 1}/{rounds} {variant.name}: {cpu:.1f} µs", file=sys.stderr)
    return least


def run_variant(variant: Variant, url: str, *more: str) -> dict[str, Any]:
    """The figures of one fresh process."""
    arguments = ["-m", "benchmarks.subject", variant.subject, variant.case, url, *variant.options, *more]
    figures: dict[str, Any] = json.loads(run_python(variant.python, arguments).splitlines()[-1])
    return figures


def run_python(python: str, arguments: Sequence[str], **environment: str) -> str:
    """What a fresh interpreter printed; its own words on stderr are shown when it fails."""
    done = subprocess.run([python, *arguments], cwd=ROOT, env=child_environment(**environment), capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)} failed:\n{done.stderr[-3000:]}")
    return done.stdout


def child_environment(**more: str) -> dict[str, str]:
    """This checkout's sources first, whether it is installed or not."""
    return {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", **more}


def process_cost(python: str, arguments: Sequence[str], **environment: str) -> float:
    """CPU seconds of a whole process, from its start to its end."""
    process = subprocess.Popen([python, *arguments], cwd=ROOT, env=child_environment(**environment), stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(arguments)} failed")
    return usage.ru_utime + usage.ru_stime
