"""Several inputs of one call, as callers list them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import Any

from modelruntime.entities.errors import ParameterInvalid


def listed(value: object, field: str) -> tuple[Any, ...]:
    """The items of a list, a tuple or anything else that has an order, also one that can be read only once.

    Raises `ParameterInvalid` that names `field` for what is no list: one value, bytes, a mapping, a set.
    """
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | bytearray | Mapping | Set):
        return _items(value)
    raise ParameterInvalid(f"{field} must be a list, not {type(value).__name__}", field=field)


def _items(value: Any) -> tuple[Any, ...]:
    return tuple(value)
