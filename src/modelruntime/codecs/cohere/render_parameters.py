"""Model parameters under their wire names (the package's `v2/raw_client.py`, version 7.3.1, read 2026-11-28)."""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.body_parameters import taken_parameters
from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.json_value import is_object
from modelruntime.codecs.openai.request import put_at
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.call import LLMCall
from modelruntime.schema.profile import Profile

_RESERVED = frozenset(("model", "messages", "stream", "tools", "tool_choice", "strict_tools", "documents"))
_NAMES = {"top_p": "p", "top_k": "k", "stop": "stop_sequences", "max_completion_tokens": "max_tokens"}
_THINKING = ("thinking", "thinking_budget", "reasoning_effort")
_OFF = (False, "false", "disabled", "none", "off")


def render_parameters(call: LLMCall, profile: Profile, warnings: CallWarnings) -> JSON:
    """The body's parameter fields, the profile's constants included. Raises `ParameterInvalid` for a name that the codec fills."""
    body: JSON = dict(profile.constants)
    given = taken_parameters(call, profile, warnings, _RESERVED)
    control = {name: given.pop(name) for name in _THINKING if name in given and name not in profile.rename}
    for name, value in given.items():
        put_at(body, profile.rename.get(name, _NAMES.get(name, name)), value)
    if isinstance(stop := body.get("stop_sequences"), str):
        body["stop_sequences"] = [stop]
    if (thinking := _thinking(control, warnings)) is not None:
        body["thinking"] = thinking
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
