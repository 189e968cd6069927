"""Dotted paths of a model that credentials may set, and how text becomes what stands there.

`label`, `wire_model`, `codec`, `endpoint`; `limits.*`, `pricing.*`, `model_properties.*`, `profile.*`, `headers.*`, `extra.*`;
`rules.<name>.<min | max | default | …>`. Conversion is by the type declared there: `"4096"` is a number where one belongs.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

from modelruntime.entities.errors import DeclarationInvalid
from modelruntime.schema.model import Limits
from modelruntime.schema.parameter_rule import ParameterRule
from modelruntime.schema.price import Price
from modelruntime.schema.profile import Profile

TEXTS = ("label", "wire_model", "codec", "endpoint")
STRUCTS: dict[str, type[Limits | Price | Profile]] = {"limits": Limits, "pricing": Price, "profile": Profile}
_WHOLE_PROPERTIES = frozenset(
    ("context_size", "max_chunks", "file_upload_limit", "max_characters_per_chunk", "word_limit", "max_workers", "sample_rate")
)
_LISTS = frozenset(("voices", "supported_file_extensions"))


class Unfit(Exception):
    """The value does not fit the path; the message says what would, as the tail of a sentence."""


def parse_value(path: str, value: Any) -> Any:
    """The value as the path holds it. Raises `Unfit` for a value that does not fit, `DeclarationInvalid` for an unknown path."""
    head, _, rest = path.partition(".")
    if head in TEXTS and not rest:
        return value
    if head in STRUCTS and rest:
        return _in_struct(STRUCTS[head], rest, value)
    if head == "rules" and rest.count(".") == 1:
        return _in_struct(ParameterRule, rest.partition(".")[2], value)
    if head == "model_properties" and rest:
        return _property(rest, value)
    if head in ("headers", "extra") and rest:
        return value
    raise DeclarationInvalid(f"a model has no {path!r} that credentials could set")


def put(target: dict[str, Any], path: str, value: Any) -> None:
    """Set a dotted path in nested mappings, copying those on the way."""
    head, _, rest = path.partition(".")
    if not rest:
        target[head] = value
        return
    inner = dict(target.get(head) or {})
    put(inner, rest, value)
    target[head] = inner


def _in_struct(kind: type[Limits | Price | Profile | ParameterRule], path: str, value: Any) -> Any:
    name = path.partition(".")[0]
    if name not in kind.__struct_fields__:
        raise DeclarationInvalid(f"a model's {kind.__name__.lower()} has no {name!r} that credentials could set")
    nested: dict[str, Any] = {"name": "…"} if kind is ParameterRule else {}
    put(nested, path, value.strip() if isinstance(value, str) and kind is not Profile else value)
    try:
        parsed: Any = getattr(msgspec.convert(nested, kind, strict=False), name)
    except msgspec.ValidationError as cause:
        raise Unfit(_expected(cause)) from cause
    if kind is Limits and not 0 < parsed < float("inf"):
        raise Unfit("must be above 0")
    if kind is Price and _is_no_amount(parsed):
        raise Unfit("must be an amount of 0 or more")
    for key in path.split(".")[1:]:
        parsed = parsed[key]
    return parsed


def _is_no_amount(value: object) -> bool:
    return isinstance(value, Decimal) and not (value.is_finite() and value >= 0)


def _property(name: str, value: Any) -> Any:
    if name in _WHOLE_PROPERTIES:
        try:
            return msgspec.convert(value.strip() if isinstance(value, str) else value, int, strict=False)
        except msgspec.ValidationError as cause:
            raise Unfit(_expected(cause)) from cause
    if name in _LISTS and isinstance(value, str):
        words = [word.strip() for word in value.split(",") if word.strip()]
        return [{"mode": word, "name": word} for word in words] if name == "voices" else words
    return value


def _expected(cause: msgspec.ValidationError) -> str:
    """The tail of a sentence, without the value."""
    message = str(cause)
    for word, tail in (("`int", "must be a whole number"), ("`float", "must be a number"), ("`decimal", "must be a number")):
        if f"Expected {word}" in message:
            return tail
    if "enum value" in message:
        return "holds a word that is not known here"
    return "does not have the right form"


__all__ = ["STRUCTS", "TEXTS", "Unfit", "parse_value", "put"]
