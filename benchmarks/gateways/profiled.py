"""A module under Python's profiler, from one signal to another.

    python -m benchmarks.gateways.profiled FILE MODULE [ARGUMENT …]

SIGUSR1 begins; SIGUSR2 ends, and writes the statistics into FILE.
"""

from __future__ import annotations

import cProfile
import os
import runpy
import signal
import sys


def main(file: str, module: str, arguments: list[str]) -> None:
    """Run the module as if it had been started itself."""
    profiler = cProfile.Profile()

    def write(*_: object) -> None:
        profiler.disable()
        profiler.dump_stats(f"{file}.part")
        os.replace(f"{file}.part", file)

    signal.signal(signal.SIGUSR1, lambda *_: profiler.enable())
    signal.signal(signal.SIGUSR2, write)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
