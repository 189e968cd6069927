"""Cohere's chat and embeddings, judged by the arguments that the `cohere` package takes."""

from __future__ import annotations

import base64
import re
import struct
from typing import Any

from cohere.v2.client import V2Client

from modelruntime.schema.profile import Profile
from tests.conformance import facts
from tests.conformance.case import Case
from tests.conformance.exchange import Answer, Seen, as_events, as_json
from tests.conformance.family import Evidence
from tests.conformance.type_judge import complaints_of_call
from tests.conformance.want import RETRY_AFTER, Want

USAGE = {
    "billed_units": {"input_tokens": facts.INPUT_TOKENS, "output_tokens": facts.OUTPUT_TOKENS},
    "tokens": {"input_tokens": facts.INPUT_TOKENS + 495, "output_tokens": facts.OUTPUT_TOKENS + 3},
    "cached_tokens": 448,
}
"""The vendor's own prompt around a question is counted and not billed."""


class CohereFamily:
    """Version 2."""

    evidence: Evidence = "vendor types"

    def judge(self, seen: Seen, case: Case, profile: Profile) -> list[str]:
        """The body by the method of the package that makes it."""
        body = seen.json()
        found = [] if body.get("model") == case.wire_model else [f"body.model is {body.get('model')!r}"]
        if case.codec == "cohere_embed":
            given = sum(name in body for name in ("texts", "images", "inputs"))
            found += [] if given == 1 else [f"body: one of texts, images and inputs is wanted, not {given}"]
            return found + complaints_of_call(body, V2Client.embed)
        found += [] if isinstance(body.pop("stream", None), bool) else ["body.stream: missing"]
        if body.get("response_format") and (body.get("tools") or body.get("documents")):
            found.append("body.response_format: not beside tools or documents")
        return found + complaints_of_call(body, V2Client.chat)

    def answer(self, seen: Seen, case: Case, profile: Profile, want: Want) -> Answer:
        """A reply, or its events."""
        if want.fault in FAULTS:
            return FAULTS[want.fault]
        body = seen.json()
        if case.codec == "cohere_embed":
            return _embeddings(body)
        return _stream(want) if body.get("stream") else _reply(want)


def _error(message: str) -> dict[str, Any]:
    return {"id": "e", "message": message}


FAULTS = {
    "refused key": as_json(_error("invalid api token"), 401),
    "rate limit": as_json(_error("You are past the per minute request limit"), 429, retry_after=str(RETRY_AFTER)),
    "outage": as_json(_error("internal server error"), 500),
}


def _embeddings(body: dict[str, Any]) -> Answer:
    number = len(body.get("texts") or body.get("images") or body["inputs"])
    rows = [facts.vector(at) for at in range(number)]
    packed = [base64.b64encode(struct.pack(f"<{len(row)}f", *row)).decode() for row in rows]
    forms = {"float": rows, "base64": packed}
    found = {form: forms[form] for form in body.get("embedding_types", ["float"])}
    return as_json({"id": "x", "embeddings": found, "meta": {"billed_units": {"input_tokens": 3}}})


def _calls(want: Want) -> list[dict[str, Any]]:
    return [{"id": key, "type": "function", "function": {"name": name, "arguments": text}} for key, name, text in want.calls]


def _reply(want: Want) -> Answer:
    content = [{"type": "thinking", "thinking": want.reasoning}] if want.reasoning else []
    content += [{"type": "text", "text": want.text}] if want.text else []
    message: dict[str, Any] = {"role": "assistant", "content": content}
    if want.calls:
        message = {"role": "assistant", "tool_plan": "I will look.", "tool_calls": _calls(want)}
    finish = "TOOL_CALL" if want.calls else "COMPLETE"
    return as_json({"id": "c", "message": message, "finish_reason": finish, "usage": USAGE})


def _stream(want: Want) -> Answer:
    empty = {"role": "assistant", "content": [], "tool_plan": "", "tool_calls": [], "citations": []}
    events = [_event("message-start", empty, id="c")]
    for at, (kind, text) in enumerate((kind, text) for kind, text in (("thinking", want.reasoning), ("text", want.text)) if text):
        events.append(_event("content-start", {"content": {"type": kind, kind: ""}}, index=at))
        pieces = re.findall(r".{1,9}", text, re.DOTALL)
        events += [_event("content-delta", {"content": {kind: piece}}, index=at) for piece in pieces]
        events.append({"type": "content-end", "index": at})
    if want.calls:
        events += [_event("tool-plan-delta", {"tool_plan": piece}) for piece in ("I will ", "look.")]
    for at, call in enumerate(_calls(want)):
        head = {**call, "function": {"name": call["function"]["name"], "arguments": ""}}
        events.append(_event("tool-call-start", {"tool_calls": head}, index=at))
        pieces = re.findall(r".{1,5}", call["function"]["arguments"])
        events += [_event("tool-call-delta", {"tool_calls": {"function": {"arguments": piece}}}, index=at) for piece in pieces]
        events.append({"type": "tool-call-end", "index": at})
    end = {"finish_reason": "TOOL_CALL" if want.calls else "COMPLETE", "usage": USAGE}
    if want.fault == "error in stream":
        end = {"finish_reason": "ERROR", "error": facts.ERROR_MESSAGE}
    elif want.fault == "cut":
        return as_events(*events, done=None, named=True, cut=True)
    return as_events(*events, {"type": "message-end", "delta": end}, done=None, named=True)


def _event(kind: str, message: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": kind, **more, "delta": {"message": message}}


FAMILY = CohereFamily()
