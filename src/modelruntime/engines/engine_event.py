"""What observers of the engine host hear."""

from __future__ import annotations

from typing import Literal

import msgspec

from modelruntime.entities.model_type import ModelType

EngineEventKind = Literal["loading", "progress", "loaded", "failed", "unloaded"]


class EngineEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A step in the life of one loaded model. `seconds` is how long loading took, `fraction` (0 to 1) how far it is."""

    kind: EngineEventKind
    provider: str
    model: str
    model_type: ModelType
    engine: str
    seconds: float | None = None
    fraction: float | None = None
    message: str = ""


class LoadedEngine(msgspec.Struct, frozen=True, kw_only=True):
    """A model in memory: how long it took to load, whether a call runs now, and how many wait."""

    provider: str
    model: str
    model_type: ModelType
    engine: str
    load_seconds: float
    busy: bool
    waiting: int
