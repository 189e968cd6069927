"""Draft of Bedrock's Converse stream, and of what models say inside `invoke-with-response-stream`.

Shapes: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html, read 2026-11-22.
"""

from __future__ import annotations

from typing import Any

from modelruntime.entities.errors import BadRequest, InvokeError, RateLimited, ServerUnavailable
from modelruntime.entities.events import FinishEvent, StreamEvent, StreamStart
from modelruntime.entities.finish import Finish, FinishReason
from modelruntime.entities.messages import AssistantMessage, parts_of
from modelruntime.entities.parts import Part, ReasoningPart, TextPart, ToolCallPart
from modelruntime.entities.usage import InputUsage, OutputUsage, Usage
from tests.spike import anthropic_messages
from tests.spike.streaming import Lives
from tests.spike.wire import JSON, facts_of

CODEC = "bedrock_converse"
FINISH: dict[str, FinishReason] = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "tool_use": "tool_calls",
    "guardrail_intervened": "content_filter",
    "content_filtered": "content_filter",
    "FINISH": "stop",
    "LENGTH": "length",
}
ERRORS: dict[str, type[InvokeError]] = {
    "throttlingException": RateLimited,
    "internalServerException": ServerUnavailable,
    "modelStreamErrorException": ServerUnavailable,
    "serviceUnavailableException": ServerUnavailable,
}


class Converse:
    """One streamed answer. Terminal fact: `messageStop`; `metadata` with usage follows it and ends the answer."""

    def __init__(self) -> None:
        self.lives = Lives()
        self._secret: dict[str, JSON] = {}
        self._stop: str | None = None
        self._usage: JSON = {}

    def receive(self, name: str, payload: JSON) -> list[StreamEvent]:
        if name.startswith("!"):
            raise ERRORS.get(name[1:], BadRequest)("the vendor broke off its answer", code=name[1:])
        if name == "chunk":  # a model that speaks Converse's events inside an invoke stream
            name = next((key for key in payload if key[0].islower()), "")
            payload = payload.get(name) or {}
        key = str(payload.get("contentBlockIndex"))
        match name:
            case "messageStart":
                return [StreamStart("")]  # the model stands in the request only
            case "contentBlockStart" if use := (payload.get("start") or {}).get("toolUse"):
                return self.lives.start(key, ToolCallPart(use["toolUseId"], use["name"], ""))
            case "contentBlockDelta":
                return self._delta(key, payload["delta"])
            case "contentBlockStop":
                return self._end(key)
            case "messageStop":
                self._stop = payload["stopReason"]
            case "metadata":
                self._usage = payload.get("usage") or {}
                finish = self.close()
                return [finish] if finish else []
        return []

    def _delta(self, key: str, delta: JSON) -> list[StreamEvent]:
        if use := delta.get("toolUse"):
            return self.lives.more(key, use["input"])
        reasoning = delta.get("reasoningContent")
        events = [] if self.lives.is_open(key) else self.lives.start(key, TextPart("") if reasoning is None else ReasoningPart(""))
        if reasoning is None:
            return events + self.lives.more(key, delta["text"])
        self._secret.setdefault(key, {}).update({k: v for k, v in reasoning.items() if k != "text"})
        return events + self.lives.more(key, reasoning.get("text", ""))

    def _end(self, key: str) -> list[StreamEvent]:
        if not self.lives.is_open(key):
            return []
        if secret := self._secret.get(key):
            return self.lives.end(key, ReasoningPart(self.lives.text(key), {CODEC: secret}))
        return self.lives.end(key)

    def close(self) -> FinishEvent | None:
        if self._stop is None:
            return None
        usage = self._usage
        read, write = (usage.get(f"cache{kind}InputTokens", usage.get(f"cache{kind}InputTokenCount")) for kind in ("Read", "Write"))
        fresh = usage.get("inputTokens")
        total = None if fresh is None else fresh + (read or 0) + (write or 0)
        counted = Usage(InputUsage(total, fresh, read, write), OutputUsage(usage.get("outputTokens")), raw=usage or None)
        return FinishEvent(Finish(FINISH.get(self._stop, "other"), self._stop), counted)


class Titan:
    """A text model of the older kind: chunks of `outputText`, the last with `completionReason`."""

    def __init__(self) -> None:
        self.lives = Lives()
        self._blocked: JSON | None = None

    def receive(self, name: str, payload: JSON) -> list[StreamEvent]:
        events: list[StreamEvent] = [] if self.lives.is_open("0") else [StreamStart(""), *self.lives.start("0", TextPart(""))]
        events += self.lives.more("0", payload.get("outputText") or "")
        if payload.get("amazon-bedrock-guardrailAction") == "INTERVENED":
            self._blocked = payload
        if reason := payload.get("completionReason"):
            events.append(self._finish(FINISH.get(reason, "other"), reason, payload))
        return events

    def close(self) -> FinishEvent | None:
        """A guardrail that blocks the prompt answers in the model's place and gives no reason to stop."""
        return self._finish("content_filter", "INTERVENED", self._blocked) if self._blocked else None

    def _finish(self, unified: FinishReason, raw: str, payload: JSON) -> FinishEvent:
        counts = InputUsage(payload.get("inputTextTokenCount")), OutputUsage(payload.get("totalOutputTextTokenCount"))
        return FinishEvent(Finish(unified, raw), Usage(*counts, raw=payload))


def machine(path: str) -> Any:
    """By path and model: the family inside an invoke stream is a fact of the model (profile), not of the frames."""
    if "converse-stream" in path or "nova" in path:
        return Converse()
    return anthropic_messages.Machine() if "claude" in path else Titan()


def render_blocks(message: AssistantMessage) -> list[JSON]:
    """The assistant's turn as Converse takes it back."""
    return [block for part in parts_of(message.content) if (block := _render(part))]


def _render(part: Part) -> JSON | None:
    match part:
        case TextPart():
            return {"text": part.text}
        case ToolCallPart():
            return {"toolUse": {"toolUseId": part.id, "name": part.name, "input": part.json()}}
        case ReasoningPart() if secret := facts_of(CODEC, part.provider_metadata):
            if "signature" in secret:
                return {"reasoningContent": {"reasoningText": {"text": part.text, "signature": secret["signature"]}}}
            return {"reasoningContent": secret}
        case _:
            return None  # reasoning without a signature; another family's parts
