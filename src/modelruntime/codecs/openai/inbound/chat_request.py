"""`POST /v1/chat/completions` as a client says it.

Everything that is no structure is a model parameter under its own name: those names are the canonical ones. What only this
family knows, and no rule ever names, goes to `extra`. Source: https://github.com/openai/openai-openapi, unverified.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from modelruntime.codecs.dialect import InboundCall
from modelruntime.codecs.openai.inbound.field import filled_text_at, mapping_at, refuse
from modelruntime.codecs.openai.inbound.messages import messages_from, tool_choice_from, tools_from
from modelruntime.codecs.openai.inbound.output import output_from
from modelruntime.entities.tools import ToolChoice

_STRUCTURE = frozenset(
    (
        "model",
        "messages",
        "tools",
        "tool_choice",
        "parallel_tool_calls",
        "response_format",
        "stream",
        "stream_options",
        "functions",
        "function_call",
        "max_completion_tokens",
    )
)
FAMILY_FIELDS = frozenset(
    (
        "metadata",
        "store",
        "user",
        "safety_identifier",
        "prompt_cache_key",
        "prompt_cache_retention",
        "service_tier",
        "prediction",
        "modalities",
        "audio",
        "web_search_options",
        "n",
        "verbosity",
    )
)
"""Fields of the family that no other one understands."""


def parse_chat_request(body: Mapping[str, Any]) -> InboundCall:
    """The call. Raises `ParameterInvalid` naming the place that cannot be read."""
    for old, new in (("functions", "tools"), ("function_call", "tool_choice")):
        if body.get(old) is not None:
            refuse(old, f"is an old form: use {new}")
    given = {name: value for name, value in body.items() if value is not None and name not in _STRUCTURE}
    if (limit := body.get("max_completion_tokens")) is not None:
        given["max_tokens"] = limit
    return InboundCall(
        model=filled_text_at(body, "model", "body"),
        messages=messages_from(_list_at(body, "messages")),
        tools=tools_from(body.get("tools")),
        tool_choice=_choice(body),
        output=output_from(body.get("response_format")),
        parameters={name: value for name, value in given.items() if name not in FAMILY_FIELDS},
        extra={name: value for name, value in given.items() if name in FAMILY_FIELDS},
        stream=flag_at(body, "stream"),
        stream_usage=_stream_usage(body),
    )


def flag_at(body: Mapping[str, Any], name: str) -> bool:
    """True or false; absent and null are false."""
    value = body.get(name)
    if value is None or isinstance(value, bool):
        return bool(value)
    return refuse(name, "must be true or false")


def _list_at(body: Mapping[str, Any], name: str) -> list[Any]:
    value = body.get(name)
    if isinstance(value, list):
        return value  # pyright: ignore[reportUnknownVariableType]
    return refuse(name, "is missing" if value is None else f"must be a list of messages, not {type(value).__name__}")


def _choice(body: Mapping[str, Any]) -> ToolChoice | None:
    choice = tool_choice_from(body.get("tool_choice"))
    if body.get("parallel_tool_calls") is None:
        return choice
    return msgspec.structs.replace(choice or ToolChoice(), parallel=flag_at(body, "parallel_tool_calls"))


def _stream_usage(body: Mapping[str, Any]) -> bool:
    options = body.get("stream_options")
    return options is not None and bool(mapping_at(options, "stream_options").get("include_usage"))
