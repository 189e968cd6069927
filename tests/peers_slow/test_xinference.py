"""The declared provider against Xinference's real server, its authentication on."""

from __future__ import annotations

import pytest

from tests.peers.client import Client
from tests.peers_slow.run_scenario import run_scenario
from tests.peers_slow.scenarios import SCENARIOS, runtime_arguments
from tests.peers_slow.xinference import XinferenceServer

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("colour", ["sync", "async"])
@pytest.mark.parametrize("name", SCENARIOS)
def test_the_server_does_what_the_provider_declares(xinference: XinferenceServer, name: str, colour: str):
    scenario = SCENARIOS[name]
    client = Client(colour, **runtime_arguments(xinference.address, xinference.key))
    scenario.check(run_scenario(client, scenario))
