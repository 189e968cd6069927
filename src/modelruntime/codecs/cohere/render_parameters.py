"""Model parameters under their wire names (https://docs.cohere.com/reference/chat, as the package's `v2/client.py` of version
7.3.1 documents it, read 2026-11-28)."""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.body_parameters import render_body
from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.json_value import is_object
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.schema.profile import Profile

_RESERVED = frozenset(("messages", "stream", "tools", "tool_choice", "strict_tools"))
_NAMES = {"top_p": "p", "top_k": "k", "stop": "stop_sequences", "max_completion_tokens": "max_tokens"}
_THINKING = ("thinking", "thinking_budget", "reasoning_effort")
_OFF = (False, "false", "disabled", "none", "off")


def render_parameters(call: LLMCall, profile: Profile, warnings: CallWarnings) -> JSON:
    """The body's parameter fields. Raises `ParameterInvalid` for a name that the codec itself fills."""
    given = {name: value for name, value in call.parameters.items() if value is not None}
    for name in _RESERVED.intersection(given):
        raise ParameterInvalid(f"{name!r} is no model parameter: the call says it in its own argument", field=name)
    fields = {name: value for name, value in given.items() if name not in _THINKING or name in profile.rename}
    dropped: JSON = {name: value for name, value in given.items() if name in profile.drop}
    body: JSON = {}
    for name, value in _rendered(call, {**fields, **dropped}, profile, warnings).items():
        body[_NAMES.get(name, name)] = value
    if isinstance(stop := body.get("stop_sequences"), str):
        body["stop_sequences"] = [stop]
    thinking = {name: given[name] for name in _THINKING if name in given and name not in fields and name not in dropped}
    if found := _thinking(thinking, warnings):
        body["thinking"] = found
    return body


def _rendered(call: LLMCall, parameters: JSON, profile: Profile, warnings: CallWarnings) -> JSON:
    """Dropped, parsed and renamed as every family does."""
    plain = LLMCall(call.model, parameters=parameters, strict=call.strict)
    body, found = render_body({}, plain, profile)
    for warning in found:
        warnings.drop(warning.message, warning.field or "parameters")
    return body


def _thinking(given: JSON, warnings: CallWarnings) -> JSON | None:
    """`{"type", "token_budget"}` from a switch, a budget or an effort, of which the vendor knows only whether there is one."""
    thinking, budget, effort = (given.get(name) for name in _THINKING)
    if is_object(thinking):
        return thinking
    if thinking in _OFF or effort in _OFF or budget == 0:
        return {"type": "disabled"}
    if effort is not None:
        warnings.map("the endpoint knows no effort: the model thinks, or it does not", "reasoning_effort")
    if thinking is None and budget is None and effort is None:
        return None
    counted: Any = {} if budget is None else {"token_budget": int(budget)}
    return {"type": "enabled", **counted}
