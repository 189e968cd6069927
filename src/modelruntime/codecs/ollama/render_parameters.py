"""Model parameters: the model's own go into `options`, a few stand beside it.

https://github.com/ollama/ollama/blob/main/docs/openapi.yaml (GenerateRequest, ChatRequest, EmbedRequest), read 2026-11-28.
"""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.body_parameters import CallParameters, taken_parameters
from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.openai.request import put_at
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.schema.profile import Profile

_RESERVED = frozenset(("model", "messages", "prompt", "stream", "tools", "input"))
_BESIDE = frozenset(
    (
        *("keep_alive", "format", "think", "logprobs", "top_logprobs", "truncate", "shift", "dimensions", "suffix"),
        *("system", "template", "raw", "context", "images", "options"),
    )
)
"""Fields of the request itself."""
_NAMES = {"max_tokens": "num_predict", "max_completion_tokens": "num_predict"}
_THINKING = ("think", "thinking", "enable_thinking", "reasoning_effort")
_SWITCH = {"true": True, "enabled": True, "on": True, "false": False, "disabled": False, "off": False, "none": False}


def render_parameters(call: CallParameters, profile: Profile, warnings: CallWarnings) -> JSON:
    """The body's parameter fields, the profile's constants included. Raises `ParameterInvalid` for a name that the codec fills."""
    body: JSON = dict(profile.constants)
    for name, value in taken_parameters(call, profile, warnings, _RESERVED).items():
        put_at(body, _place(name, profile), _value(name, value))
    return body


def _place(name: str, profile: Profile) -> str:
    """Where a parameter stands, as a dotted path."""
    if name in profile.rename:
        return profile.rename[name]
    if name in _THINKING:
        return "think"
    return name if name.partition(".")[0] in _BESIDE else f"options.{_NAMES.get(name, name)}"


def _value(name: str, value: Any) -> Any:
    if name == "stop" and isinstance(value, str):
        return [value]
    return _SWITCH.get(value.lower(), value) if name in _THINKING and isinstance(value, str) else value
