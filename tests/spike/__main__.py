"""`python -m tests.spike [SIZE]`: the sample, one line a family, and everything that did not fit. `all` takes every recording."""

from __future__ import annotations

import sys

from tests.shared import SHARED
from tests.spike.sample import SIZE, run
from tests.spike.sdks import missing


def main() -> None:
    if SHARED is None or missing():
        print("no recordings beside the checkout; set MODELRUNTIME_SHARED" if SHARED is None else f"install {', '.join(missing())}")
        return
    word = sys.argv[1] if len(sys.argv) > 1 else str(SIZE)
    for report in run(SHARED, 10**6 if word == "all" else int(word)):
        print(report.line())
        if report.left:
            print("    left to the vendor:", ", ".join(f"{name} {n}" for name, n in report.left.most_common()))
        for misfit in report.misfits:
            print("   ", misfit)


if __name__ == "__main__":
    main()
