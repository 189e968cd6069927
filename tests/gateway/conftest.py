"""A gateway over a simulated vendor of all six types."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gateway.serving import Running, serving
from tests.simulators.openai_family import DECLARATION, KEY, OpenAISimulator, openai_simulator


@pytest.fixture
def vendor() -> Iterator[OpenAISimulator]:
    with openai_simulator() as simulator:
        yield simulator


@pytest.fixture
def gateway(vendor: OpenAISimulator, tmp_path: Path) -> Iterator[Running]:
    runtime = {
        "documents": [DECLARATION],
        "credentials": {"sim": {"api_key": KEY, "base_url": vendor.url}},
        "environ": {"MODELRUNTIME_CACHE": str(tmp_path)},
    }
    with serving(runtime) as running:
        yield running
