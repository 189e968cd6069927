"""What every library is asked to do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from benchmarks.wire import EVENTS, TEXTS

MODEL = "gpt-bench"
MESSAGES: list[dict[str, Any]] = [
    {"role": "system", "content": "You are a helpful assistant that answers briefly."},
    {"role": "user", "content": "Tell me in a few sentences what the quick brown fox does to the lazy dog, and why."},
]
PARAMETERS: dict[str, Any] = {"temperature": 0.7, "max_tokens": 200}
INPUTS = [f"text number {number}: the quick brown fox jumps over the lazy dog" for number in range(TEXTS)]
STREAMS = 16
"""Streams side by side in the paced cases."""

__all__ = ["EVENTS", "INPUTS", "MESSAGES", "MODEL", "PARAMETERS", "STREAMS", "Paced"]


class Paced:
    """An operation that takes seconds: it runs once, without warming up."""

    paced = True

    def __init__(self, operation: Callable[[], Awaitable[int]]) -> None:
        self._operation = operation

    def __call__(self) -> Awaitable[int]:
        return self._operation()
