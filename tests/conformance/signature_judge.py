"""Do parameters fit a method of a vendor's SDK? For vendors whose packages type their requests as arguments alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, get_args, get_type_hints

from pydantic import BaseModel

from tests.conformance.type_judge import complaints


def judge_json(values: Mapping[str, Any], method: Callable[..., Any], at: str = "body") -> list[str]:
    """What of a JSON object the method's arguments do not know, or know otherwise."""
    found: list[str] = []
    for name, value in values.items():
        hint = _hints(method).get(name)
        if hint is None:
            found.append(f"{at}.{name}: unknown to {method.__qualname__}")
        elif models := [each for each in get_args(hint) if isinstance(each, type) and issubclass(each, BaseModel)]:
            found += judge_model(value, models[0], f"{at}.{name}")
        else:
            found += complaints(value, hint, f"{at}.{name}")
    return found


def judge_text(values: list[tuple[str, str]], method: Callable[..., Any], at: str) -> list[str]:
    """The same for a query or a form, where everything is text."""
    found: list[str] = []
    for name, value in values:
        hint = _hints(method).get(name)
        if hint is None:
            found.append(f"{at}.{name}: unknown to {method.__qualname__}")
        elif value and not _fits(value, get_args(hint) or (hint,)):
            found.append(f"{at}.{name}: {value!r} is no {hint}")
    return found


def judge_model(value: Any, model: Any, at: str = "body") -> list[str]:
    """What a model of the SDK's would refuse, and what it would only carry along. Some packages still have models of pydantic 1."""
    fields, validate = (
        (model.model_fields, model.model_validate) if hasattr(model, "model_fields") else (model.__fields__, model.parse_obj)
    )
    known = {field.alias or name for name, field in fields.items()}
    found = [f"{at}.{name}: unknown to {model.__name__}" for name in value if name not in known]
    try:
        validate(value)
    except ValueError as refused:
        found.append(f"{at}: {refused}")
    return found


@cache
def _hints(method: Callable[..., Any]) -> dict[str, Any]:
    hints = get_type_hints(method)
    return {name: hint for name, hint in hints.items() if name not in ("self", "return", "request_options", "request")}


def _fits(text: str, hints: tuple[Any, ...]) -> bool:
    if bool in hints:
        return text in ("true", "false")
    if int in hints or float in hints:
        return text.replace(".", "", 1).lstrip("-").isdigit()
    return True
