"""Model parameters under their wire names (https://docs.anthropic.com/en/docs/build-with-claude/extended-thinking and
/effort, read 2026-11-22)."""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.json_value import as_object, is_object
from modelruntime.codecs.openai.request import merge_into, put_at
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.schema.profile import Profile

_RESERVED = frozenset(("model", "messages", "system", "stream", "tools"))
_THINKING = ("thinking", "thinking_budget", "reasoning_effort")
_SMALLEST_BUDGET = 1024
_SAMPLING = ("temperature", "top_k")
"""Parameters that a thinking model refuses."""


def render_parameters(parameters: dict[str, Any], profile: Profile, warnings: CallWarnings) -> JSON:
    """The body's parameter fields. None means not set; `max_tokens`, which the vendor demands, falls back to the profile's.

    Raises `ParameterInvalid` for a name that the codec itself fills.
    """
    body: JSON = {"max_tokens": profile.default_max_tokens}
    merge_into(body, profile.constants)
    given = {name: value for name, value in parameters.items() if value is not None}
    for name, value in given.items():
        if name in _RESERVED:
            raise ParameterInvalid(f"{name!r} is no model parameter: the call says it in its own argument", field=name)
        if name in profile.drop:
            warnings.drop(f"{name} was not sent: the endpoint does not take it", name)
        elif name in ("stop", "stop_sequences"):
            body["stop_sequences"] = [value] if isinstance(value, str) else list(value)
        elif name not in _THINKING or name in profile.rename:
            put_at(body, profile.rename.get(name, name), value)
    _render_thinking(body, {name: given[name] for name in _THINKING if name in given and name not in profile.rename}, profile)
    if as_object(body.get("thinking")).get("type") in ("enabled", "adaptive"):
        for name in (name for name in _SAMPLING if name in given and body.get(name) not in (None, 1)):
            warnings.drop(f"{name} was not sent: a thinking model takes none", name)
            del body[name]
    return body


def _render_thinking(body: JSON, given: JSON, profile: Profile) -> None:
    """A switch, a budget or an effort, in the vendor's objects."""
    thinking, budget, effort = (given.get(name) for name in _THINKING)
    if is_object(thinking):
        body["thinking"] = thinking
    elif thinking in (True, "true", "enabled") or (thinking is None and budget):
        adaptive = profile.reasoning_style == "adaptive" and not budget
        body["thinking"] = {"type": "adaptive"} if adaptive else _budget(body, budget)
    elif thinking in ("adaptive", "auto"):
        body["thinking"] = {"type": "adaptive"}
    elif thinking is not None:
        body["thinking"] = {"type": "disabled"}
    if effort in ("none", "off"):
        body["thinking"] = {"type": "disabled"}
    elif effort is not None:
        merge_into(body, {"output_config": {"effort": effort}})


def _budget(body: JSON, budget: Any) -> JSON:
    """The vendor wants at least 1,024, and less than `max_tokens`, which is raised where the caller left it open."""
    wanted = int(budget) if budget else _SMALLEST_BUDGET
    if isinstance(most := body.get("max_tokens"), int) and most <= wanted:
        body["max_tokens"] = wanted + most
    return {"type": "enabled", "budget_tokens": wanted}
