"""Rules of one model parameter."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from modelruntime.schema.i18n import I18nText

ParameterType = Literal["float", "int", "string", "boolean", "text"]


class Preset(msgspec.Struct, frozen=True, omit_defaults=True):
    """A named value that a form may offer."""

    name: str
    value: Any
    label: I18nText = {}


class ParameterRule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What a parameter may be. Compiled rules have their template merged in.

    `hints` names the keys (`min`, `max`, `precision`, `options`) that came from a template and not from the declaration:
    a value outside them gets a warning (an error under strict), while a stated bound is always an error.
    """

    name: str
    type: ParameterType = "string"
    use_template: str | None = None
    label: I18nText = {}
    help: I18nText | None = None
    required: bool = False
    default: Any = None
    """Shown by forms; sent only when the rule is required."""
    min: float | int | None = None
    max: float | int | None = None
    precision: int | None = None
    options: tuple[str, ...] = ()
    step: float | int | None = None
    presets: tuple[Preset, ...] = ()
    unit: str | None = None
    maps_to: str | None = None
    """Name on the wire, dotted for a nested field, where it is not the rule's name."""
    hints: tuple[str, ...] = ()
