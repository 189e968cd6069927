"""A scenario performed by a client of either colour."""

from __future__ import annotations

from typing import Any

from modelruntime.entities.errors import ModelRuntimeError
from tests.peers.client import Client
from tests.peers_slow.scenarios import Scenario


def run_scenario(client: Client, scenario: Scenario) -> Any:
    """Its result; an error is a result like any other."""
    try:
        return client.events(scenario.work) if scenario.streams else client.call(scenario.work)
    except ModelRuntimeError as error:
        return error
