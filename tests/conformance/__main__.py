"""Every case of every provider tried, and counted.

python -m tests.conformance            what is tried and passes, by model type and feature; every failure
python -m tests.conformance --write    the same, and the claims of the parity table written anew
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str]) -> int:
    """See the module. 1 when something fails."""
    chosen = [str(Path(__file__).parent / "test_conformance.py"), "-k", "does_what_it_declares"]
    code = pytest.main([*chosen, "-q", "-p", "no:cacheprovider", "--rootdir", str(ROOT), "-c", str(ROOT / "pyproject.toml")])
    from tests.conformance import claims  # only now: pytest must see its plugins before the vendors' packages import them
    from tests.conformance.outcome import OUTCOMES

    counts = Counter(
        (model_type, feature)
        for outcome in OUTCOMES.values()
        for model_type, codecs in outcome.passed.items()
        for feature in {feature for features in codecs.values() for feature in features}
    )
    for (model_type, feature), number in sorted(counts.items()):
        print(f"{model_type:16} {feature:20} {number:4} providers")
    print(f"{sum(outcome.cases for outcome in OUTCOMES.values())} cases of {len(OUTCOMES)} providers")
    failed = sum(len(outcome.failures) for outcome in OUTCOMES.values())
    if failed:
        print(f"{failed} cases failed")
    if "--write" in arguments and OUTCOMES:
        claims.FILE.write_text(claims.as_text(OUTCOMES), "utf-8")
        print(f"wrote {claims.FILE.relative_to(ROOT)}")
    return int(code)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
