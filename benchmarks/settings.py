"""How a run is to be made."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """`rounds` fresh processes a variant; `litellm` is the interpreter that has it, if any."""

    rounds: int = 5
    litellm: str | None = None
