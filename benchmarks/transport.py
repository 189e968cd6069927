"""Measure the transports alone, side by side, and print a table (docs/decisions/0003-transports.md holds one).

python -m benchmarks.transport [--rounds N]
"""

from __future__ import annotations

import argparse

from benchmarks.environment import machine, versions
from benchmarks.measure import Variant, least_cpu
from benchmarks.simulator import upstream

_ROWS = (
    ("one call, sync", ("blocking_call", "stdlib_call"), ()),
    ("one call, async", ("asyncio_call", "aiohttp_call", "bare_aiohttp_call"), ()),
    ("one call, async on uvloop", ("asyncio_call", "aiohttp_call", "bare_aiohttp_call"), ("--uvloop",)),
    ("64 calls at once, uvloop, each", ("asyncio_at_once", "aiohttp_at_once"), ("--uvloop",)),
    ("stream event, burst, sync", ("blocking_stream",), ()),
    ("stream event, burst, async", ("asyncio_stream", "aiohttp_stream"), ()),
    ("stream event, burst, uvloop", ("asyncio_stream", "aiohttp_stream"), ("--uvloop",)),
    ("stream event, paced × 16, uvloop", ("asyncio_paced", "aiohttp_paced"), ("--uvloop",)),
)
_PEER = (("openai package, sync", "chat_sync", ()), ("openai package, async on uvloop", "chat_async", ("--uvloop",)))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.transport", description="CPU time of the transports alone")
    parser.add_argument("--rounds", type=int, default=5, help="fresh processes a variant (5)")
    rounds = parser.parse_args().rounds
    variants = [Variant(f"{what}: {case}", "transports", case, options) for what, cases, options in _ROWS for case in cases] + [
        Variant(what, "openai_sdk", case, options) for what, case, options in _PEER
    ]
    with upstream() as url:
        cpu = least_cpu(variants, url, rounds)
    print(f"{machine()}; {versions('aiohttp', 'uvloop', 'openai')}; least of {rounds}\n")
    print("| what | CPU µs |\n|---|---|")
    for name, microseconds in cpu.items():
        print(f"| {name} | {microseconds:.1f} |")


if __name__ == "__main__":
    main()
