"""Model parameters under their wire names."""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.json_value import as_object, is_object
from modelruntime.codecs.openai.request import merge_into, put_at
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.schema.profile import Profile

_RESERVED = frozenset(("model", "messages", "prompt", "stream", "tools", "functions"))
_MAX_TOKENS = frozenset(("max_tokens", "max_completion_tokens"))
_OF_RESPONSES = frozenset(("reasoning_summary",))
"""Parameters of the Responses API that this one does not have; a model may be called by either."""
_REASONING = frozenset(("reasoning_effort", "enable_thinking", "thinking"))
_PLAIN = _MAX_TOKENS | {"temperature", "top_p", "top_k", "stop", "seed", "presence_penalty", "frequency_penalty"}
"""What most calls say, and most endpoints take under the same names."""


def render_parameters(parameters: dict[str, Any], profile: Profile, warnings: CallWarnings) -> dict[str, Any]:
    """The body's parameter fields, the profile's constants included. None means not set.

    Raises `ParameterInvalid` for a name that the codec itself fills, for `n` above 1, and for text that should be JSON.
    """
    if _PLAIN.issuperset(parameters) and not (profile.constants or profile.rename or profile.drop or profile.json_parameters):
        renamed = _MAX_TOKENS - {profile.max_tokens_field}
        if renamed.isdisjoint(parameters) and None not in parameters.values():
            return dict(parameters)
    body: dict[str, Any] = {}
    merge_into(body, profile.constants)
    for name, value in parameters.items():
        if value is None:
            continue
        if name in _RESERVED:
            raise ParameterInvalid(f"{name!r} is no model parameter: the call says it in its own argument", field=name)
        if name == "n" and value != 1:
            raise ParameterInvalid("one call gives one answer: leave out n, or call again for more", field="n")
        if name in profile.drop:
            warnings.drop(f"{name} was not sent: the endpoint does not take it", name)
            continue
        if name in _OF_RESPONSES and name not in profile.rename:
            warnings.drop(f"{name} was not sent: chat completions have no summary of reasoning", name)
            continue
        if name in profile.json_parameters:
            value = _parsed(name, value)
        if name in _REASONING and name not in profile.rename:
            _reasoning(body, name, value, profile, warnings)
        elif name in _MAX_TOKENS and name not in profile.rename:
            body[profile.max_tokens_field] = value
        else:
            put_at(body, profile.rename.get(name, name), value)
    _response_format(body)
    return body


def _parsed(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return msgspec.json.decode(value)
    except msgspec.DecodeError as cause:
        raise ParameterInvalid(f"{name} must be JSON text: {cause}", field=name) from cause


def _reasoning(body: dict[str, Any], name: str, value: Any, profile: Profile, warnings: CallWarnings) -> None:
    """An effort, or a switch, in the words of the endpoint.

    `enable_thinking`: https://help.aliyun.com/zh/model-studio/deep-thinking (unverified); `thinking.type`:
    https://docs.bigmodel.cn/cn/guide/capabilities/thinking (read 2026-11-22).
    """
    style = profile.reasoning_style
    if style == "effort" or is_object(value):
        body[name] = value
        return
    if style == "none":
        warnings.drop(f"{name} was not sent: the model has no such control", name)
        return
    word = str(value).lower()
    on = word not in ("none", "disabled", "disable", "off", "false", "0")
    if style == "enable_thinking":
        body["enable_thinking"] = on
    else:
        body["thinking"] = {"type": word if word in ("auto", "adaptive") else "enabled" if on else "disabled"}
    if name == "reasoning_effort" and on:
        warnings.map(f"reasoning_effort {word} was sent as plain thinking: the endpoint knows no degrees", name)


def _response_format(body: dict[str, Any]) -> None:
    """Declared as one word, with the schema as a parameter of its own (text or object); an object on the wire."""
    schema = body.pop("json_schema", None)
    if isinstance(body.get("response_format"), str):
        body["response_format"] = {"type": body["response_format"]}
    if schema is None:
        return
    wanted = as_object(_parsed("json_schema", schema))
    holder = wanted if "schema" in wanted else {"name": "answer", "schema": wanted}
    body["response_format"] = {"type": "json_schema", "json_schema": holder}
