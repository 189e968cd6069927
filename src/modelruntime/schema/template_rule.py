"""A parameter rule made at run time from what a declaration states and the template it names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from modelruntime.entities.errors import DeclarationInvalid
from modelruntime.schema.parameter_rule import ParameterRule
from modelruntime.schema.parameter_templates import HINT_KEYS, TEMPLATES


def rule_from(stated: Mapping[str, Any]) -> ParameterRule:
    """The rule; what is stated wins over the template, and bounds that only the template has are hints.

    Raises `DeclarationInvalid` for an unknown template or a rule that cannot be read.
    """
    named = stated.get("use_template")
    template = TEMPLATES.get(named) if isinstance(named, str) else None
    if named is not None and template is None:
        raise DeclarationInvalid(f"no parameter template is called {named!r}; there are {', '.join(TEMPLATES)}")
    inherited = {} if template is None else {**msgspec.structs.asdict(template), "use_template": template.name}
    hints = tuple(key for key in HINT_KEYS if key not in stated and inherited.get(key) not in (None, ()))
    try:
        rule = msgspec.convert({**inherited, **stated, "hints": hints}, ParameterRule)
    except msgspec.ValidationError as cause:
        raise DeclarationInvalid(f"the parameter rule {stated.get('name')!r} cannot be read: {cause}") from cause
    return rule if rule.label else msgspec.structs.replace(rule, label={"en_US": rule.name})
