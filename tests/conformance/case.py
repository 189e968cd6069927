"""One thing that a provider declares, to be tried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from modelruntime.schema.model import ModelSchema
from modelruntime.schema.provider import ProviderSchema
from tests.conformance.want import SAYS_TEXT, Want


@dataclass(frozen=True)
class Scenario:
    """A capability and how it is tried. `feature` is its row in the parity table."""

    name: str
    feature: str
    applies: Callable[[ModelSchema], bool]
    run: Callable[[Any], None]
    """Calls the model object and asserts what must come out."""
    says: tuple[Want, ...] = (SAYS_TEXT,)
    """What the simulator says to the first request, the second, …; the last repeats."""


@dataclass(frozen=True)
class Case:
    """A scenario for one model."""

    provider: ProviderSchema
    model: ModelSchema
    scenario: Scenario
    codec: str
    choice: tuple[tuple[str, str], ...] = ()
    """Variables of the form that are filled otherwise than usual, because they choose the codec."""

    @property
    def name(self) -> str:
        """For reports."""
        chosen = "".join(f", {variable}={value}" for variable, value in self.choice)
        return f"{self.provider.provider}/{self.model.model} ({self.model.model_type}, {self.codec}{chosen}): {self.scenario.name}"

    @property
    def wire_model(self) -> str:
        """What the vendor calls the model."""
        return self.model.wire_model or self.model.model
