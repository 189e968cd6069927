"""Credential forms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, get_args

from modelruntime.schema.form import (
    FieldFormat,
    FieldType,
    FormField,
    FormOption,
    FormSchema,
    ModelFormSchema,
    ModelNameField,
    ShowOn,
)
from modelruntime.schema.loading.yaml_document import YamlMap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelruntime.schema.loading.section import Section

IMPLICIT_VARIABLE = "__model_type"
"""The variable that a customizable model's form knows without declaring it."""

_FIELD_TYPES: dict[str, FieldType] = {word: word for word in get_args(FieldType)}
_FIELD_ALIASES: dict[str, FieldType] = {
    "boolean": "switch",
    "checkbox": "switch",
    "password": "secret-input",
    "string": "text-input",
}
_FORMATS: dict[str, FieldFormat] = {word: word for word in get_args(FieldFormat)}


def read_provider_form(provider: Section) -> FormSchema | None:
    """`provider_credential_schema`."""
    section = provider.section("provider_credential_schema")
    if section is None:
        return None
    fields = _fields(section)
    section.finish()
    _check_conditions(section, fields, implicit=())
    return FormSchema(fields)


def read_model_form(provider: Section) -> ModelFormSchema | None:
    """`model_credential_schema`."""
    section = provider.section("model_credential_schema")
    if section is None:
        return None
    name = section.section("model")
    asked = ModelNameField()
    if name:
        asked = ModelNameField(label=name.i18n("label") or {}, placeholder=name.i18n("placeholder"), help=name.i18n("help"))
        name.finish()
    fields = _fields(section)
    section.finish()
    _check_conditions(section, fields, implicit=(IMPLICIT_VARIABLE,))
    return ModelFormSchema(asked, fields)


def _fields(section: Section) -> tuple[FormField, ...]:
    found = [_field(item) for item in section.sections("credential_form_schemas", named_by=("variable",))]
    return tuple(field for field in found if field)


def _field(section: Section) -> FormField | None:
    variable = section.text("variable")
    if not variable:
        section.fail(None, "field-without-variable", "a form field needs a variable")
        return None
    kind = _kind(section)
    if kind is None:
        return None
    options = tuple(_option(item) for item in section.sections("options", named_by=("value",)))
    field = FormField(
        variable=variable,
        type=kind,
        label=section.i18n("label") or {"en_US": variable},
        required=section.flag("required", default=True),
        default=section.text("default"),
        options=tuple(option for option in options if option),
        placeholder=section.i18n("placeholder"),
        help=section.i18n("help"),
        url=_url(section),
        max_length=section.integer("max_length") or 0,
        show_on=_show_on(section),
        group=section.text("group"),
        advanced=section.flag("advanced", default=False),
        pattern=section.text("pattern"),
        format=_format(section),
        env=section.texts("env"),
    )
    section.finish()
    _check(section, field)
    return field


def _kind(section: Section) -> FieldType | None:
    word = section.text("type") or ""
    if alias := _FIELD_ALIASES.get(word):
        section.warn("type", "field-type-alias", f"the type {word!r} is taken as {alias!r}")
        return alias
    if word not in _FIELD_TYPES:
        section.fail("type", "unknown-field-type", f"there is no field type {word!r}; there are {', '.join(_FIELD_TYPES)}")
    return _FIELD_TYPES.get(word)


def _url(section: Section) -> str | None:
    """A link; of one that is given by language the English."""
    if isinstance(section.raw("url"), YamlMap):
        return (section.i18n("url") or {}).get("en_US")
    return section.text("url")


def _format(section: Section) -> FieldFormat | None:
    word = section.text("format")
    if word is not None and word not in _FORMATS:
        section.fail("format", "unknown-field-format", f"there is no format {word!r}; there are {', '.join(_FORMATS)}")
    return _FORMATS.get(word or "")


def _option(section: Section) -> FormOption | None:
    value = section.text("value")
    if value is None:
        section.fail(None, "option-without-value", "an option needs a value")
        return None
    option = FormOption(value=value, label=section.i18n("label") or {"en_US": value}, show_on=_show_on(section))
    section.finish()
    return option


def _show_on(section: Section) -> tuple[ShowOn, ...]:
    found: list[ShowOn] = []
    for item in section.sections("show_on", named_by=("variable",)):
        variable, value = item.text("variable"), item.text("value")
        if variable is None or value is None:
            item.fail(None, "condition-incomplete", "a condition needs a variable and a value")
            continue
        item.finish()
        found.append(ShowOn(variable, value))
    return tuple(found)


def _check(section: Section, field: FormField) -> None:
    values = [option.value for option in field.options]
    if field.type in ("select", "radio"):
        if not values:
            section.warn(None, "no-options", f"a {field.type} without options takes any value")
        elif field.default is not None and field.default not in values:
            section.warn("default", "default-not-in-options", f"the default {field.default!r} is none of the options")
    elif values:
        section.warn("options", "needless-options", f"options mean nothing for a {field.type}")
    if field.type == "switch" and field.default is not None and field.default.lower() not in ("true", "false"):
        section.warn("default", "default-wrong-type", "the default of a switch is true or false")
    if field.type == "secret-input" and field.default:
        section.warn("default", "secret-default", "a secret has no place in a declaration")
    if field.pattern is not None:
        try:
            re.compile(field.pattern)
        except re.error:
            section.fail("pattern", "pattern-invalid", "the pattern is no regular expression")


def _check_conditions(section: Section, fields: Sequence[FormField], implicit: tuple[str, ...]) -> None:
    """Conditions on variables that the form does not have never hold; the same field twice under one condition is a slip."""
    known = {field.variable for field in fields} | set(implicit)
    unknown = {
        condition.variable
        for field in fields
        for conditions in (field.show_on, *(option.show_on for option in field.options))
        for condition in conditions
        if condition.variable not in known
    }
    for variable in sorted(unknown):
        section.warn("credential_form_schemas", "show-on-unknown", f"show_on asks for {variable!r}, which the form does not have")
    seen: set[tuple[str, frozenset[tuple[str, str]]]] = set()
    for field in fields:
        key = (field.variable, frozenset((c.variable, c.value) for c in field.show_on))
        if key in seen:
            message = f"{field.variable!r} is declared twice for one condition; the last one counts"
            section.warn("credential_form_schemas", "duplicate-field", message)
        seen.add(key)
