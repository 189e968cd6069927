"""A module whose steps are counted: bytecodes and Python frames of its main thread, from one signal to another.

    python -m benchmarks.gateways.counted FILE MODULE [ARGUMENT …]

SIGUSR1 begins; SIGUSR2 ends, and writes the counts into FILE as JSON: `{"bytecodes": …, "frames": …, "places": [[file, function,
bytecodes], …]}`. Unlike times they hardly differ between runs and machines with one version of Python, so that two versions of a
program can be told apart by them.
"""

from __future__ import annotations

import json
import os
import runpy
import signal
import sys
from collections import Counter
from types import CodeType, FrameType
from typing import Any


class Steps:
    """What was counted."""

    def __init__(self) -> None:
        self.frames = 0
        self.by_code: Counter[CodeType] = Counter()

    def entered(self, frame: FrameType, event: str, _: Any) -> Any:
        """For `sys.settrace`: a frame begins, or goes on."""
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        self.frames += 1
        return self._stepped

    def _stepped(self, frame: FrameType, event: str, _: Any) -> Any:
        if event == "opcode":
            self.by_code[frame.f_code] += 1
        return self._stepped

    def report(self) -> dict[str, Any]:
        """As it is written."""
        places = [[code.co_filename, code.co_qualname, count] for code, count in self.by_code.most_common()]
        return {"bytecodes": self.by_code.total(), "frames": self.frames, "places": places}


def main(file: str, module: str, arguments: list[str]) -> None:
    """Run the module as if it had been started itself."""
    steps = Steps()

    def write(*_: object) -> None:
        sys.settrace(None)
        with open(f"{file}.part", "w") as out:
            json.dump(steps.report(), out)
        os.replace(f"{file}.part", file)

    signal.signal(signal.SIGUSR1, lambda *_: sys.settrace(steps.entered))
    signal.signal(signal.SIGUSR2, write)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
