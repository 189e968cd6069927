"""Bounds that are narrower than what the vendor takes: a caller would be refused what works.

The templates are those of the original, whose bounds are a form's habit (a temperature up to 1, penalties from 0), not a
vendor's word. In our own fleet a rule states its bounds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from modelruntime.schema.model import ModelSchema
    from modelruntime.schema.parameter_rule import ParameterRule

VENDORS_TAKE: dict[str, str] = {
    "temperature": "0 to 2 at most vendors",
    "presence_penalty": "-2 to 2",
    "frequency_penalty": "-2 to 2",
    "top_k": "any whole number from 1",
    "max_tokens": "the model's longest answer",
    "response_format": "the vendor's own words",
}
"""Template → what vendors are known to take where that is wider than the template's bounds. Not here: `top_p`, a share from 0
to 1 everywhere."""

_BOUNDS = frozenset(("min", "max", "options"))


def narrow_bounds(model: ModelSchema) -> Iterator[tuple[str, str]]:
    """Code and message of every rule of `model` with a bound that only the template states, or with a `max_tokens` below the
    declared output limit."""
    for rule in model.parameter_rules:
        inherited = sorted(_BOUNDS.intersection(rule.hints))
        if inherited and rule.use_template in VENDORS_TAKE:
            yield (
                "template-bound",
                f"{rule.name}: state its {' and '.join(inherited)}; the template's are narrower than what vendors take "
                f"({VENDORS_TAKE[rule.use_template]})",
            )
        elif _below_output(rule, model):
            yield "bound-below-limit", f"{rule.name}: its max {rule.max} is below the model's output limit {model.limits.output}"


def _below_output(rule: ParameterRule, model: ModelSchema) -> bool:
    is_answer_length = "max_tokens" in (rule.name, rule.use_template)
    return is_answer_length and rule.max is not None and rule.max < (model.limits.output or 0)
