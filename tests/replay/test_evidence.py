"""The committed counts are those of the recordings at hand, and hold nothing but counts."""

from __future__ import annotations

import json
from contextlib import redirect_stdout
from io import StringIO

from tests.conformance.listing import FEATURE as LISTING
from tests.conformance.scenarios import faults, llm, others
from tests.replay import evidence
from tests.shared import SHARED

SCENARIOS = (*llm.SCENARIOS, *faults.SCENARIOS, *(scenario for group in others.SCENARIOS.values() for scenario in group))
FEATURES = {LISTING, *(scenario.feature for scenario in SCENARIOS)}


def test_the_committed_counts_are_those_of_the_recordings() -> None:
    if SHARED is None:
        print("no recordings beside the checkout: the committed counts were not compared")
        return
    with redirect_stdout(StringIO()):
        counted = evidence.counted()
    told = "the recordings or their players changed: run python -m tests.replay --write"
    assert evidence.FILE.read_text("utf-8") == evidence.as_text(counted), told


def test_they_are_counts_of_features_that_the_parity_table_knows() -> None:
    committed = json.loads(evidence.FILE.read_text("utf-8"))
    counts = [item for codecs in committed.values() for features in codecs.values() for item in features.items()]
    assert {feature for feature, _ in counts} <= FEATURES
    assert all(isinstance(number, int) and number > 0 for _, number in counts)
