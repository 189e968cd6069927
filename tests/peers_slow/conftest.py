"""One Xinference server for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.peers_slow.xinference import XinferenceServer, running_xinference


@pytest.fixture(scope="session")
def xinference(tmp_path_factory: pytest.TempPathFactory) -> Iterator[XinferenceServer]:
    with running_xinference(tmp_path_factory.mktemp("xinference")) as server:
        yield server
