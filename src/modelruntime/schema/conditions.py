"""Which fields and options of a form are shown.

A condition compares what a variable *effectively* holds: what was given, else the default of its field. A field that is
hidden holds nothing, so a value left over from an earlier choice shows no other field. Implicit variables (`__model_type`,
`__model_name`, …) hold what was given; any other variable that no field declares holds nothing, as it is left out anyway.

Conditions may point forwards and backwards, so they are settled in rounds: round one knows only implicit variables, each
further round knows what the fields shown in the round before hold. It ends when nothing changes, or after one round per
field for conditions that chase each other in a circle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from modelruntime.entities.model_type import ModelType
from modelruntime.entities.secret import Secret
from modelruntime.schema.form import FormField, FormOption, ShowOn

MODEL_TYPE_VARIABLE = "__model_type"
"""The implicit variable that holds the model type where a form belongs to a model."""


def is_implicit(variable: str) -> bool:
    """True for variables that a front end adds to every form (`__model_type`, `__model_name`, …); forms do not declare them."""
    return variable.startswith("__")


def is_empty(value: object) -> bool:
    """True for what counts as not filled in: None, no text or only white space. False and 0 are values."""
    if isinstance(value, Secret):
        value = value.reveal()
    return value is None or (isinstance(value, str) and not value.strip())


def comparable(value: object) -> str:
    """A value as conditions and options compare it: `true`/`false` for a switch, digits for a number, text as it is."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def holds(conditions: Sequence[ShowOn], held: Mapping[str, str]) -> bool:
    """True when every condition holds; no condition always holds."""
    return all(held.get(condition.variable) == condition.value for condition in conditions)


def shown_fields(
    fields: Sequence[FormField], values: Mapping[str, Any], model_type: ModelType | None = None
) -> tuple[tuple[FormField, ...], dict[str, str]]:
    """The fields in force, in declared order and with only the options that are shown, and what their variables hold.

    Of several shown fields with one variable the last counts.
    """
    outside = {name: comparable(value) for name, value in values.items() if is_implicit(name) and not is_empty(value)}
    if model_type is not None:
        outside[MODEL_TYPE_VARIABLE] = model_type.value
    held, shown = outside, _in_force(fields, outside)
    for _ in fields:
        held = outside | _held_by(shown, values)
        following = _in_force(fields, held)
        if following == shown:
            break
        shown = following
    return shown, held


def visible_fields(
    fields: Sequence[FormField], values: Mapping[str, Any], model_type: ModelType | None = None
) -> tuple[FormField, ...]:
    """What a form draws for these values: one field per variable, in declared order, with only the options that are shown."""
    return shown_fields(fields, values, model_type)[0]


def default_of(field: FormField) -> str | None:
    """The field's default, or None when it has none or it is no option that is shown."""
    if is_empty(field.default):
        return None
    if field.options and all(option.value != field.default for option in field.options):
        return None
    return field.default


def _in_force(fields: Sequence[FormField], held: Mapping[str, str]) -> tuple[FormField, ...]:
    last = {field.variable: index for index, field in enumerate(fields) if holds(field.show_on, held)}
    return tuple(_with_shown_options(field, held) for index, field in enumerate(fields) if last.get(field.variable) == index)


def _with_shown_options(field: FormField, held: Mapping[str, str]) -> FormField:
    if not any(option.show_on for option in field.options):
        return field
    shown: tuple[FormOption, ...] = tuple(option for option in field.options if holds(option.show_on, held))
    return msgspec.structs.replace(field, options=shown)


def _held_by(shown: Sequence[FormField], values: Mapping[str, Any]) -> dict[str, str]:
    held: dict[str, str] = {}
    for field in shown:
        given = values.get(field.variable)
        value = default_of(field) if is_empty(given) else comparable(given)
        if value is not None:
            held[field.variable] = value.strip().lower() if field.type == "switch" else value
    return held
