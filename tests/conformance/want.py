"""What a simulated model is to say, before a family puts it into its words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

from tests.conformance import facts

Fault = Literal["refused key", "rate limit", "outage", "error in stream", "cut"]
RETRY_AFTER = 7.0


@dataclass(frozen=True)
class Want:
    """One answer. `cities` are the arguments of tool calls, one each."""

    text: str | None = facts.TEXT
    reasoning: str | None = None
    cities: tuple[str, ...] = ()
    fault: Fault | None = None

    @property
    def calls(self) -> list[tuple[str, str, str]]:
        """Id, name and arguments of each call. The ids are short and alphanumeric, as the strictest vendor has them."""
        return [(f"callno{at:03}", facts.TOOL, json.dumps({"city": city})) for at, city in enumerate(self.cities)]


SAYS_TEXT = Want()
SAYS_OBJECT = Want(json.dumps(facts.OBJECT))
REASONS = Want(reasoning=facts.REASONING)
CALLS = Want(None, cities=facts.CITIES[:1])
CALLS_TWICE = Want(None, cities=facts.CITIES)
