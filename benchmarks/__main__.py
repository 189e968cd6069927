"""Measure rows of the budgets and write benchmarks/RESULTS.md.

    python -m benchmarks [ROW …] [--rounds N] [--with-litellm] [--with-peers]

MEMORY sends 200,000 requests, which takes minutes. Rows that are not measured keep their last result. Without
`--with-litellm` LiteLLM is measured only if a former run installed it; `--with-peers` installs the other gateways and
LiteLLM's proxy.
"""

from __future__ import annotations

import argparse
import importlib
import sys

from benchmarks.gateways.peers import install
from benchmarks.litellm_peer import litellm_python
from benchmarks.report import results_text
from benchmarks.result import ROOT
from benchmarks.settings import Settings

ROWS = ("L1", "L2", "L3", "L4", "L5", "L6", "L7", "L8", "L9", "G1", "G2", "G3", "G4", "G5", "G6", "G7", "G8", "MEMORY", "WORKERS")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"any of {', '.join(ROWS)}; all by default")
    parser.add_argument("--rounds", type=int, default=5, help="fresh processes a variant (5)")
    parser.add_argument("--with-litellm", action="store_true", help="install LiteLLM into .bench/litellm and measure it too")
    parser.add_argument("--with-peers", action="store_true", help="install the gateways that are packages into .bench")
    arguments = parser.parse_args()
    if arguments.with_peers:
        install()
    rows = [row.upper() for row in arguments.rows] or list(ROWS)
    if unknown := [row for row in rows if row not in ROWS]:
        parser.error(f"no row is called {', '.join(unknown)}")
    settings = Settings(rounds=arguments.rounds, litellm=litellm_python(arguments.with_litellm))
    results = ROOT / "benchmarks" / "RESULTS.md"
    for row in rows:
        print(f"{row} …", file=sys.stderr)
        result = importlib.import_module(f"benchmarks.rows.{row.lower()}").measure(settings)
        results.write_text(results_text(results.read_text("utf-8"), result), encoding="utf-8")
        for line in result.lines:
            print(f"{row} {line.what}: {line.ours} · {line.peers} · {line.ratio} · budget {line.budget} · {line.verdict}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
