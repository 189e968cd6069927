"""Model parameters where Converse has a field for them; all others go to the model as they are, in
`additionalModelRequestFields` (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html and
/API_runtime_InferenceConfiguration.html, read 2026-11-28)."""

from __future__ import annotations

from typing import Any

from modelruntime.codecs.anthropic.render_thinking import THINKING, render_thinking, thinks
from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.json_value import as_object
from modelruntime.codecs.openai.request import merge_into, put_at
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.schema.profile import Profile

OTHERS = "additionalModelRequestFields"
_RESERVED = frozenset(("model", "messages", "system", "stream", "tools", "toolConfig"))
_PLACES = {
    "max_tokens": "inferenceConfig.maxTokens",
    "temperature": "inferenceConfig.temperature",
    "top_p": "inferenceConfig.topP",
    "stop": "inferenceConfig.stopSequences",
    "stop_sequences": "inferenceConfig.stopSequences",
    "service_tier": "serviceTier.type",
    "latency": "performanceConfig.latency",
}
_FIELDS = frozenset(
    (
        "additionalModelRequestFields",
        "additionalModelResponseFieldPaths",
        "guardrailConfig",
        "inferenceConfig",
        "outputConfig",
        "performanceConfig",
        "promptVariables",
        "requestMetadata",
        "serviceTier",
    )
)
"""Fields of the operation itself: a parameter of such a name, or a path into it, stands there."""
_SAMPLING = (("inferenceConfig", "temperature"), (OTHERS, "top_k"))
"""What a thinking model of Anthropic's refuses."""


def render_parameters(parameters: dict[str, Any], profile: Profile, warnings: CallWarnings) -> JSON:
    """The body's parameter fields. None means not set. Raises `ParameterInvalid` for a name that the codec itself fills."""
    body: JSON = {}
    merge_into(body, profile.constants)
    given = {name: value for name, value in parameters.items() if value is not None}
    for name in _RESERVED.intersection(given):
        raise ParameterInvalid(f"{name!r} is no model parameter: the call says it in its own argument", field=name)
    for name in [name for name in given if name in profile.drop]:
        warnings.drop(f"{name} was not sent: the endpoint does not take it", name)
        del given[name]
    asked = {name: given.pop(name) for name in THINKING if name in given and name not in profile.rename}
    for name, value in given.items():
        put_at(body, _place(profile.rename.get(name, _PLACES.get(name, name))), _list(value) if name in _LISTS else value)
    if asked:
        _RENDER[profile.reasoning_style](body, asked, profile, warnings)
    return body


_LISTS = ("stop", "stop_sequences")


def _list(value: Any) -> list[Any]:
    return [value] if isinstance(value, str) else list(value)


def _place(path: str) -> str:
    return path if path.partition(".")[0] in _FIELDS else f"{OTHERS}.{path}"


def _messages_family(body: JSON, asked: JSON, profile: Profile, warnings: CallWarnings) -> None:
    """Anthropic's models: their own objects, and an effort in a field of Converse's."""
    limits = as_object(body.get("inferenceConfig"))
    scratch: JSON = {"max_tokens": limits["maxTokens"]} if "maxTokens" in limits else {}
    render_thinking(scratch, asked, profile)
    if effort := as_object(scratch.get("output_config")).get("effort"):
        put_at(body, "outputConfig.effort", effort)
    if "max_tokens" in scratch:
        put_at(body, "inferenceConfig.maxTokens", scratch["max_tokens"])
    if "thinking" in scratch:
        put_at(body, f"{OTHERS}.thinking", scratch["thinking"])
    if thinks(scratch):
        for holder, name in _SAMPLING:
            if as_object(body.get(holder)).get(name) not in (None, 1):
                warnings.drop(f"{name} was not sent: a thinking model takes none", name)
                body[holder] = {key: value for key, value in body[holder].items() if key != name}


def _effort(body: JSON, asked: JSON, profile: Profile, warnings: CallWarnings) -> None:
    for name, value in asked.items():
        put_at(body, f"{OTHERS}.{name}", value)


def _reasoning_config(body: JSON, asked: JSON, profile: Profile, warnings: CallWarnings) -> None:
    """https://docs.aws.amazon.com/nova/latest/nova2-userguide/extended-thinking.html (read 2026-11-28)."""
    effort, switch = asked.get("reasoning_effort"), asked.get("thinking")
    off = effort in ("none", "off") or (effort is None and switch in (False, "false", "disabled"))
    config: JSON = {"type": "disabled"} if off else {"type": "enabled"}
    if not off and effort is not None:
        config["maxReasoningEffort"] = effort
    put_at(body, f"{OTHERS}.reasoningConfig", config)
    if "thinking_budget" in asked:
        warnings.drop("thinking_budget was not sent: the model takes an effort", "thinking_budget")


def _switch(body: JSON, asked: JSON, profile: Profile, warnings: CallWarnings) -> None:
    if "thinking" in asked:
        put_at(body, f"{OTHERS}.enable_thinking", asked["thinking"] in (True, "true", "enabled"))
    _effort(body, {name: value for name, value in asked.items() if name != "thinking"}, profile, warnings)


def _none(body: JSON, asked: JSON, profile: Profile, warnings: CallWarnings) -> None:
    for name in asked:
        warnings.drop(f"{name} was not sent: the model's thinking cannot be chosen", name)


_RENDER = {
    "adaptive": _messages_family,
    "thinking_type": _messages_family,
    "effort": _effort,
    "enable_thinking": _switch,
    "reasoning_config": _reasoning_config,
    "none": _none,
}
