"""One parameter rule, prepared for the hot path.

A stated bound is hard: breaking it raises `ParameterInvalid`. A bound named in `rule.hints` came from a template: breaking
it gives a warning (`bound`), or raises under strict. More digits than `precision` are only ever a warning or, under strict,
an error: nothing is rounded.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NoReturn, SupportsFloat, SupportsIndex

import msgspec

from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.warning import CallWarning
from modelruntime.schema.parameter_rule import ParameterRule


class RuleCheck:
    """A rule that accepts or refuses values. `wire` is the name under which the value is sent."""

    __slots__ = ("_exact", "_high", "_low", "_options", "_precision", "_read", "rule", "wire")

    def __init__(self, rule: ParameterRule) -> None:
        self.rule = rule
        self.wire = rule.maps_to or rule.name
        self._exact = _EXACT[rule.type]
        self._read = _READERS[rule.type]
        numeric = rule.type in ("int", "float")
        self._low = rule.min if numeric and rule.min is not None else -math.inf
        self._high = rule.max if numeric and rule.max is not None else math.inf
        self._precision = rule.precision if rule.type == "float" else None
        self._options = frozenset(rule.options)

    def accept(self, value: Any, strict: bool, model: str, warnings: list[CallWarning]) -> Any:
        """The value to send. Adds to `warnings` what the rule merely frowns upon; raises `ParameterInvalid` for the rest."""
        kind = value.__class__
        if kind is not self._exact:
            value = self._read(value, self, model, warnings)
            kind = value.__class__
        if kind is int or kind is float:
            if kind is float and not math.isfinite(value):
                self.refuse("must be a finite number", model)
            if not self._low <= value <= self._high:
                self._judge("min" if value < self._low else "max", self._range(), strict, model, warnings)
            if self._precision is not None and kind is float and round(value, self._precision) != value:
                tail = f"has more than {self._precision} decimal places; it was sent as it is"
                self._judge("precision", tail, strict, model, warnings, hard=False)
        elif self._options and kind is str and value not in self._options:
            self._judge("options", f"must be one of: {', '.join(self.rule.options)}", strict, model, warnings)
        return value

    def refuse(self, tail: str, model: str) -> NoReturn:
        """Raise `ParameterInvalid` for this rule."""
        raise ParameterInvalid(f"{self.rule.name} {tail} ({model})", field=self.rule.name, model=model)

    def _judge(self, bound: str, tail: str, strict: bool, model: str, warnings: list[CallWarning], hard: bool = True) -> None:
        if strict or (hard and bound not in self.rule.hints):
            self.refuse(tail, model)
        name = self.rule.name
        advice = f"{name} {tail}" if not hard else f"{name} usually {tail}; it was sent as it is"
        warnings.append(CallWarning("bound", f"{advice} ({model})", name))

    def _range(self) -> str:
        low, high = self._low, self._high
        if math.isinf(low):
            return f"must be at most {high}"
        return f"must be at least {low}" if math.isinf(high) else f"must be between {low} and {high}"


Reader = Callable[[Any, RuleCheck, str, list[CallWarning]], Any]


def _read_int(value: Any, check: RuleCheck, model: str, _: list[CallWarning]) -> int:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, SupportsIndex) and not isinstance(value, bool):
        return value.__index__()
    return check.refuse(f"must be a whole number{_advice(value)}", model)


def _read_float(value: Any, check: RuleCheck, model: str, _: list[CallWarning]) -> float | int:
    """A whole number stays one; numbers of other libraries (`Decimal`, array scalars) become a float."""
    if value.__class__ is int:
        return int(value)
    if isinstance(value, SupportsFloat) and not isinstance(value, bool):
        return float(value)
    return check.refuse(f"must be a number{_advice(value)}", model)


def _read_string(value: Any, check: RuleCheck, model: str, _: list[CallWarning]) -> str:
    if isinstance(value, str):
        return value
    return check.refuse(f"must be text, not {type(value).__name__}", model)


def _read_text(value: Any, check: RuleCheck, model: str, warnings: list[CallWarning]) -> str:
    if isinstance(value, dict | list):
        name = check.rule.name
        warnings.append(CallWarning("mapped", f"{name} was given as an object and sent as its JSON text ({model})", name))
        return msgspec.json.encode(value).decode()
    return _read_string(value, check, model, warnings)


def _read_boolean(value: Any, check: RuleCheck, model: str, _: list[CallWarning]) -> bool:
    if isinstance(value, bool):
        return value
    return check.refuse("must be true or false, without quotes" if isinstance(value, str) else "must be true or false", model)


def _advice(value: Any) -> str:
    if isinstance(value, str):
        return "; it was given as text: leave out the quotes"
    if isinstance(value, bool):
        return ", not true or false"
    return ""


_EXACT: dict[str, type] = {"int": int, "float": float, "string": str, "text": str, "boolean": bool}
"""Rule → the type of values that are taken as they are."""
_READERS: dict[str, Reader] = {
    "int": _read_int,
    "float": _read_float,
    "string": _read_string,
    "text": _read_text,
    "boolean": _read_boolean,
}
