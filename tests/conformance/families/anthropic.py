"""The Messages family, judged by the types of the `anthropic` package."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

from anthropic.types.beta import message_create_params as beta
from anthropic.types.message_create_params import MessageCreateParamsNonStreaming, MessageCreateParamsStreaming

from modelruntime.schema.profile import Profile
from tests.codecs.aws_frames import render_frame
from tests.conformance import facts
from tests.conformance.case import Case
from tests.conformance.exchange import Answer, Seen, as_events, as_json
from tests.conformance.family import Evidence
from tests.conformance.type_judge import complaints
from tests.conformance.want import RETRY_AFTER, Want

SAMPLING = ("temperature", "top_k", "top_p")
"""Older models take them; the newest types of the package do not have them any more."""


class AnthropicFamily:
    """Messages, direct and on other hosts."""

    evidence: Evidence = "vendor types"

    def judge(self, seen: Seen, case: Case, profile: Profile) -> list[str]:
        """The body by the package's types, those of its beta where a beta feature is asked for; what the other hosts put elsewhere
        is put back first."""
        body = seen.json()
        tried_out = bool(seen.headers.get("anthropic-beta") or body.get("anthropic_beta"))
        if case.codec != "anthropic_messages":
            found = [] if body.pop("anthropic_version", None) else ["body.anthropic_version: missing"]
            body = {"model": case.wire_model, **body}
            body.pop("anthropic_beta", None)
        else:
            found = [] if seen.headers.get("anthropic-version") else ["the header anthropic-version is missing"]
        if body.get("model") != case.wire_model:
            found.append(f"body.model is {body.get('model')!r}")
        if (body.get("thinking") or {}).get("budget_tokens", 0) >= body["max_tokens"]:
            found.append("body.max_tokens must be larger than the thinking budget")
        body = {name: value for name, value in body.items() if name not in SAMPLING}
        streamed = bool(body.get("stream"))
        if tried_out:
            return found + complaints(body, beta.MessageCreateParamsStreaming if streamed else beta.MessageCreateParamsNonStreaming)
        return found + complaints(body, MessageCreateParamsStreaming if streamed else MessageCreateParamsNonStreaming)

    def answer(self, seen: Seen, case: Case, profile: Profile, want: Want) -> Answer:
        """A message, or its events."""
        if want.fault in FAULTS:
            return FAULTS[want.fault]
        streamed = bool(seen.json().get("stream")) or "tream" in seen.path
        if not streamed:
            return as_json({**_message(profile, want), "content": _content(want)})
        events = _events(profile, want)
        if want.fault == "error in stream":
            events = [*events[:3], _error("overloaded_error")]
        elif want.fault == "cut":
            events = events[:-2]
        if case.codec == "anthropic_bedrock":
            return _as_frames(events, cut=want.fault == "cut")
        return as_events(*events, done=None, named=True, cut=want.fault == "cut")


def _error(kind: str) -> dict[str, Any]:
    return {"type": "error", "error": {"type": kind, "message": facts.ERROR_MESSAGE}}


FAULTS = {
    "refused key": as_json(_error("authentication_error"), 401),
    "rate limit": as_json(_error("rate_limit_error"), 429, retry_after=str(RETRY_AFTER)),
    "outage": as_json(_error("overloaded_error"), 529),
}
USAGE = {"input_tokens": facts.INPUT_TOKENS - 4, "cache_read_input_tokens": 4, "output_tokens": facts.OUTPUT_TOKENS}


def _message(profile: Profile, want: Want) -> dict[str, Any]:
    stop = "tool_use" if want.calls else "end_turn"
    return {"id": "msg", "type": "message", "role": "assistant", "model": "claude", "stop_reason": stop, "usage": USAGE}


def _content(want: Want) -> list[dict[str, Any]]:
    thinking = [{"type": "thinking", "thinking": want.reasoning, "signature": "c2lnbmVk"}] if want.reasoning else []
    text = [{"type": "text", "text": want.text}] if want.text else []
    calls = [{"type": "tool_use", "id": key, "name": name, "input": json.loads(text)} for key, name, text in want.calls]
    return [*thinking, *text, *calls]


def _events(profile: Profile, want: Want) -> list[dict[str, Any]]:
    message = {**_message(profile, want), "content": [], "stop_reason": None, "usage": {**USAGE, "output_tokens": 1}}
    events: list[dict[str, Any]] = [{"type": "message_start", "message": message}, {"type": "ping"}]
    for at, block in enumerate(_content(want)):
        kind = block["type"]
        known: dict[str, tuple[Any, str, dict[str, Any]]] = {
            "text": (block.get("text"), "text", {"text": ""}),
            "thinking": (block.get("thinking"), "thinking", {"thinking": "", "signature": ""}),
            "tool_use": (json.dumps(block.get("input")), "partial_json", {"input": {}}),
        }
        grows, field, empty = known[kind]
        delta = {"text": "text_delta", "thinking": "thinking_delta", "tool_use": "input_json_delta"}[kind]
        events.append({"type": "content_block_start", "index": at, "content_block": {**block, **empty}})
        pieces = re.findall(r".{1,9}", str(grows), re.DOTALL)
        events += [{"type": "content_block_delta", "index": at, "delta": {"type": delta, field: piece}} for piece in pieces]
        if kind == "thinking":
            signature = {"type": "signature_delta", "signature": block["signature"]}
            events.append({"type": "content_block_delta", "index": at, "delta": signature})
        events.append({"type": "content_block_stop", "index": at})
    stop = {"stop_reason": "tool_use" if want.calls else "end_turn", "stop_sequence": None}
    usage = {"output_tokens": facts.OUTPUT_TOKENS}
    return [*events, {"type": "message_delta", "delta": stop, "usage": usage}, {"type": "message_stop"}]


def _as_frames(events: list[dict[str, Any]], *, cut: bool) -> Answer:
    frames = b""
    for event in events:
        hidden = json.dumps({"bytes": base64.b64encode(json.dumps(event).encode()).decode()}).encode()
        frames += render_frame({":message-type": "event", ":event-type": "chunk"}, hidden)
    return Answer(frames, headers={"content-type": "application/vnd.amazon.eventstream"}, cut=cut, streamed=True)


FAMILY = AnthropicFamily()
