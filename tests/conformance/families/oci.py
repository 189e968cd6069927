"""Oracle's Generative AI, judged by the members of its SDK's model classes (`oci` 2.189.0, read 2026-11-28), written down here: the
package itself is too large for a test."""

from __future__ import annotations

import json
import re
from typing import Any

from modelruntime.schema.profile import Profile
from tests.conformance import facts
from tests.conformance.case import Case
from tests.conformance.exchange import Answer, Seen, as_events, as_json
from tests.conformance.family import Evidence
from tests.conformance.want import RETRY_AFTER, Want

GENERIC = frozenset(
    [
        "apiFormat",
        "messages",
        "reasoningEffort",
        "verbosity",
        "metadata",
        "isStream",
        "streamOptions",
        "numGenerations",
        "seed",
        "isEcho",
        "topK",
        "topP",
        "temperature",
        "frequencyPenalty",
        "presencePenalty",
        "stop",
        "logProbs",
        "maxTokens",
        "maxCompletionTokens",
        "logitBias",
        "prediction",
        "responseFormat",
        "toolChoice",
        "isParallelToolCalls",
        "tools",
        "webSearchOptions",
        "serviceTier",
    ]
)
COHERE = frozenset(
    [
        "apiFormat",
        "message",
        "chatHistory",
        "documents",
        "responseFormat",
        "isSearchQueriesOnly",
        "preambleOverride",
        "isStream",
        "streamOptions",
        "maxTokens",
        "maxInputTokens",
        "temperature",
        "topK",
        "topP",
        "promptTruncation",
        "frequencyPenalty",
        "presencePenalty",
        "seed",
        "isEcho",
        "tools",
        "toolResults",
        "isForceSingleStep",
        "stopSequences",
        "isRawPrompting",
        "citationQuality",
        "safetyMode",
    ]
)
MESSAGE = frozenset(["role", "content", "name", "refusal", "toolCalls", "annotations", "reasoningContent", "toolCallId"])
CONTENTS = {"TEXT": "text", "IMAGE": "imageUrl", "DOCUMENT": "documentUrl", "AUDIO": "audioUrl", "VIDEO": "videoUrl"}
EMBED = frozenset(
    ["inputs", "servingMode", "compartmentId", "isEcho", "embeddingTypes", "outputDimensions", "truncate", "inputType"]
)
ROLES = {"USER": {"message"}, "SYSTEM": {"message"}, "CHATBOT": {"message", "toolCalls"}, "TOOL": {"toolResults"}}


class OciFamily:
    """`/actions/chat` in two formats, `/actions/embedText`."""

    evidence: Evidence = "simulator"

    def judge(self, seen: Seen, case: Case, profile: Profile) -> list[str]:
        """Members that no class has, and a scope that names no model."""
        body = seen.json()
        found = [] if body.get("compartmentId") else ["body.compartmentId: missing"]
        if body.get("servingMode") != {"servingType": "ON_DEMAND", "modelId": case.wire_model}:
            found.append(f"body.servingMode is {body.get('servingMode')}")
        if case.codec == "oci_embeddings":
            return found + _unknown(body, EMBED, "body")
        chat = body["chatRequest"]
        if case.codec == "oci_cohere_chat":
            return found + _judge_cohere(chat)
        found += _unknown(chat, GENERIC, "chatRequest") + ([] if chat["apiFormat"] == "GENERIC" else ["apiFormat"])
        for at, message in enumerate(chat["messages"]):
            found += _unknown(message, MESSAGE, f"messages[{at}]")
            for part in message.get("content", ()):
                found += _unknown(part, {"type", CONTENTS[part["type"]]}, f"messages[{at}].content")
            for call in message.get("toolCalls", ()):
                found += _unknown(call, {"type", "id", "name", "arguments"}, f"messages[{at}].toolCalls")
        for tool in chat.get("tools", ()):
            found += _unknown(tool, {"type", "name", "description", "parameters"}, "tools")
        return found

    def answer(self, seen: Seen, case: Case, profile: Profile, want: Want) -> Answer:
        """A result, or its events."""
        if want.fault in FAULTS:
            return FAULTS[want.fault]
        body = seen.json()
        if case.codec == "oci_embeddings":
            rows = [facts.vector_of(text) for text in body["inputs"]]
            return as_json({"id": "e", "embeddings": rows, "modelId": case.wire_model, "usage": {"totalTokens": 3}})
        cohere = case.codec == "oci_cohere_chat"
        whole = _cohere(want) if cohere else {"apiFormat": "GENERIC", "choices": [_choice(want)], "usage": USAGE}
        if not body["chatRequest"].get("isStream"):
            return as_json({"modelId": case.wire_model, "modelVersion": "1", "chatResponse": whole})
        events = _cohere_events(want) if cohere else _events(want)
        if want.fault == "error in stream":
            return as_events(events[0], {"code": "InternalServerError", "message": facts.ERROR_MESSAGE}, done=None)
        if want.fault == "cut":
            return as_events(*events[:-2], done=None, cut=True)
        return as_events(*events, done=None)


