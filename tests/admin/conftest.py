"""A gateway with an admin API over a simulated vendor of all six types."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from modelruntime.schema.catalogue import Catalogue
from tests.admin.serving import Client, Served, serving
from tests.simulators.openai_family import DECLARATION, KEY, OpenAISimulator, openai_simulator


@pytest.fixture
def vendor() -> Iterator[OpenAISimulator]:
    with openai_simulator() as simulator:
        yield simulator


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the declarations are kept compiled: once for all tests."""
    folder = tmp_path_factory.mktemp("compiled")
    Catalogue.load(environ={"MODELRUNTIME_CACHE": str(folder)})
    return folder


@pytest.fixture
def cache(compiled: Path, tmp_path: Path) -> Path:
    """A cache of the test's own, with the declarations in it: lists of vendors that are fetched stay in it too."""
    return Path(shutil.copytree(compiled, tmp_path / "cache", copy_function=os.link))


@pytest.fixture
def runtime(cache: Path) -> dict[str, Any]:
    """The arguments of a runtime that knows the vendor and has no credentials."""
    return {"documents": [DECLARATION], "environ": {"MODELRUNTIME_CACHE": str(cache)}}


@pytest.fixture
def gateway(tmp_path: Path, runtime: dict[str, Any]) -> Iterator[Served]:
    with serving(tmp_path / "data", runtime) as served:
        yield served


@pytest.fixture
def admin(gateway: Served) -> Client:
    return gateway.client()


@pytest.fixture
def configured(admin: Client, vendor: OpenAISimulator) -> Client:
    """The admin, once the vendor may be reached and has a credential."""
    host = vendor.url.removeprefix("http://").removesuffix("/v1")
    admin.done("PATCH", "/api/settings", {"values": {"egress_allow": [host]}})
    body = {"name": "main", "credentials": {"api_key": KEY, "base_url": vendor.url}}
    admin.done("POST", "/api/providers/sim/credentials", body)
    return admin
