"""A name for a set of credentials that tells nothing of them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, cast

from modelruntime.entities.secret import reveal

_KEY = os.urandom(32)
"""New in every process, so that a fingerprint cannot be guessed at from outside."""


def fingerprint(credentials: Mapping[str, Any]) -> bytes:
    """Equal for equal credentials, whatever the order of their names; secrets count by value."""
    return blake2b(repr(_plain(credentials)).encode("utf-8", "surrogatepass"), digest_size=16, key=_KEY).digest()


def _plain(value: object) -> object:
    value = reveal(value)
    if isinstance(value, Mapping):
        items = cast("Mapping[Any, object]", value).items()
        return sorted((str(name), _plain(each)) for name, each in items)
    if isinstance(value, list | tuple):
        return [_plain(each) for each in cast("list[object]", value)]
    return value
