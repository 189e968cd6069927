"""MEMORY: a gateway that has served many requests takes no more memory than one that is warm."""

import sys
import time

from benchmarks.gateways.peers import ours
from benchmarks.gateways.trial import CHAT, MESSAGES_PATH, Trial
from benchmarks.result import Line, RowResult, verdict
from benchmarks.rows.gateway_rows import Figures, least, result
from benchmarks.settings import Settings

REQUESTS = 1_000_000
WARM = 20_000
CONNECTIONS = 64
SECONDS = 5.0
REST_SECONDS = 2.0
"""The ledger is written behind the answers: its last rows are in the database before memory is looked at."""
KINDS = (("whole", CHAT), ("stream", CHAT), ("whole", MESSAGES_PATH))
SHOWN = 20


def grown(trial: Trial) -> Figures:
    """Megabytes when warm and at the end, and the most in between."""
    _serve(trial, WARM)
    warm = _memory(trial)
    seen = [warm]
    served = 0
    for _ in range(SHOWN):
        served += _serve(trial, REQUESTS // SHOWN)
        seen.append(_memory(trial))
        print(f"  {served} requests: {seen[-1]:.1f} MB", file=sys.stderr)
    return {"warm": warm, "end": seen[-1], "most": max(seen), "requests": served}


def _serve(trial: Trial, requests: int) -> int:
    served = 0
    while served < requests:
        for mode, path in KINDS:
            served += trial.load(mode, CONNECTIONS, SECONDS, path)["answers"]
    return served


def _memory(trial: Trial) -> float:
    time.sleep(REST_SECONDS)
    return trial.running.own_memory() / 1e6


def measure(settings: Settings) -> RowResult:
    """Whole answers, streams and another dialect in turn; key, limits, ledger, log of calls and metrics are on. One process."""
    found = least((ours,), grown, Settings(rounds=1))["modelruntime"]
    more = 100 * (found["end"] / found["warm"] - 1)
    line = Line(
        f"after {found['requests']:,.0f} requests",
        f"{found['end']:.1f} MB",
        f"warm, after {WARM:,}: {found['warm']:.1f} MB",
        f"{more:+.1f} %",
        "≤ 5 %",
        "–",
        verdict(more, 5, None),
    )
    return result("MEMORY", "gateway: memory over many requests", [line], [f"The most in between: {found['most']:.1f} MB."])
