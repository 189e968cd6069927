"""How one of several that could take a call is chosen."""

from __future__ import annotations

from typing import Literal

Strategy = Literal["ordered", "round_robin", "weighted", "least_in_flight", "latency", "cost", "sticky"]
"""In the declared order (the others are fallbacks), in turn, by weight, the one of two with the fewest calls under way, the fastest
lately, the cheapest, or the same one for the same key and user."""
