"""What happens to the parameters of a call (law 3: nothing is dropped in silence).

1. None means "not given".
2. A parameter finds its rule by the rule's name, by the canonical name of the rule's template (`max_tokens` feeds a rule
   `max_output_tokens` made from that template), or by the name on the wire. Two names for one rule must agree.
3. The rule checks it (`rule_check`) and says under which name it is sent; a dotted name is a nested field and stays dotted
   here.
4. A parameter without a rule is passed on with the warning `undeclared`, and refused under strict.
5. A rule's default is sent only when the rule is required; a required rule without either is an error.
6. One call gives one answer: `n` other than 1 is refused. NaN and infinity are refused everywhere: JSON cannot say them.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Any, cast

import msgspec

from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.model_type import ModelType
from modelruntime.entities.warning import CallWarning
from modelruntime.schema.model import ModelSchema
from modelruntime.schema.parameter_rule import ParameterRule
from modelruntime.schema.rule_check import RuleCheck


class Applied(msgspec.Struct, frozen=True):
    """Parameters under their names on the wire, and what was noticed."""

    parameters: dict[str, Any]
    warnings: tuple[CallWarning, ...] = ()


def apply_rules(model: ModelSchema, parameters: Mapping[str, Any], *, strict: bool) -> Applied:
    """The parameters as they may be sent to `model`. Raises `ParameterInvalid`, its `field` naming the parameter."""
    rules = _rules_of(model.parameter_rules)
    checks = rules.checks
    sent: dict[str, Any] = {}
    warnings: list[CallWarning] = []
    undeclared: list[str] = []
    name_of = model.model
    for name, value in parameters.items():
        if value is None:
            continue
        check = checks.get(name)
        if check is None:
            _refuse_unsayable(name, value, model)
            undeclared.append(name)
            wire = name
        else:
            value = check.accept(value, strict, name_of, warnings)
            wire = check.wire
        if wire in sent and sent[wire] != value:
            raise ParameterInvalid(
                f"{name} is given twice, under different names and with different values: keep one ({name_of})",
                field=name,
                model=name_of,
            )
        sent[wire] = value
    if undeclared:
        warnings.extend(_pass_on(undeclared, model, strict))
    for check in rules.required:
        if check.wire not in sent:
            if check.rule.default is None:
                check.refuse("is required: give it a value", name_of)
            sent[check.wire] = check.rule.default
    return Applied(sent, tuple(warnings))


def declared_names(model: ModelSchema) -> Collection[str]:
    """Every name by which a caller may say a parameter of the model."""
    return _rules_of(model.parameter_rules).checks.keys()


class _Rules(msgspec.Struct, frozen=True):
    """The rules of a model, by every name a caller may use."""

    source: tuple[ParameterRule, ...]
    checks: dict[str, RuleCheck]
    required: tuple[RuleCheck, ...]


_prepared: dict[int, _Rules] = {}
_PREPARED_AT_MOST = 4096


def _rules_of(source: tuple[ParameterRule, ...]) -> _Rules:
    """Prepared once per tuple of rules, found by its identity; the entry keeps the tuple alive, so an id is never reused."""
    found = _prepared.get(id(source))
    if found is None:
        if len(_prepared) >= _PREPARED_AT_MOST:
            _prepared.clear()
        found = _prepared[id(source)] = _prepare(source)
    return found


def _prepare(source: tuple[ParameterRule, ...]) -> _Rules:
    named = {rule.name: RuleCheck(rule) for rule in source}
    checks = dict(named)
    for check in named.values():
        for alias in (check.rule.use_template, check.rule.maps_to):
            if alias is not None:
                checks.setdefault(alias, check)
    return _Rules(source, checks, tuple(check for check in named.values() if check.rule.required))


def _refuse_unsayable(name: str, value: Any, model: ModelSchema) -> None:
    if name == "n" and model.model_type is ModelType.LLM and (isinstance(value, bool) or value != 1):
        message = f"n must be 1: one call gives one answer; call {model.model} several times instead"
        raise ParameterInvalid(message, field="n", model=model.model)
    if not _is_sayable(value):
        raise ParameterInvalid(f"{name} must hold finite numbers only ({model.model})", field=name, model=model.model)


def _is_sayable(value: object) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, dict):
        return all(map(_is_sayable, cast("dict[object, object]", value).values()))
    return not isinstance(value, list | tuple) or all(map(_is_sayable, cast("list[object]", value)))


def _pass_on(names: list[str], model: ModelSchema, strict: bool) -> list[CallWarning]:
    """Warnings for parameters without a rule: one each, or one for all where the model declares no rules at all."""
    if strict:
        raise ParameterInvalid(
            f"{model.model} does not declare the parameter {names[0]}: leave it out, or call without strict",
            field=names[0],
            model=model.model,
        )
    if model.parameter_rules:
        return [CallWarning("undeclared", f"{model.model} does not declare {name}; it was passed on", name) for name in names]
    message = f"{model.model} declares no parameter rules; passed on unchecked: {', '.join(names)}"
    return [CallWarning("undeclared", message, names[0] if len(names) == 1 else None)]
