"""A vendor that plays one answer, and a gateway before it that knows it by every family's codec."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.clients.declared import declarations
from tests.gateway.serving import Running, serving
from tests.simulators.recorded_vendor import RecordedVendor, recorded_vendor


@pytest.fixture(scope="session")
def vendor() -> Iterator[RecordedVendor]:
    with recorded_vendor() as running:
        yield running


@pytest.fixture(autouse=True)
def _forgotten(vendor: RecordedVendor) -> None:
    vendor.asked.clear()
    vendor.answers.clear()


@pytest.fixture(scope="session")
def settings(vendor: RecordedVendor, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    documents, credentials = declarations(vendor.url)
    compiled = str(tmp_path_factory.mktemp("compiled"))
    return {"documents": documents, "credentials": credentials, "environ": {"MODELRUNTIME_CACHE": compiled}}


@pytest.fixture(scope="session")
def gateway(settings: dict[str, Any]) -> Iterator[Running]:
    with serving(settings) as running:
        yield running
