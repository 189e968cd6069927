"""A route as data. The application, the OpenAPI document and the tests read the same table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Literal, TypeVar

import msgspec
from starlette.responses import Response

from modelruntime.admin.call import Call, Nothing
from modelruntime.admin.permission import Permission

B = TypeVar("B")
Q = TypeVar("Q")
R = TypeVar("R")
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


class Raw(msgspec.Struct, frozen=True):
    """A body that the handler reads itself, or a reply that it makes itself (a Starlette `Response`), of these media types."""

    media_types: tuple[str, ...]


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """One method of one path. `handler.__doc__` says what it does."""

    method: Method
    path: str
    handler: Callable[[Call[Any, Any]], Awaitable[Any]]
    permission: Permission
    body: Any = Nothing
    query: Any = Nothing
    reply: Any = None
    """A type, or a `Raw`; None: nothing, 204."""
    status: int = 200
    changes: bool = True
    """False for what changes no configuration though it is no GET, such as a check."""

    @property
    def name(self) -> str:
        """The id of the operation."""
        return self.handler.__name__


def route(
    method: Method,
    path: str,
    handler: Callable[[Call[B, Q]], Awaitable[R | Response]],
    permission: Permission,
    *,
    body: type[B] | Raw | None = None,
    query: type[Q] | None = None,
    reply: type[R] | Raw | None = None,
    status: int | None = None,
    changes: bool = True,
) -> Route:
    """A route whose handler takes and gives what it says (checked by the type checker)."""
    good = status if status is not None else 204 if reply is None else 200
    return Route(
        method=method,
        path=path,
        handler=handler,
        permission=permission,
        body=body or Nothing,
        query=query or Nothing,
        reply=reply,
        status=good,
        changes=changes,
    )
