"""What the parity table claims of conformance: docs/reference/parts/conformance.json.

`python -m tests.conformance --write` writes it from a run; test_conformance.py asserts of every provider that the committed
claims are what ran and passed, no more and no less.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tests.conformance.families.registry import FAMILIES
from tests.conformance.listing import LISTS
from tests.conformance.outcome import Outcome, Passed

FILE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "parts" / "conformance.json"


@cache
def committed() -> dict[str, Any]:
    """The file; empty claims where there is none."""
    return json.loads(FILE.read_text("utf-8")) if FILE.exists() else {"judges": {}, "providers": {}}


def claims_of(provider: str) -> Passed:
    """What is claimed of a provider."""
    found: Passed = committed()["providers"].get(provider, {})
    return found


def judges() -> dict[str, str]:
    """Codec → who judges its requests: `vendor types` or `simulator`."""
    return {name: str(FAMILIES[name].evidence) for name in sorted(FAMILIES)} | {
        name: str(listed.evidence) for name, listed in LISTS.items()
    }


def as_text(outcomes: Mapping[str, Outcome]) -> str:
    """The committed form: one line a provider. A provider of which nothing passed has none."""
    rows = [f'  "{name}": {json.dumps(outcomes[name].passed)}' for name in sorted(outcomes) if outcomes[name].passed]
    judged = [f'  "{codec}": "{judge}"' for codec, judge in judges().items()]
    return '{\n "judges": {\n' + ",\n".join(judged) + '\n },\n "providers": {\n' + ",\n".join(rows) + "\n }\n}\n"
