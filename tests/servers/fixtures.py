"""Servers that a whole run shares. A `conftest.py` imports what its tests need: `from tests.servers.fixtures import postgres`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.postgres import Postgres
from tests.servers.valkey import Valkey


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """PostgreSQL; take a database of your own from it and leave it running."""
    server = Postgres.make()
    try:
        yield server
    finally:
        server.close()


@pytest.fixture(scope="session")
def valkey() -> Iterator[Valkey]:
    """Valkey; flush it or use keys of your own, and leave it running."""
    server = Valkey.make()
    try:
        yield server
    finally:
        server.close()
