"""Gateways of the fault matrix: one for each setup, kept for all of its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial

import pytest

from modelruntime.routing import attempt_plan
from modelruntime.routing.retry_policy import RetryPolicy
from tests.faults.gateway.bench import Bench, bench, healthy
from tests.faults.gateway.fault import CALM, Setup
from tests.simulators.certificates import Authority

Benches = Callable[[Setup], Bench]


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """The one that the gateways trust."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def compiled_faults(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where the declarations are kept compiled."""
    return str(tmp_path_factory.mktemp("compiled"))


@pytest.fixture(scope="package")
def benches(authority: Authority, compiled_faults: str) -> Iterator[Benches]:
    """The gateway of a setup. Back-offs are short."""
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        patch.setattr(attempt_plan, "RetryPolicy", partial(RetryPolicy, first_delay=0.01, max_delay=0.02))
        well = stack.enter_context(healthy())
        made: dict[Setup, Bench] = {}

        def of(setup: Setup) -> Bench:
            if setup not in made:
                made[setup] = stack.enter_context(bench(setup, well, compiled_faults, str(authority.file)))
            return made[setup]

        yield of


@pytest.fixture
def calm(benches: Benches) -> Bench:
    """The patient gateway, with nothing to remember."""
    found = benches(CALM)
    found.begin()
    return found
