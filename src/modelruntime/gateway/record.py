"""What is known of a call once it is over: one record, with an entry for every attempt."""

from __future__ import annotations

import msgspec

from modelruntime.entities.cost import Cost
from modelruntime.entities.model_type import ModelType
from modelruntime.entities.usage import Usage


class AttemptRecord(msgspec.Struct, frozen=True):
    """One try at one model. `error` is the class of what it ended with, None for a success; `seconds` its duration."""

    provider: str
    model: str
    seconds: float
    error: str | None = None
    status: int | None = None


class CallRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One request of a client. Holds no content."""

    id: str
    key_id: str
    workspace: str
    endpoint: str
    asked_model: str
    """The name the client used."""
    model_type: ModelType
    provider: str | None
    model: str | None
    started_at: float
    """Seconds since the epoch."""
    seconds: float
    first_token_seconds: float | None = None
    stream: bool = False
    status: int = 200
    """What the client got; 499 when it had gone."""
    code: str | None = None
    usage: Usage = Usage()
    cost: Cost | None = None
    attempts: tuple[AttemptRecord, ...] = ()
