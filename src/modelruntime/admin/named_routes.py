"""Routes over names that stand for something: list, set, remove. One table of names is like the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from modelruntime.admin.call import Call, Nothing
from modelruntime.admin.route import Route, route
from modelruntime.admin.services import Services
from modelruntime.store.named_values import NamedValues

V = TypeVar("V")


def named_routes(
    path: str, noun: str, told: str, value_type: Any, values: Callable[[Services], NamedValues[Any]], check: Callable[[Any], None]
) -> tuple[Route, ...]:
    """GET of all, PUT and DELETE of one, for whoever operates the gateway; everybody signed in may look.

    `told` says what a name and its value are; `check` raises `Refusal` for a value that the store would not judge.
    """
    word = "".join(part.capitalize() for part in noun.split())
    whole: Any = msgspec.defstruct(f"{word}Table", [("data", dict[str, value_type])], frozen=True, namespace={"__doc__": told})
    one: Any = msgspec.defstruct(
        f"{word}Value", [("value", value_type)], frozen=True, forbid_unknown_fields=True, namespace={"__doc__": told}
    )

    async def list_all(call: Call[Nothing, Nothing]) -> Any:
        async with call.services.store.database.read() as connection:
            return whole(await values(call.services).all(connection))

    async def put_one(call: Call[Any, Nothing]) -> Any:
        check(call.body.value)
        async with call.services.store.database.change(call.actor()) as change:
            await values(call.services).put(change, call.path["name"], call.body.value)
        return call.body

    async def remove_one(call: Call[Nothing, Nothing]) -> None:
        async with call.services.store.database.change(call.actor()) as change:
            await values(call.services).remove(change, call.path["name"])

    plural = path.strip("/").replace("-", "_")
    singular = noun.replace(" ", "_")
    return (
        route("GET", path, _called(list_all, f"list_{plural}", f"Every {noun}. {told}"), "view", reply=whole),
        route(
            "PUT",
            f"{path}/{{name:path}}",
            _called(put_one, f"put_{singular}", f"Set a {noun}. {told}"),
            "operate",
            body=one,
            reply=one,
        ),
        route("DELETE", f"{path}/{{name:path}}", _called(remove_one, f"remove_{singular}", f"Remove a {noun}."), "operate"),
    )


def _called(handler: Any, name: str, told: str) -> Any:
    handler.__name__ = name
    handler.__doc__ = told
    return handler
