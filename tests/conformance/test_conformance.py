"""Every capability that a provider declares, against its vendor's simulator."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from modelruntime.schema.catalogue import Catalogue
from modelruntime.schema.codec_choice import choosing_variable, codec_names
from tests.conformance import claims
from tests.conformance.families.registry import FAMILIES
from tests.conformance.outcome import OUTCOMES, Outcome, tried
from tests.conformance.server import SimulatorServer
from tests.conformance.stamping import cases_of
from tests.conformance.trial import Trial

CATALOGUE = Catalogue.load(environ={})
PROVIDERS = CATALOGUE.provider_ids()


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    environ = {"MODELRUNTIME_CACHE": str(tmp_path_factory.mktemp("cache"))}
    with SimulatorServer() as server, closing(Trial(server, environ)) as running:
        yield running


def outcome_of(name: str, trial: Trial) -> Outcome:
    """Each provider is tried once."""
    if name not in OUTCOMES:
        OUTCOMES[name] = tried(CATALOGUE, name, trial)
    return OUTCOMES[name]


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("name", PROVIDERS)
def test_a_provider_does_what_it_declares(name: str, trial: Trial) -> None:
    failures = outcome_of(name, trial).failures
    assert not failures, "\n".join(failures)


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("name", PROVIDERS)
def test_the_parity_table_claims_what_ran_and_passed(name: str, trial: Trial) -> None:
    told = "run python -m tests.conformance --write, then python scripts/generate_reference.py"
    assert claims.claims_of(name) == outcome_of(name, trial).passed, told


def test_nothing_else_is_claimed() -> None:
    known = claims.committed()
    assert set(known["providers"]) <= set(PROVIDERS)
    assert known["judges"] == claims.judges()


def test_every_codec_that_is_declared_has_a_simulator() -> None:
    spoken = {case.codec for name in PROVIDERS for case in cases_of(CATALOGUE, CATALOGUE.provider(name))}
    assert spoken <= FAMILIES.keys()


def test_every_codec_that_credentials_may_choose_is_tried() -> None:
    declared = {
        (name, kind, codec)
        for name in PROVIDERS
        for kind, choice in CATALOGUE.provider(name).codec.items()
        if choosing_variable(choice)
        for codec in codec_names(choice)
    }
    tried_for = {
        (name, case.model.model_type, case.codec)
        for name in {name for name, _, _ in declared}
        for case in cases_of(CATALOGUE, CATALOGUE.provider(name))
    }
    assert declared
    assert declared <= tried_for


def test_each_declaration_of_a_choice_is_tried_with_every_codec() -> None:
    tried_by: dict[str, set[str]] = {}
    for case in (case for name in PROVIDERS for case in cases_of(CATALOGUE, CATALOGUE.provider(name))):
        choice = case.model.codec or case.provider.codec.get(case.model.model_type)
        if choosing_variable(choice):
            tried_by.setdefault(repr(choice), set(codec_names(choice))).discard(case.codec)
    assert tried_by
    assert not any(tried_by.values()), tried_by