def _error(code: str, status: int, **headers: str) -> Answer:
    return as_json({"code": code, "message": facts.ERROR_MESSAGE}, status, **headers)


FAULTS = {
    "refused key": _error("NotAuthenticated", 401),
    "rate limit": _error("TooManyRequests", 429, retry_after=str(RETRY_AFTER)),
    "outage": _error("ServiceUnavailable", 503),
}
USAGE = {
    "promptTokens": facts.INPUT_TOKENS,
    "completionTokens": facts.OUTPUT_TOKENS,
    "totalTokens": facts.INPUT_TOKENS + facts.OUTPUT_TOKENS,
}


def _unknown(value: dict[str, Any], known: Any, at: str) -> list[str]:
    return [f"{at}.{name}: unknown" for name in value if name not in known]


def _judge_cohere(chat: dict[str, Any]) -> list[str]:
    found = _unknown(chat, COHERE, "chatRequest") + ([] if chat["apiFormat"] == "COHERE" else ["apiFormat"])
    if bool(chat["message"]) == bool(chat.get("toolResults")):
        found.append("chatRequest: either a message or toolResults are wanted")
    for turn in chat.get("chatHistory", ()):
        found += _unknown(turn, {"role", *ROLES[turn["role"]]}, "chatHistory")
    for tool in chat.get("tools", ()):
        for definition in tool["parameterDefinitions"].values():
            found += _unknown(definition, {"description", "type", "isRequired"}, "tools.parameterDefinitions")
    return found


def _message(want: Want) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "ASSISTANT"}
    if want.text:
        message["content"] = [{"type": "TEXT", "text": want.text}]
    if want.reasoning:
        message["reasoningContent"] = want.reasoning
    if want.calls:
        message["toolCalls"] = [{"type": "FUNCTION", "id": key, "name": name, "arguments": text} for key, name, text in want.calls]
    return message


def _choice(want: Want) -> dict[str, Any]:
    return {"index": 0, "message": _message(want), "finishReason": "tool_calls" if want.calls else "stop"}


def _pieces(text: str | None) -> list[str]:
    return re.findall(r".{1,9}", text or "", re.DOTALL)


def _events(want: Want) -> list[dict[str, Any]]:
    deltas: list[dict[str, Any]] = [{"reasoningContent": piece} for piece in _pieces(want.reasoning)]
    deltas += [{"content": [{"type": "TEXT", "text": piece}]} for piece in _pieces(want.text)]
    for key, name, text in want.calls:
        deltas.append({"toolCalls": [{"type": "FUNCTION", "id": key, "name": name, "arguments": text[:5]}]})
        deltas.append({"toolCalls": [{"type": "FUNCTION", "arguments": text[5:]}]})
    events = [{"index": 0, "message": {"role": "ASSISTANT", **delta}, "pad": "aa"} for delta in deltas]
    return [*events, {"message": {"role": "ASSISTANT"}, "finishReason": "tool_calls" if want.calls else "stop"}, {"usage": USAGE}]


def _cohere(want: Want) -> dict[str, Any]:
    calls = [{"name": name, "parameters": json.loads(text)} for _, name, text in want.calls]
    return {"apiFormat": "COHERE", "text": want.text or "", "finishReason": "COMPLETE", "toolCalls": calls or None, "usage": USAGE}


def _cohere_events(want: Want) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = [{"apiFormat": "COHERE", "text": piece, "pad": "a"} for piece in _pieces(want.text)]
    whole = _cohere(want)
    if calls := whole["toolCalls"]:
        events.append({"apiFormat": "COHERE", "toolCalls": calls})
    return [*events, {key: value for key, value in whole.items() if key != "usage"}, {"usage": USAGE}]


FAMILY = OciFamily()
