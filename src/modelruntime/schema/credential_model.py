"""A customizable model: what its filled form says, laid over what is known of it.

The provider's `model_from_credentials` says which variable sets what; see `ModelFromCredentials`. Order, later wins: the
model as declared or listed (`base`), the declared `set`, then its `cases` in their order.
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

import msgspec

from modelruntime.entities.errors import CredentialsInvalid, DeclarationInvalid
from modelruntime.entities.model_type import ModelType
from modelruntime.entities.secret import Secret
from modelruntime.schema.conditions import MODEL_TYPE_VARIABLE, comparable, is_empty
from modelruntime.schema.model import ModelSchema
from modelruntime.schema.model_path import STRUCTS, Unfit, parse_value, put
from modelruntime.schema.parameter_rule import ParameterRule
from modelruntime.schema.price import Price
from modelruntime.schema.provider import ModelFromCredentials, ProviderSchema
from modelruntime.schema.template_rule import rule_from


def model_from_credentials(
    provider: ProviderSchema,
    model_type: ModelType,
    model: str,
    credentials: Mapping[str, Any],
    base: ModelSchema | None = None,
) -> ModelSchema:
    """The model that filled credentials describe; `base` is what a declaration or a remote list says of it.

    `credentials` come from `fill_form`. A provider that declares nothing gives the base, or a model of which nothing is known.
    Raises `CredentialsInvalid` naming the variable whose value does not fit, `DeclarationInvalid` for a declaration that
    sets what a model does not have, or shows a secret in it.
    """
    known = base or ModelSchema(provider=provider.provider, model=model, model_type=model_type, label={"en_US": model})
    if known.fetch_from != "customizable-model":
        known = msgspec.structs.replace(known, fetch_from="customizable-model")
    declared = provider.model_from_credentials
    if declared is None:
        return known
    held = {name: value for name, value in credentials.items() if not is_empty(value)}
    words = {name: comparable(value) for name, value in held.items() if not isinstance(value, Secret)}
    words[MODEL_TYPE_VARIABLE] = model_type.value
    changes = _Changes(known, _rules(declared, known, words, model_type))
    for path, variable in declared.set.items():
        if variable in held:
            changes.set(path, _shown(path, variable, held), variable)
    for case in declared.cases:
        if _applies(case.when, words) and not (case.unless and _any_holds(case.unless, words)):
            for path, constant in case.set.items():
                if constant is not None:
                    changes.set(path, constant, None)
    return changes.applied(_features(declared, known, words))


class _Changes:
    """What is to be set on a model, by its top-level fields."""

    def __init__(self, known: ModelSchema, rules: dict[str, ParameterRule]) -> None:
        self._known = known
        self._rules = rules
        self._fields: dict[str, Any] = {}

    def set(self, path: str, value: Any, variable: str | None) -> None:
        """Set one path; a value that does not fit is blamed on its variable, or on the declaration."""
        try:
            parsed = parse_value(path, value)
        except Unfit as unfit:
            if variable is None:
                raise DeclarationInvalid(f"the case that sets {path} {unfit}") from unfit
            raise CredentialsInvalid(f"{variable} {unfit}", field=variable) from unfit
        head, _, rest = path.partition(".")
        if head == "rules":
            name, _, key = rest.partition(".")
            self._set_rule(name, key, parsed)
        elif head == "label":
            self._fields[head] = {"en_US": parsed}
        elif not rest:
            self._fields[head] = parsed
        else:
            put(self._fields.setdefault(head, self._start(head)), rest, parsed)

    def applied(self, features: tuple[str, ...] | None) -> ModelSchema:
        """The model with all changes."""
        for name, kind in STRUCTS.items():
            if name in self._fields and name != "profile":
                self._fields[name] = kind(**self._fields[name])
        price = self._fields.get("pricing")
        if isinstance(price, Price) and price == Price(currency=price.currency, per=price.per, unit=price.unit):
            del self._fields["pricing"]
        rules = tuple(self._rules.values())
        return msgspec.structs.replace(self._known, features=features, parameter_rules=rules, **self._fields)

    def _start(self, head: str) -> dict[str, Any]:
        known: Any = getattr(self._known, head)
        if isinstance(known, msgspec.Struct):
            return msgspec.structs.asdict(known)
        return dict(known or {})

    def _set_rule(self, name: str, key: str, value: Any) -> None:
        rule = self._rules.get(name)
        if rule is not None:
            hints = tuple(hint for hint in rule.hints if hint != key)
            self._rules[name] = msgspec.structs.replace(rule, **{key: value, "hints": hints})


def _rules(
    declared: ModelFromCredentials, known: ModelSchema, words: Mapping[str, str], model_type: ModelType
) -> dict[str, ParameterRule]:
    """The model's own rules, and those of the declaration that apply and are not among them."""
    rules = {rule.name: rule for rule in known.parameter_rules}
    for row in declared.rules:
        stated = dict(row)
        when = msgspec.convert(stated.pop("when", {}), dict[str, tuple[str, ...]])
        if _applies(when, words) and (model_type is ModelType.LLM or MODEL_TYPE_VARIABLE in when):
            rule = rule_from(stated)
            rules.setdefault(rule.name, rule)
    return rules


def _features(declared: ModelFromCredentials, known: ModelSchema, words: Mapping[str, str]) -> tuple[str, ...] | None:
    """What was known, and what the form grants; unknown stays unknown only where the form says nothing about features."""
    if not declared.features:
        return known.features
    granted = (
        feature
        for feature, grants in declared.features.items()
        if any(words.get(variable) in values for variable, values in grants.items())
    )
    return tuple(dict.fromkeys((*(known.features or ()), *granted)))


def _applies(when: Mapping[str, tuple[str, ...]], words: Mapping[str, str]) -> bool:
    return all(_holds(words.get(variable), values) for variable, values in when.items())


def _any_holds(unless: Mapping[str, tuple[str, ...]], words: Mapping[str, str]) -> bool:
    return any(_holds(words.get(variable), values) for variable, values in unless.items())


def _holds(word: str | None, values: tuple[str, ...]) -> bool:
    """Is the word one of the values? One with `*` is a pattern of file names."""
    return word is not None and any(fnmatchcase(word, value) if "*" in value else word == value for value in values)


def _shown(path: str, variable: str, held: Mapping[str, Any]) -> Any:
    value = held[variable]
    if isinstance(value, Secret):
        raise DeclarationInvalid(f"{path} of a model would show the secret {variable!r}")
    return value
