"""The texts at which an answer is to end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from modelruntime.entities.errors import ParameterInvalid


def stop_words(value: Any, name: str) -> list[str]:
    """One text, or a list of texts, as a list. Raises `ParameterInvalid` for anything else."""
    words = [value] if isinstance(value, str) else list(cast("Sequence[Any]", value)) if isinstance(value, list | tuple) else None
    if words is None or not all(isinstance(word, str) for word in words):
        raise ParameterInvalid(f"{name} must be a text or a list of texts", field=name)
    return words
