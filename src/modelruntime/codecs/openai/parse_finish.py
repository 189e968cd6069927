"""Why the model stopped, in one of seven words.

The vendors' words beside the family's own: `sensitive`, `network_error` (https://docs.bigmodel.cn/api-reference),
`insufficient_system_resource` (https://api-docs.deepseek.com/api/create-chat-completion), `eos`, `eos_token` (Together, TGI),
`model_length` (https://docs.mistral.ai/api), `abort` (vLLM); unverified. `context` (package reka-api 3.2.0:
types/finish_reason.py), `repetition` (package vllm 0.33.0: vllm/v1/engine/__init__.py), `repetition_truncation` (MiMo,
https://github.com/XiaomiMiMo/MiMo/issues/98), `time_limit`, `cancelled`
(https://ibm.github.io/watsonx-ai-node-sdk/interfaces/1_6_x.WatsonXAI.TextChatResultChoice-1.html), `timeout`
(github.com/api-evangelist/cohere: json-schema/cohere-chatresponse-schema.json), `normal` (package qianfan 0.4.12.3:
qianfan/extensions/openai/adapter.py), `end` (https://github.com/earendil-works/pi/issues/2142); read 2026-11-29. Gemini's own words
come through servers of this family (https://github.com/HKUDS/Vibe-Trading/pull/308), and its OpenAI-compatible endpoint puts its
own after one of the family's: `content_filter: RECITATION`, `function_call_filter: MALFORMED_FUNCTION_CALL` (seen in many
repositories, its documentation does not name them; read 2026-11-29).
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
    "end": "stop",
    "normal": "stop",
    "length": "length",
    "max_tokens": "length",
    "max_output_tokens": "length",
    "model_length": "length",
    "context": "length",
    "max_length": "length",
    "time_limit": "length",
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
    "spii": "content_filter",
    "image_safety": "content_filter",
    "image_prohibited_content": "content_filter",
    "image_recitation": "content_filter",
    "guardrail_intervened": "content_filter",
    "refusal": "refusal",
    "error": "error",
    "abort": "error",
    "network_error": "error",
    "insufficient_system_resource": "error",
    "malformed_function_call": "error",
    "malformed_response": "error",
    "unexpected_tool_call": "error",
    "too_many_tool_calls": "error",
    "missing_thought_signature": "error",
    "function_call_filter": "error",
    "repetition": "error",
    "repetition_truncation": "error",
    "cancelled": "error",
    "timeout": "error",
}


def parse_finish(raw: str | None, calls_tools: bool, refuses: bool) -> Finish:
    """The vendor's word and ours. A reply that calls tools ends with `tool_calls`, and one that refuses with `refusal`,
    also where the vendor says `stop`."""
    unified = _WORDS.get(raw.partition(":")[0].lower(), "other") if raw else "other"
    if unified in ("stop", "other"):
        unified = "tool_calls" if calls_tools else "refusal" if refuses else unified
    return Finish(unified, raw)
