"""The Responses family, judged by the types of the `openai` package."""

from __future__ import annotations

import re
from typing import Any

from openai.types.responses.response_create_params import ResponseCreateParamsNonStreaming, ResponseCreateParamsStreaming

from modelruntime.schema.profile import Profile
from tests.conformance import facts
from tests.conformance.case import Case
from tests.conformance.exchange import Answer, Seen, as_events, as_json
from tests.conformance.families.openai import FAULTS
from tests.conformance.family import Evidence
from tests.conformance.type_judge import complaints
from tests.conformance.want import Want


class ResponsesFamily:
    """`POST /responses`."""

    evidence: Evidence = "vendor types"

    def judge(self, seen: Seen, case: Case, profile: Profile) -> list[str]:
        """The body by the package's types."""
        body = seen.json()
        found = [] if body.get("model") == case.wire_model else [f"body.model is {body.get('model')!r}"]
        return found + complaints(body, ResponseCreateParamsStreaming if body.get("stream") else ResponseCreateParamsNonStreaming)

    def answer(self, seen: Seen, case: Case, profile: Profile, want: Want) -> Answer:
        """A response object, or its events."""
        if want.fault in FAULTS:
            return FAULTS[want.fault]
        if not seen.json().get("stream"):
            return as_json(_response(want))
        events = list(_events(want))
        if want.fault == "error in stream":
            events[-1] = {"type": "error", "code": "server_error", "message": facts.ERROR_MESSAGE}
        elif want.fault == "cut":
            events.pop()
        return as_events(*events, done=None, named=True, cut=want.fault == "cut")


def _items(want: Want) -> list[Any]:
    thought: list[Any] = []
    if want.reasoning:
        summary = [{"type": "summary_text", "text": want.reasoning}]
        thought = [{"type": "reasoning", "id": "rs_1", "summary": summary, "encrypted_content": "c2VjcmV0"}]
    content: list[Any] = [{"type": "output_text", "text": want.text, "annotations": []}]
    said = [{"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": content}] if want.text else []
    calls = [
        {"type": "function_call", "id": f"fc_{key}", "call_id": key, "name": name, "arguments": text, "status": "completed"}
        for key, name, text in want.calls
    ]
    return [*thought, *said, *calls]


def _response(want: Want) -> dict[str, Any]:
    usage = {
        "input_tokens": facts.INPUT_TOKENS,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": facts.OUTPUT_TOKENS,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": facts.INPUT_TOKENS + facts.OUTPUT_TOKENS,
    }
    return {"id": "resp_1", "object": "response", "model": "m", "status": "completed", "output": _items(want), "usage": usage}


def _events(want: Want) -> Any:
    yield {"type": "response.created", "response": {**_response(want), "status": "in_progress", "output": [], "usage": None}}
    for at, item in enumerate(_items(want)):
        place = {"output_index": at, "item_id": item["id"]}
        match item["type"]:
            case "reasoning":
                yield {"type": "response.output_item.added", **place, "item": {**item, "summary": []}}
                yield {"type": "response.reasoning_summary_part.added", **place, "summary_index": 0, "part": {}}
                for piece in re.findall(r".{1,9}", item["summary"][0]["text"]):
                    yield {"type": "response.reasoning_summary_text.delta", **place, "summary_index": 0, "delta": piece}
            case "message":
                yield {"type": "response.output_item.added", **place, "item": {**item, "content": []}}
                part = {"type": "output_text", "text": ""}
                yield {"type": "response.content_part.added", **place, "content_index": 0, "part": part}
                for piece in re.findall(r".{1,9}", item["content"][0]["text"], re.DOTALL):
                    yield {"type": "response.output_text.delta", **place, "content_index": 0, "delta": piece}
            case _:
                yield {"type": "response.output_item.added", **place, "item": {**item, "arguments": ""}}
                for piece in re.findall(r".{1,5}", item["arguments"]):
                    yield {"type": "response.function_call_arguments.delta", **place, "delta": piece}
        yield {"type": "response.output_item.done", **place, "item": item}
    yield {"type": "response.completed", "response": _response(want)}


FAMILY = ResponsesFamily()
