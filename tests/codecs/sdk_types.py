"""What a vendor's package knows, read from its types, so that a new release with a new word fails a test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints


def keys_of(kind: Any) -> set[str]:
    """The keys of a TypedDict or the fields of a model."""
    return set(_hints(kind))


def words_of(kind: Any, field: str = "type") -> set[str]:
    """The literals of `field` in every member of a union."""
    return {word for member in _members(kind) for word in _literals(_hints(member).get(field))}


def _hints(kind: Any) -> dict[str, Any]:
    if fields := getattr(kind, "model_fields", None):
        return {name: field.annotation for name, field in fields.items()}
    return get_type_hints(kind)


def _members(kind: Any) -> Iterator[Any]:
    if get_origin(kind) is Annotated:
        yield from _members(get_args(kind)[0])
    elif not isinstance(kind, type) and get_origin(kind) not in (None, dict, list, Literal):
        for member in get_args(kind):
            yield from _members(member)
    elif isinstance(kind, type) and kind not in (str, int, float, bool, dict, list, type(None)):
        yield kind


def _literals(hint: Any) -> Iterator[str]:
    if get_origin(hint) is Literal:
        yield from (str(word) for word in get_args(hint))
    else:
        for inner in get_args(hint):
            yield from _literals(inner)
