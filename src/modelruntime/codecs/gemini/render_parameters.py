"""Model parameters under their wire names: most stand in `generationConfig`
(https://ai.google.dev/api/generate-content#generationconfig and /gemini-api/docs/thinking, read 2026-11-22)."""

from __future__ import annotations

import re
from typing import Any

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.json_value import as_object, is_object
from modelruntime.codecs.openai.request import merge_into, put_at
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.schema.profile import Profile

_RESERVED = frozenset(("model", "contents", "messages", "stream", "tools", "systemInstruction"))
_BESIDE = frozenset(
    ("safetySettings", "cachedContent", "labels", "serviceTier", "store", "modelArmorConfig", "toolConfig", "continuationToken")
)
"""Fields of the body that stand beside `generationConfig`."""
_NAMES = {
    "max_tokens": "maxOutputTokens",
    "stop": "stopSequences",
    "n": "candidateCount",
    "thinking_budget": "thinkingConfig.thinkingBudget",
    "include_thoughts": "thinkingConfig.includeThoughts",
    "thinking_level": "thinkingConfig.thinkingLevel",
    "reasoning_effort": "thinkingConfig.thinkingLevel",
    "logprobs": "responseLogprobs",
    "top_logprobs": "logprobs",
    "aspect_ratio": "imageConfig.aspectRatio",
    "image_size": "imageConfig.imageSize",
}
_SNAKE = re.compile(r"_(\w)")


def render_parameters(parameters: dict[str, Any], profile: Profile, warnings: CallWarnings) -> JSON:
    """The body's parameter fields. None means not set.

    Raises `ParameterInvalid` for a name that the codec itself fills and for more than one answer.
    """
    config: JSON = {}
    body: JSON = {}
    for name, value in parameters.items():
        if value is None:
            continue
        if name in _RESERVED:
            raise ParameterInvalid(f"{name!r} is no model parameter: the call says it in its own argument", field=name)
        if name in ("n", "candidateCount") and value != 1:
            raise ParameterInvalid("one call gives one answer: leave out n, or call again for more", field="n")
        if name in profile.drop:
            warnings.drop(f"{name} was not sent: the endpoint does not take it", name)
            continue
        wire = profile.rename.get(name) or _NAMES.get(name) or _SNAKE.sub(lambda found: found[1].upper(), name)
        if name == "thinking" and wire == name:
            merge_into(config, {"thinkingConfig": _thinking(value)})
        elif wire in _BESIDE:
            body[wire] = value
        elif wire == "mediaResolution":
            put_at(config, wire, _resolution(value))
        else:
            put_at(config, wire, [value] if wire == "stopSequences" and isinstance(value, str) else value)
    merge_into(body, profile.constants)
    if config:
        body["generationConfig"] = {**config, **as_object(body.get("generationConfig"))}
    return body


def _thinking(value: Any) -> JSON:
    if is_object(value):
        return value
    on = str(value).lower() not in ("false", "none", "off", "disabled", "0")
    return {"includeThoughts": True} if on else {"includeThoughts": False, "thinkingBudget": 0}


def _resolution(value: Any) -> Any:
    """The vendor's word has a prefix, which forms leave out; `default` is to say nothing."""
    word = str(value).upper()
    if word in ("DEFAULT", "UNSPECIFIED"):
        return "MEDIA_RESOLUTION_UNSPECIFIED"
    return word if word.startswith("MEDIA_RESOLUTION_") else f"MEDIA_RESOLUTION_{word}"
