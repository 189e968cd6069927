"""What every model must say when its vendor fails: the right class, once retries are over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from modelruntime.entities.errors import InvokeError, RateLimited, ServerUnavailable, StreamIncomplete, Unauthorized
from modelruntime.entities.events import FinishEvent
from modelruntime.entities.model_type import ModelType
from modelruntime.schema.model import ModelSchema
from tests.conformance import facts
from tests.conformance.case import Scenario
from tests.conformance.scenarios.others import voice_of
from tests.conformance.want import RETRY_AFTER, Want

CALLS: dict[str, Callable[[Any], Any]] = {
    ModelType.LLM: lambda model: model.invoke("Hello"),
    ModelType.TEXT_EMBEDDING: lambda model: model.invoke(["Hello"]),
    ModelType.RERANK: lambda model: model.invoke("Hello", ["World"]),
    ModelType.SPEECH2TEXT: lambda model: model.invoke(facts.SOUND),
    ModelType.TTS: lambda model: model.invoke("Hello", voice=voice_of(model)),
    ModelType.MODERATION: lambda model: model.invoke("Hello"),
}
"""The smallest call of each type."""


def refuses_the_key(model: Any) -> None:
    error = _failed(model, Unauthorized)
    assert not error.retryable


def limits_the_rate(model: Any) -> None:
    error = _failed(model, RateLimited)
    assert error.retryable
    assert error.retry_after in (RETRY_AFTER, None)


def is_out(model: Any) -> None:
    assert _failed(model, ServerUnavailable).retryable


def _failed(model: Any, kind: type[InvokeError]) -> InvokeError:
    with pytest.raises(kind) as raised:
        CALLS[model.schema.model_type](model)
    error = raised.value
    assert error.provider == model.schema.provider
    assert error.model
    assert error.status
    return error


def fails_in_the_stream(model: Any) -> None:
    seen: list[Any] = []
    with pytest.raises(InvokeError) as raised, model.stream("Hello") as stream:
        seen.extend(stream)
    assert not isinstance(raised.value, StreamIncomplete)
    assert not any(isinstance(event, FinishEvent) for event in seen)


def is_cut(model: Any) -> None:
    with pytest.raises(InvokeError) as raised, model.stream("Hello") as stream:
        list(stream)
    assert isinstance(raised.value, StreamIncomplete)


def _streams(schema: ModelSchema) -> bool:
    return schema.model_type is ModelType.LLM


SCENARIOS = (
    Scenario("refuses the key", "errors", lambda schema: True, refuses_the_key, (Want(fault="refused key"),)),
    Scenario("limits the rate", "errors", lambda schema: True, limits_the_rate, (Want(fault="rate limit"),)),
    Scenario("is out", "errors", lambda schema: True, is_out, (Want(fault="outage"),)),
    Scenario("fails in the stream", "errors", _streams, fails_in_the_stream, (Want(fault="error in stream"),)),
    Scenario("is cut", "errors", _streams, is_cut, (Want(fault="cut"),)),
)
