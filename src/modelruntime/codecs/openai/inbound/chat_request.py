"""`POST /v1/chat/completions` as a client says it.

Everything that is no structure is a model parameter under its own name: those names are the canonical ones. What only this
family knows, and no rule ever names, goes to `extra`. Source: https://github.com/openai/openai-openapi, unverified.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from modelruntime.codecs.dialect import InboundCall
from modelruntime.codecs.openai.inbound.field import filled_text_at, leave_to_family, mapping_at, refuse
from modelruntime.codecs.openai.inbound.messages import messages_from, tool_choice_from, tools_from
from modelruntime.codecs.openai.inbound.output import output_from
from modelruntime.entities.errors import FamilyOnly
from modelruntime.entities.tools import ToolChoice

STRUCTURE = frozenset(("messages", "tools", "tool_choice", "parallel_tool_calls", "response_format", "functions", "function_call"))
"""What is no parameter, and is told to vendors of the family as it stands."""
_READ = STRUCTURE | {"model", "stream", "stream_options", "max_completion_tokens", "n"}
_FURTHER = STRUCTURE - {"messages"} | {"stream_options", "n"}
"""What most calls do without."""
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
        "verbosity",
    )
)
"""Fields of the family that no other one understands."""
CHOICES_AT_MOST = 128
"""The inventor's own bound (https://platform.openai.com/docs/api-reference/chat/create, unverified)."""


def parse_chat_request(body: Mapping[str, Any]) -> InboundCall:
    """The call. Raises `ParameterInvalid` naming the place that cannot be read."""
    parameters: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    for name, value in body.items():
        if value is not None and name not in _READ:
            (extra if name in FAMILY_FIELDS else parameters)[name] = value
    if (limit := body.get("max_completion_tokens")) is not None:
        parameters["max_tokens"] = limit
    model = body.get("model")
    if type(model) is not str or not model:
        model = filled_text_at(body, "model", "body")
    stream = False if body.get("stream") is None else flag_at(body, "stream")
    plain = _FURTHER.isdisjoint(body)
    stream_usage, choices = (False, 1) if plain else (stream_usage_at(body), choices_at(body))
    try:
        structure: dict[str, Any] = {"messages": messages_from(_list_at(body, "messages"))} if plain else _structure(body)
    except FamilyOnly as known:
        structure = {"family_only": known}
    return InboundCall(
        model=model,
        parameters=parameters,
        extra=extra,
        stream=stream,
        stream_usage=stream_usage,
        choices=choices,
        **structure,
    )


def with_structure(call: InboundCall, read: Callable[[], dict[str, Any]]) -> InboundCall:
    """The call with what `read` finds, or with the reason why only the family could read it."""
    try:
        return msgspec.structs.replace(call, **read())
    except FamilyOnly as known:
        return msgspec.structs.replace(call, family_only=known)


def _structure(body: Mapping[str, Any]) -> dict[str, Any]:
    for old, new in (("functions", "tools"), ("function_call", "tool_choice")):
        if body.get(old) is not None:
            leave_to_family(old, f"is an old form: use {new}")
    return {
        "messages": messages_from(_list_at(body, "messages")),
        "tools": tools_from(body.get("tools")),
        "tool_choice": _choice(body),
        "output": output_from(body.get("response_format")),
    }


def choices_at(body: Mapping[str, Any]) -> int:
    """`n`: how many answers are wanted to each prompt."""
    count = body.get("n")
    if count is None:
        return 1
    if type(count) is not int or not 1 <= count <= CHOICES_AT_MOST:
        refuse("n", f"must be a number from 1 to {CHOICES_AT_MOST}")
    return count


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


def stream_usage_at(body: Mapping[str, Any]) -> bool:
    """Does the client want usage in the stream?"""
    options = body.get("stream_options")
    return options is not None and bool(mapping_at(options, "stream_options").get("include_usage"))
