"""What is noted of a stream while it comes."""

from __future__ import annotations

from typing import Any, cast
from unittest.mock import create_autospec

import pytest

from modelruntime.entities.events import ReasoningDelta, ReasoningStart, StreamStart, TextDelta, TextStart
from modelruntime.gateway.attempts_seen import AttemptsSeen
from modelruntime.gateway.health_table import HealthTable
from modelruntime.runtime.observers import CallInfo

INFO = cast(CallInfo, object())


@pytest.mark.parametrize("first", [TextDelta("t", "Hello"), ReasoningDelta("r", "Hm"), b"RIFF"])
def test_the_first_token_is_what_shows_something(first: Any) -> None:
    seen = AttemptsSeen(create_autospec(HealthTable))
    seen.on_start(INFO)
    for event in (StreamStart("m"), ReasoningStart("r"), TextStart("t")):
        seen.on_event(INFO, event)
    assert seen.first_item is not None
    assert seen.first_token is None
    seen.on_event(INFO, first)
    came = seen.first_token
    assert came is not None
    seen.on_event(INFO, TextDelta("t", " there"))
    assert seen.first_token == came
    seen.on_start(INFO)
    assert seen.first_token is None
