"""The record of a call as the API shows it: money as text, times in seconds."""

from __future__ import annotations

import msgspec

from modelruntime.entities.cost import Cost
from modelruntime.entities.model_type import ModelType
from modelruntime.entities.usage import Usage
from modelruntime.runtime.call_record import AttemptRecord, CallRecord


class SaidInCall(msgspec.Struct, frozen=True):
    """What was said, where an operator had it kept."""

    request: str
    reply: str


class CallView(msgspec.Struct, frozen=True, kw_only=True):
    """One call of a client."""

    id: str
    key_id: str
    workspace: str
    endpoint: str
    asked_model: str
    model_type: ModelType
    provider: str | None
    model: str | None
    started_at: float
    seconds: float
    first_token_seconds: float | None
    overhead_seconds: float | None
    """What the gateway itself took; None where the attempts are not told."""
    stream: bool
    status: int
    code: str | None
    usage: Usage
    cost: Cost | None
    cached: bool
    attempts: tuple[AttemptRecord, ...]
    """Empty in lists."""
    content: SaidInCall | None = None
    warnings: tuple[str, ...] = ()
    """Of a playground's call, as the header told them."""


def call_view(record: CallRecord, warnings: tuple[str, ...] = ()) -> CallView:
    """One record."""
    said = record.content
    return CallView(
        id=record.id,
        key_id=record.key_id,
        workspace=record.workspace,
        endpoint=record.endpoint,
        asked_model=record.asked_model,
        model_type=record.model_type,
        provider=record.provider,
        model=record.model,
        started_at=record.started_at,
        seconds=record.seconds,
        first_token_seconds=record.first_token_seconds,
        overhead_seconds=record.overhead_seconds if record.attempts else None,
        stream=record.stream,
        status=record.status,
        code=record.code,
        usage=record.usage,
        cost=record.cost,
        cached=record.cached,
        attempts=record.attempts,
        content=SaidInCall(said.request.decode("utf-8", "replace"), said.reply) if said else None,
        warnings=warnings,
    )
