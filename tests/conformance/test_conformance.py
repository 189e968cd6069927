"""Every capability that a provider declares, against its vendor's simulator."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from modelruntime.schema.catalogue import Catalogue
from tests.conformance.families.registry import FAMILIES
from tests.conformance.server import SimulatorServer
from tests.conformance.stamping import cases_of
from tests.conformance.trial import Failure, Trial

CATALOGUE = Catalogue.load(environ={})
PROVIDERS = CATALOGUE.provider_ids()


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    environ = {"MODELRUNTIME_CACHE": str(tmp_path_factory.mktemp("cache"))}
    with SimulatorServer() as server, closing(Trial(server, environ)) as running:
        yield running


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("name", PROVIDERS)
def test_a_provider_does_what_it_declares(name: str, trial: Trial) -> None:
    failures: list[str] = []
    for case in cases_of(CATALOGUE, CATALOGUE.provider(name)):
        try:
            trial.run(case)
        except Failure as failure:
            failures.append(str(failure))
    assert not failures, "\n".join(failures)


def test_every_codec_that_is_declared_has_a_simulator() -> None:
    spoken = {case.codec for name in PROVIDERS for case in cases_of(CATALOGUE, CATALOGUE.provider(name))}
    assert spoken <= FAMILIES.keys()
