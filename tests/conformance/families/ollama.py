"""Ollama's own API, judged by the types of the `ollama` package."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from typing import Any

from ollama._types import ChatRequest, EmbedRequest, GenerateRequest, Message, Options

from modelruntime.schema.profile import Profile
from tests.conformance import facts
from tests.conformance.case import Case
from tests.conformance.exchange import Answer, Seen, as_json
from tests.conformance.family import Evidence
from tests.conformance.type_judge import complaints
from tests.conformance.want import RETRY_AFTER, Want

KINDS: dict[str, type] = {"ollama": ChatRequest, "ollama_generate": GenerateRequest, "ollama_embeddings": EmbedRequest}


class OllamaFamily:
    """Chat, generation, embeddings."""

    evidence: Evidence = "vendor types"

    def judge(self, seen: Seen, case: Case, profile: Profile) -> list[str]:
        """The body by the package's class. Its messages and options may be any mapping there, so they are judged by theirs; the
        schemas of tools and answers are open."""
        body = seen.json()
        found = [] if body.get("model") == case.wire_model else [f"body.model is {body.get('model')!r}"]
        if case.codec != "ollama_embeddings" and not isinstance(body.get("stream"), bool):
            found.append("body.stream: missing, and then it streams")
        found += complaints(body.get("options", {}), Options, "body.options")
        for at, message in enumerate(body.get("messages", ())):
            found += list(_judge_message(message, f"body.messages[{at}]"))
        plain = {name: value for name, value in body.items() if name not in ("tools", "options", "messages", "format")}
        found += complaints(plain, KINDS[case.codec])
        return found + [complaint for tool in body.get("tools", ()) for complaint in _judge_tool(tool)]

    def answer(self, seen: Seen, case: Case, profile: Profile, want: Want) -> Answer:
        """A reply, or its lines."""
        if want.fault in FAULTS:
            return FAULTS[want.fault]
        body = seen.json()
        if case.codec == "ollama_embeddings":
            rows = [facts.vector(at) for at in range(len(body["input"]))]
            return as_json({"model": body["model"], "embeddings": rows, "prompt_eval_count": 3})
        wrap = _message if case.codec == "ollama" else _response
        return _lines(want, wrap) if body["stream"] else _reply(want, wrap)


FAULTS = {
    "refused key": as_json({"error": "unauthorized"}, 401),
    "rate limit": as_json({"error": "too many requests"}, 429, retry_after=str(RETRY_AFTER)),
    "outage": as_json({"error": "an error was encountered while running the model"}, 500),
}
END = {
    "done": True,
    "done_reason": "stop",
    "total_duration": 9,
    "prompt_eval_count": facts.INPUT_TOKENS,
    "eval_count": facts.OUTPUT_TOKENS,
}


def _judge_message(message: dict[str, Any], at: str) -> Iterator[str]:
    for image in message.get("images", ()):
        if not base64.b64decode(image, validate=True):
            yield f"{at}.images: no picture"
    if message.get("role") == "tool" and "tool_name" not in message:
        yield f"{at}.tool_name: missing"
    yield from complaints({name: value for name, value in message.items() if name != "images"}, Message, at)


def _judge_tool(tool: dict[str, Any]) -> Iterator[str]:
    if tool.get("type") != "function" or tool["function"].keys() - {"name", "description", "parameters"}:
        yield f"body.tools: {tool!r} is no function"


def _head() -> dict[str, Any]:
    return {"model": "m", "created_at": "2026-11-28T00:00:00Z"}


def _message(part: dict[str, Any]) -> dict[str, Any]:
    return {"message": {"role": "assistant", "content": "", **part}}


def _response(part: dict[str, Any]) -> dict[str, Any]:
    return {"response": part.get("content", ""), **({"thinking": part["thinking"]} if "thinking" in part else {})}


def _calls(want: Want) -> list[dict[str, Any]]:
    return [{"function": {"name": name, "arguments": json.loads(text)}} for _, name, text in want.calls]


def _reply(want: Want, wrap: Any) -> Answer:
    part: dict[str, Any] = {"content": want.text or ""}
    part |= {"thinking": want.reasoning} if want.reasoning else {}
    part |= {"tool_calls": _calls(want)} if want.calls else {}
    return as_json({**_head(), **wrap(part), **END})


def _lines(want: Want, wrap: Any) -> Answer:
    parts = [{"thinking": piece} for piece in re.findall(r".{1,9}", want.reasoning or "", re.DOTALL)]
    parts += [{"content": piece} for piece in re.findall(r".{1,9}", want.text or "", re.DOTALL)]
    parts += [{"tool_calls": [call]} for call in _calls(want)]
    lines: list[dict[str, Any]] = [{**_head(), **wrap(part), "done": False} for part in parts]
    if want.fault == "error in stream":
        lines = [*lines[:2], {"error": "an error was encountered while running the model"}]
    elif want.fault != "cut":
        lines.append({**_head(), **wrap({}), **END})
    data = "".join(json.dumps(line) + "\n" for line in lines).encode()
    return Answer(data, headers={"content-type": "application/x-ndjson"}, cut=want.fault == "cut", streamed=True)


FAMILY = OllamaFamily()
