"""What came of a provider's cases: what passed, and what failed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from modelruntime.schema.catalogue import Catalogue
from tests.conformance.case import Case
from tests.conformance.listing import FEATURE, LISTS, listing_codec
from tests.conformance.stamping import cases_of
from tests.conformance.trial import Failure, Trial

Passed = dict[str, dict[str, list[str]]]
"""Model type (or `models`, for the listing) → codec → features of which every case passed."""


@dataclass
class Outcome:
    """The cases of one provider, tried."""

    passed: Passed = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    cases: int = 0


def tried(catalogue: Catalogue, name: str, trial: Trial) -> Outcome:
    """Try everything that a provider declares."""
    provider = catalogue.provider(name)
    outcome = Outcome()
    good: dict[tuple[str, str, str], bool] = {}
    for case in cases_of(catalogue, provider):
        key = (case.model.model_type, case.codec, case.scenario.feature)
        good[key] = _try(case, trial, outcome) and good.get(key, True)
    codec = listing_codec(provider)
    if codec in LISTS and not provider.python:
        outcome.cases += 1
        try:
            trial.run_listing(provider, codec)
            good["models", codec, FEATURE] = True
        except Failure as failure:
            outcome.failures.append(str(failure))
    outcome.passed = _sorted(key for key, passed in good.items() if passed)
    return outcome


def _try(case: Case, trial: Trial, outcome: Outcome) -> bool:
    outcome.cases += 1
    try:
        trial.run(case)
    except Failure as failure:
        outcome.failures.append(str(failure))
        return False
    return True


def _sorted(keys: Iterable[tuple[str, str, str]]) -> Passed:
    found: Passed = {}
    for model_type, codec, feature in sorted(keys):
        found.setdefault(model_type, {}).setdefault(codec, []).append(feature)
    return found


OUTCOMES: dict[str, Outcome] = {}
"""What this process tried."""
