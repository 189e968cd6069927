"""These run in an environment of their own (`requirements/clients.txt`): nothing of ours is imported. The gateway's address, a key
of it, a second address that is the vendor itself, and models stand in the environment."""

import os
from typing import NamedTuple

import pytest


class Way(NamedTuple):
    """How to reach a model."""

    url: str
    key: str
    prefix: str


WAYS = {
    "straight": Way(os.environ.get("CLIENTS_VENDOR", ""), "sk-right", ""),
    "through": Way(os.environ.get("CLIENTS_GATEWAY", ""), os.environ.get("CLIENTS_KEY", ""), "sim/"),
}


@pytest.fixture
def ways() -> dict[str, Way]:
    return WAYS
