"""Does a JSON value fit a type of a vendor's SDK? Strict: a key that the type does not have is a complaint."""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from inspect import Parameter, signature
from typing import Annotated, Any, Literal, NotRequired, Required, Union, get_args, get_origin

from pydantic import BaseModel
from typing_extensions import get_type_hints, is_typeddict

_LISTS = (list, tuple, Iterable, Sequence)
_DICTS = (dict, Mapping)
_PLAIN: dict[Any, tuple[type, ...]] = {str: (str,), int: (int,), float: (int, float), bool: (bool,), type(None): (type(None),)}


def complaints(value: Any, hint: Any, at: str = "body") -> list[str]:
    """What does not fit, each with its place; empty when all does. Types of no JSON shape (files, classes) accept anything."""
    return list(_judge(value, hint, at))


def _judge(value: Any, hint: Any, at: str) -> Iterator[str]:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Annotated, Required, NotRequired):
        yield from _judge(value, arguments[0], at)
    elif origin in (Union, types.UnionType):
        found = [complaints(value, branch, at) for branch in _closed(arguments)]
        yield from min(found, key=lambda branch: (len(branch), -_depth(branch)))
    elif origin is Literal:
        if value not in arguments:
            yield f"{at}: {value!r} is none of {', '.join(map(repr, arguments))}"
    elif is_typeddict(hint):
        yield from _judge_object(value, hint, at)
    elif isinstance(hint, type) and issubclass(hint, BaseModel):
        yield from _judge_model(value, hint, at)
    elif origin in _LISTS:
        if not isinstance(value, list):
            yield f"{at}: a list is wanted"
            return
        for index, item in enumerate(value):
            yield from _judge(item, arguments[0] if arguments else Any, f"{at}[{index}]")
    elif origin in _DICTS:
        if not isinstance(value, dict):
            yield f"{at}: an object is wanted"
            return
        for name, item in value.items():
            yield from _judge(item, arguments[1], f"{at}.{name}")
    elif hint in _PLAIN and (not isinstance(value, _PLAIN[hint]) or (isinstance(value, bool) and hint is not bool)):
        yield f"{at}: {value!r} is no {hint.__name__}"


def _judge_object(value: Any, hint: Any, at: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{at}: an object is wanted ({hint.__name__})"
        return
    hints = _hints(hint)
    for name in sorted(_required(hint) - value.keys()):
        yield f"{at}.{name}: missing ({hint.__name__})"
    for name, item in value.items():
        if name not in hints:
            yield f"{at}.{name}: unknown to {hint.__name__}"
        else:
            yield from _judge(item, hints[name], f"{at}.{name}")


def _judge_model(value: Any, hint: type[BaseModel], at: str) -> Iterator[str]:
    """A class of pydantic's, whatever further members it would put up with."""
    if not isinstance(value, dict):
        yield f"{at}: an object is wanted ({hint.__name__})"
        return
    fields = {field.alias or name: field for name, field in hint.model_fields.items()}
    for name in sorted(name for name, field in fields.items() if field.is_required() and name not in value):
        yield f"{at}.{name}: missing ({hint.__name__})"
    for name, item in value.items():
        if name not in fields:
            yield f"{at}.{name}: unknown to {hint.__name__}"
        else:
            yield from _judge(item, fields[name].annotation, f"{at}.{name}")


def complaints_of_call(body: Mapping[str, Any], method: Any, at: str = "body") -> list[str]:
    """What of a body the keyword arguments of an SDK's method would not take."""
    hints = {name: hint for name, hint in get_type_hints(method).items() if name != "return"}
    parameters = signature(method).parameters
    required = {name for name in hints if parameters[name].default is Parameter.empty}
    found = [f"{at}.{name}: missing" for name in sorted(required - body.keys())]
    for name, item in body.items():
        found += complaints(item, hints[name], f"{at}.{name}") if name in hints else [f"{at}.{name}: unknown"]
    return found


def _closed(branches: tuple[Any, ...]) -> tuple[Any, ...]:
    """The branches without `Any` where there are words beside it: some SDKs let new words pass, and a judge must not."""
    words = any(get_origin(branch) is Literal for branch in branches)
    return tuple(branch for branch in branches if branch is not Any) if words else branches


@cache
def _hints(hint: Any) -> dict[str, Any]:
    return get_type_hints(hint, include_extras=True)


@cache
def _required(hint: Any) -> frozenset[str]:
    """Python's own `__required_keys__` does not see `Required` where annotations are strings."""
    hints = _hints(hint).items()
    return frozenset(
        name
        for name, kind in hints
        if get_origin(kind) is Required or (name in hint.__required_keys__ and get_origin(kind) is not NotRequired)
    )


def _depth(found: list[str]) -> int:
    """How far into the value a branch of a union came before it failed: the deepest is the one that was meant."""
    return max((place.partition(":")[0].count(".") + place.partition(":")[0].count("[") for place in found), default=0)
