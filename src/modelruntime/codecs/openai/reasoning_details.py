"""Reasoning as a list of typed blocks, some of them signed or encrypted; it goes back as it came.

https://openrouter.ai/docs/use-cases/reasoning-tokens (unverified): blocks of `reasoning.text`, `reasoning.summary`
and `reasoning.encrypted`; in a stream a block comes in pieces under one index.
"""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.json_value import as_array, as_object, as_text

FIELD = "reasoning_details"
_GROWING = ("text", "summary")


def details_text(details: object) -> str:
    """What the blocks say in plain text."""
    return "".join(as_text(as_object(block).get(key)) or "" for block in as_array(details) for key in _GROWING)


class ReasoningDetails:
    """Puts streamed blocks together."""

    __slots__ = ("_blocks",)

    def __init__(self) -> None:
        self._blocks: dict[tuple[object, object], dict[str, Any]] = {}

    def add(self, details: list[Any]) -> None:
        """Adds the pieces of one chunk."""
        for piece in details:
            fields = as_object(piece)
            key = (fields.get("type"), fields.get("index", len(self._blocks)))
            block = self._blocks.setdefault(key, {})
            for name, value in fields.items():
                if name in _GROWING and isinstance(value, str):
                    block[name] = (block.get(name) or "") + value
                elif value is not None or name not in block:
                    block[name] = value

    def blocks(self) -> list[dict[str, Any]]:
        """The blocks so far, whole."""
        return list(self._blocks.values())
