"""Several inputs of one call, as callers list them."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

from modelruntime.entities.errors import ParameterInvalid

NO_LIST: tuple[type, ...] = (str, bytes, bytearray, Mapping, Set)


def listed(value: Any, field: str) -> tuple[Any, ...]:
    """The items of a list, a tuple or anything else that has an order, also one that can be read only once.

    Raises `ParameterInvalid` that names `field` for what is no list: one value, bytes, a mapping, a set.
    """
    if isinstance(value, NO_LIST) or not hasattr(value, "__iter__"):
        raise ParameterInvalid(f"{field} must be a list, not {type(value).__name__}", field=field)
    return tuple(value)
