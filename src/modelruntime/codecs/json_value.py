"""Typed looks at parsed JSON whose shape nobody promises."""

from __future__ import annotations

from typing import Any, TypeGuard


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Is it a JSON object?"""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[Any]]:
    """Is it a JSON array?"""
    return isinstance(value, list)


def as_object(value: object) -> dict[str, Any]:
    """The JSON object, or an empty one for anything else."""
    return value if is_object(value) else {}


def as_array(value: object) -> list[Any]:
    """The JSON array, or an empty one for anything else."""
    return value if is_array(value) else []


def as_text(value: object) -> str | None:
    """The string, or None for anything else."""
    return value if isinstance(value, str) else None


def as_count(value: object) -> int | None:
    """A number of things: a whole number that is not negative; None for anything else, also for a boolean."""
    if type(value) is int:
        return value if value >= 0 else None
    return int(value) if isinstance(value, float) and value >= 0 and value.is_integer() else None


def at_pointer(value: object, pointer: str) -> Any:
    """The value at a JSON pointer (RFC 6901) of objects and arrays, or None."""
    for name in pointer.split("/")[1:]:
        key = name.replace("~1", "/").replace("~0", "~")
        value = as_array(value)[int(key)] if key.isdigit() and int(key) < len(as_array(value)) else as_object(value).get(key)
    return value
