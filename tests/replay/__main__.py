"""Every recording judged, by the tests of this folder, and what came of it.

MODELRUNTIME_SHARED=… python -m tests.replay              the report, codec by codec, and every failure with its reason
MODELRUNTIME_SHARED=… python -m tests.replay --write      the same, and the counts into benchmarks/REPLAY.md and
                                                          docs/reference/parts/evidence.json
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from pathlib import Path

import pytest

from tests.shared import SHARED

ROOT = Path(__file__).resolve().parents[2]
REPORT = ROOT / "benchmarks" / "REPLAY.md"


def main(arguments: list[str]) -> int:
    """See the module. 1 when a test fails, 2 where there are no recordings."""
    if SHARED is None:
        print("no recordings at hand: MODELRUNTIME_SHARED names the folder that holds them")
        return 2
    sys.dont_write_bytecode = True
    os.environ["NO_COLOR"] = "1"
    told = io.StringIO()
    here = Path(__file__).parent
    stale = ["--ignore", str(here / "test_evidence.py")] if "--write" in arguments else []
    settings = ["-q", "-s", "-p", "no:cacheprovider", "--rootdir", str(ROOT), "-c", str(ROOT / "pyproject.toml")]
    with contextlib.redirect_stdout(told):
        code = pytest.main([str(here), *settings, *stale])
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        print(told.getvalue())
        return int(code)
    from tests.replay import evidence  # only now: pytest must see its plugins before the vendors' packages import them
    from tests.replay.ledger import LEDGER
    from tests.replay.summary import failures, markdown, table

    print(table(LEDGER))
    for line in failures(LEDGER):
        print(line)
    if code:
        print(told.getvalue())
    if "--write" in arguments and not code:
        REPORT.write_text(markdown(LEDGER), "utf-8")
        evidence.FILE.write_text(evidence.as_text(evidence.counted()), "utf-8")
        print(f"wrote {REPORT.relative_to(ROOT)} and {evidence.FILE.relative_to(ROOT)}")
    return int(code)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
