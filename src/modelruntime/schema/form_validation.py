"""Filling a credential form: defaults, checks, and only what the form shows.

The order of the original (Dify's `CommonValidator`) with its gaps closed: a default counts before "required"; a switch set
to false and an explicit 0 survive; options obey their own `show_on`; and all problems come at once.

A value that is absent, None or blank takes the field's default. An optional field without either is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from modelruntime.entities.errors import CredentialsInvalid
from modelruntime.entities.model_type import ModelType
from modelruntime.entities.secret import Secret
from modelruntime.schema.conditions import default_of, is_empty, is_implicit, shown_fields, visible_fields
from modelruntime.schema.field_value import Fault, read_value
from modelruntime.schema.form import FormField
from modelruntime.schema.i18n import pick

ProblemCode = Literal[
    "required", "type", "option", "switch", "number", "too_long", "pattern", "format", "masked", "unknown", "hidden"
]
"""`unknown`: the form has no such variable; `hidden`: it has, but does not show it now. Both are warnings: the value is left
out."""


class FieldProblem(msgspec.Struct, frozen=True):
    """One thing to mend. `message` is a whole sentence in English; front ends translate by `code`."""

    variable: str
    code: ProblemCode
    message: str
    severity: Literal["error", "warning"] = "error"


class FilledForm(msgspec.Struct, frozen=True):
    """The credentials that a form yields, and every problem in the order of the fields."""

    values: dict[str, Any]
    """Variable → `str`, `Secret`, `bool`, `int` or `float`; only fields that are shown and hold something valid."""
    problems: tuple[FieldProblem, ...] = ()

    @property
    def errors(self) -> tuple[FieldProblem, ...]:
        """The problems that make the form unusable."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


def fill_form(fields: Sequence[FormField], values: Mapping[str, Any], *, model_type: ModelType | None = None) -> FilledForm:
    """The form filled with `values`. Never raises for what a user typed; see `problems`.

    `model_type` feeds the implicit variable `__model_type` of a customizable model's form.
    Raises `DeclarationInvalid` when a field's `pattern` is no regular expression.
    """
    shown, _ = shown_fields(fields, values, model_type)
    filled: dict[str, Any] = {}
    problems: list[FieldProblem] = []
    for field in shown:
        given = values.get(field.variable)
        candidate = default_of(field) if is_empty(given) else given
        if candidate is None:
            if field.required:
                problems.append(_problem(field, Fault("required", _how_to_fill(field))))
            continue
        value = read_value(field, candidate)
        if isinstance(value, Fault):
            problems.append(_problem(field, value))
        else:
            filled[field.variable] = value
    return FilledForm(filled, (*problems, *_left_out(fields, shown, values)))


def require_form(
    fields: Sequence[FormField],
    values: Mapping[str, Any],
    *,
    model_type: ModelType | None = None,
    provider: str | None = None,
) -> dict[str, Any]:
    """The filled credentials. Raises `CredentialsInvalid` with the first error, its `field` and what to do about it."""
    filled = fill_form(fields, values, model_type=model_type)
    for problem in filled.errors:
        raise CredentialsInvalid(problem.message, field=problem.variable, provider=provider)
    return filled.values


def form_from_environment(fields: Sequence[FormField], environ: Mapping[str, str]) -> dict[str, Any]:
    """What the environment offers for the form: per variable the first of its `env` names that is set and not blank."""
    found: dict[str, Any] = {}
    for field in fields:
        value = next((environ[name] for name in field.env if not is_empty(environ.get(name))), None)
        if value is not None:
            found[field.variable] = Secret(value) if field.type == "secret-input" else value
    return found


def _left_out(fields: Sequence[FormField], shown: Sequence[FormField], values: Mapping[str, Any]) -> list[FieldProblem]:
    declared = {field.variable for field in fields}
    kept = {field.variable for field in shown}
    return [
        FieldProblem(name, "hidden", f"{name} does not apply to the other choices made and is left out.", "warning")
        if name in declared
        else FieldProblem(name, "unknown", f"{name} is not part of this form and is left out; check its spelling.", "warning")
        for name, value in values.items()
        if name not in kept and not is_implicit(name) and not is_empty(value)
    ]


def _problem(field: FormField, fault: Fault) -> FieldProblem:
    label = pick(field.label)
    name = f"{label} ({field.variable})" if label and label != field.variable else field.variable
    return FieldProblem(field.variable, msgspec.convert(fault.code, ProblemCode), f"{name} {fault.tail}.")


def _how_to_fill(field: FormField) -> str:
    if field.env:
        return f"is missing: fill it in or set the environment variable {field.env[0]}"
    if field.options:
        return f"is missing: choose one of: {', '.join(option.value for option in field.options)}"
    return "is missing: fill it in"


__all__ = [
    "FieldProblem",
    "FilledForm",
    "ProblemCode",
    "fill_form",
    "form_from_environment",
    "require_form",
    "visible_fields",
]
