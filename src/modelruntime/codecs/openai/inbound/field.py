"""Reading one OpenAI-style object: typed looks at its keys, with errors that name the place."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NoReturn, TypeGuard, cast

from modelruntime.entities.errors import FamilyOnly, ParameterInvalid


def refuse(place: str, must: str) -> NoReturn:
    """Raise `ParameterInvalid` for a place, e.g. `messages[3].content[0].type`."""
    raise ParameterInvalid(f"{place} {must}", field=place)


def leave_to_family(place: str, must: str) -> NoReturn:
    """Raise `FamilyOnly` for what is right in the family and unknown to us."""
    raise FamilyOnly(f"{place} {must}", field=place)


def mapping_at(value: Any, place: str) -> Mapping[str, Any]:
    """The value as an object."""
    if type(value) is dict or isinstance(value, Mapping):  # asking an abstract class is slow
        return cast("Mapping[str, Any]", value)
    refuse(place, f"must be an object, not {type(value).__name__}")


def check_texts(value: Any, names: Collection[str], place: str) -> None:
    """What an entity of ours holds is whatever the caller put there: these fields must be text, and metadata an object."""
    for name in names:
        if not isinstance(held := getattr(value, name), str):
            refuse(f"{place}.{name}", f"must be text, not {type(held).__name__}")
    metadata = getattr(value, "provider_metadata", None)
    if metadata is not None and not isinstance(metadata, dict):
        refuse(f"{place}.provider_metadata", f"must be an object, not {type(metadata).__name__}")


def is_list(value: object) -> TypeGuard[Sequence[Any]]:
    """True for a list, a tuple and their like; a text or bytes is none."""
    return type(value) in (list, tuple) or (isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray)))


def text_at(fields: Mapping[str, Any], name: str, place: str) -> str:
    """A text that must be there; it may be empty."""
    value = fields.get(name)
    if isinstance(value, str):
        return value
    refuse(f"{place}.{name}", "is missing" if value is None else f"must be text, not {type(value).__name__}")


def optional_text_at(fields: Mapping[str, Any], name: str, place: str) -> str | None:
    """A text, or None where it is absent or null."""
    return None if fields.get(name) is None else text_at(fields, name, place)


def filled_text_at(fields: Mapping[str, Any], name: str, place: str) -> str:
    """A text that must be there and not be empty."""
    return text_at(fields, name, place) or refuse(f"{place}.{name}", "must not be empty")


def unknown_keys(fields: Mapping[str, Any], known: Collection[str]) -> dict[str, Any]:
    """What is left of an object once the known keys are read; nulls say nothing and are left out."""
    return {name: value for name, value in fields.items() if name not in known and value is not None}
