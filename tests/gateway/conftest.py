"""A gateway over a simulated vendor of all six types."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.serving import Running, serving
from tests.servers.fixtures import valkey
from tests.simulators.openai_family import DECLARATION, KEY, OpenAISimulator, openai_simulator

__all__ = ["valkey"]


@pytest.fixture
def vendor() -> Iterator[OpenAISimulator]:
    with openai_simulator() as simulator:
        yield simulator


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the declarations are kept compiled: once for all tests."""
    return tmp_path_factory.mktemp("compiled")


@pytest.fixture
def settings(vendor: OpenAISimulator, compiled: Path) -> dict[str, Any]:
    """The arguments of a runtime that knows the vendor."""
    return {
        "documents": [DECLARATION],
        "credentials": {"sim": {"api_key": KEY, "base_url": vendor.url}},
        "environ": {"MODELRUNTIME_CACHE": str(compiled)},
    }


@pytest.fixture
def gateway(settings: dict[str, Any]) -> Iterator[Running]:
    with serving(settings) as running:
        yield running
