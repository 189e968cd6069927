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


WAYS = (
    Way(os.environ.get("CLIENTS_VENDOR", ""), "sk-right", ""),
    Way(os.environ.get("CLIENTS_GATEWAY", ""), os.environ.get("CLIENTS_KEY", ""), "sim/"),
)


@pytest.fixture
def equal():
    """Does a call straight to the vendor, then the same through the gateway; both results agree, and are given back as one."""

    def both(ask):
        straight, through = (ask(way) for way in WAYS)
        assert straight == through
        return straight

    return both
