"""Parameters in the query of a URL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast
from urllib.parse import urlencode

from modelruntime.entities.errors import ParameterInvalid


def with_query(url: str, parameters: Mapping[str, Any]) -> str:
    """The URL with `parameters` in its query, in their order: booleans as `true` and `false`, arrays as a name repeated, None
    left out. A query that it already has stays in front.

    Raises `ParameterInvalid` for an object, which no query can hold.
    """
    query = urlencode([pair for name, value in parameters.items() for pair in _pairs(name, value)])
    if not query:
        return url
    return f"{url}{'&' if '?' in url else '?'}{query}"


def _pairs(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if value is None:
        return
    if isinstance(value, list | tuple):
        for item in cast("list[Any]", value):
            yield from _pairs(name, item)
    elif isinstance(value, bool):
        yield name, "true" if value else "false"
    elif isinstance(value, str | int | float):
        yield name, str(value)
    else:
        raise ParameterInvalid(f"{name} holds a value that a query cannot express: {type(value).__name__}", field=name)
