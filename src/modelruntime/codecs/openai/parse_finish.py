"""Why the model stopped, in one of seven words.

The vendors' words beside the family's own: `sensitive`, `network_error` (https://docs.bigmodel.cn/api-reference),
`insufficient_system_resource` (https://api-docs.deepseek.com/api/create-chat-completion), `eos`, `eos_token` (Together, TGI),
`model_length` (https://docs.mistral.ai/api), `abort` (vLLM); unverified. `context` (package reka-api 3.2.0:
types/finish_reason.py, read 2026-11-29).
"""

from __future__ import annotations

from modelruntime.entities.finish import Finish, FinishReason

_WORDS: dict[str, FinishReason] = {
    "stop": "stop",
    "eos": "stop",
    "eos_token": "stop",
    "stop_sequence": "stop",
    "end_turn": "stop",
    "complete": "stop",
    "completed": "stop",
    "done": "stop",
    "length": "length",
    "max_tokens": "length",
    "max_output_tokens": "length",
    "model_length": "length",
    "context": "length",
    "max_length": "length",
    "model_context_window_exceeded": "length",
    "tool_calls": "tool_calls",
    "tool_call": "tool_calls",
    "tool_use": "tool_calls",
    "function_call": "tool_calls",
    "content_filter": "content_filter",
    "content_filtered": "content_filter",
    "sensitive": "content_filter",
    "safety": "content_filter",
    "error_toxic": "content_filter",
    "error_limit": "length",
    "recitation": "content_filter",
    "blocklist": "content_filter",
    "prohibited_content": "content_filter",
    "refusal": "refusal",
    "error": "error",
    "abort": "error",
    "network_error": "error",
    "insufficient_system_resource": "error",
    "malformed_function_call": "error",
}


def parse_finish(raw: str | None, calls_tools: bool, refuses: bool) -> Finish:
    """The vendor's word and ours. A reply that calls tools ends with `tool_calls`, and one that refuses with `refusal`,
    also where the vendor says `stop`."""
    unified = _WORDS.get(raw.lower(), "other") if raw else "other"
    if unified in ("stop", "other"):
        unified = "tool_calls" if calls_tools else "refusal" if refuses else unified
    return Finish(unified, raw)
