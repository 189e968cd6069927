"""What a call used, as limits count it, and what it is expected to use."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from modelruntime.entities.cost import Cost
from modelruntime.entities.messages import AssistantMessage, UserMessage
from modelruntime.entities.model_type import ModelType
from modelruntime.entities.parts import ImagePart, TextPart, ToolCallPart
from modelruntime.entities.usage import InputUsage, OutputUsage, Usage
from modelruntime.gateway.expected import expected_answer, expected_speech, expected_transcript, tokens_of, user_of
from modelruntime.gateway.key_limiter import KeyLimiter, nanos_used, tokens_used
from modelruntime.gateway.refused import Refused
from modelruntime.runtime.call_record import AttemptRecord, CallRecord
from modelruntime.store.gateway_key import GatewayKey, KeyLimits
from modelruntime.store.limits_memory import MemoryLimits


def usage(given: int | None, taken: int | None) -> Usage:
    return Usage(input=InputUsage(total=given), output=OutputUsage(total=taken))


def cost(total: str | None, currency: str = "USD") -> Cost:
    amount = None if total is None else Decimal(total)
    return Cost(amount, amount, amount, currency)


def attempt(**changes: Any) -> AttemptRecord:
    return AttemptRecord(id="1", provider="p", model="m", started_at=0.0, seconds=1.0, **changes)


def record(*attempts: AttemptRecord, **changes: Any) -> CallRecord:
    fixed: dict[str, Any] = {"id": "r", "key_id": "k", "workspace": "default", "endpoint": "/", "asked_model": "m"}
    more: dict[str, Any] = {"model_type": ModelType.LLM, "provider": "p", "model": "m", "started_at": 0.0, "seconds": 1.0}
    return CallRecord(**fixed, **more, attempts=attempts, **changes)


GOOD = attempt(usage=usage(10, 5), cost=cost("0.5"))


@pytest.mark.parametrize(
    ("call", "tokens", "nanos"),
    [
        (record(GOOD), 15, 500_000_000),
        (record(attempt(error="ServerUnavailable"), GOOD), 15, 500_000_000),
        (record(GOOD, GOOD), 30, 1_000_000_000),
        (record(GOOD, cached=True), 0, 0),
        (record(attempt(usage=usage(10, None), cost=cost("0.5", "EUR"))), 10, None),
        (record(attempt(), usage=usage(7, 1), cost=cost("0.25")), 8, 250_000_000),
        (record(attempt()), None, None),
        (record(attempt(cost=cost(None))), None, None),
        (record(attempt(error="RateLimited"), status=429), 0, 0),
        (record(attempt(error="ConnectionFailed"), status=502), 0, 0),
        (record(status=503), 0, 0),
        (record(attempt(error="Cancelled"), status=499), None, None),
        (record(attempt(error="TimedOut"), status=504), None, None),
        (record(attempt(error="StreamIncomplete"), status=200), None, None),
    ],
)
def test_what_was_used(call: CallRecord, tokens: int | None, nanos: int | None):
    assert (tokens_used(call), nanos_used(call, "USD")) == (tokens, nanos)


def test_what_an_answer_is_expected_to_use():
    short = expected_answer(400, (UserMessage("x" * 300),), {"max_tokens": 50})
    assert (short.input.total, short.output.total, tokens_of(short), short.estimated) == (100, 50, 150, True)
    assert expected_answer(400, (), {}).output.total == 1024
    assert expected_answer(400, (), {"max_tokens": True}).output.total == 1024


def test_a_picture_is_not_counted_by_its_bytes():
    picture = ImagePart(b"x" * 90_000, "image/png")
    call = ToolCallPart("1", "f", "y" * 40)
    messages = (UserMessage((TextPart("x" * 400), picture)), AssistantMessage((call,)))
    assert expected_answer(130_000, messages, {}).input.total == 100 + 800 + 10


def test_what_speech_is_expected_to_use():
    assert expected_speech("x" * 40).characters == 40
    assert expected_transcript(32_000).seconds == 2.0


@pytest.mark.parametrize(
    ("fields", "user"),
    [
        ({"user": "ann"}, "ann"),
        ({"safety_identifier": "li"}, "li"),
        ({"metadata": {"user_id": "bo"}}, "bo"),
        ({"metadata": "x", "user": 5}, ""),
        ({}, ""),
    ],
)
def test_whom_a_call_is_for(fields: dict[str, Any], user: str):
    assert user_of(fields) == user


@pytest.mark.parametrize(("limits", "refused"), [(KeyLimits(budget=Decimal(1)), True), (KeyLimits(requests_per_minute=9), False)])
async def test_what_cannot_be_written_down_is_not_spent(limits: KeyLimits, refused: bool):
    full = True
    limiter = KeyLimiter(MemoryLimits(), lambda: full)
    key = GatewayKey(id="k", digest=b"", limits=limits)
    if refused:
        with pytest.raises(Refused) as raised:
            await limiter.admit(key, 1, Decimal("0.1"))
        assert (raised.value.fault.status, raised.value.fault.code, raised.value.fault.retry_after) == (503, "usage_not_kept", 10)
        full = False
    await limiter.admit(key, 1, Decimal("0.1"))
