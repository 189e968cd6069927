"""No gateway at all: the load talks to a simulator of its own."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.gateways.peers import Gateway
from benchmarks.result import ROOT


def direct(folder: Path, port: int, upstream: str) -> Gateway | None:
    """A second simulator, on the port on which a gateway would be."""
    command = [sys.executable, "-m", "benchmarks.simulator", str(port)]
    return Gateway("direct", command, environ={"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"})
