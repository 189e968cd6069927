"""Ollama's own API on recorded traffic, as the `ollama` package reads the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from ollama import ChatResponse, GenerateResponse

from modelruntime.codecs.ollama.chat import CODEC, GENERATE
from modelruntime.codecs.operation import Endpoint
from modelruntime.codecs.vendor_metadata import without
from modelruntime.entities.call import LLMCall
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.messages import AssistantMessage, Message, SystemMessage, UserMessage
from modelruntime.schema.profile import Profile
from tests.replay.family_replay import body_of, broken_laws, difference, leaves, request_of, result_of
from tests.replay.recordings import Recording, recordings, report

ROLES: dict[str, type[UserMessage | AssistantMessage | SystemMessage]] = {
    "user": UserMessage,
    "assistant": AssistantMessage,
    "system": SystemMessage,
}
SAME: tuple[Any, ...] = ("", None, [], {}, False)
"""Values that the vendor takes as not given; the recorder's client always sends them."""


class Played(NamedTuple):
    """A recording, with the call that it answers."""

    row: Recording
    codec: Any
    call: LLMCall
    endpoint: Endpoint


def played() -> Iterator[Played]:
    """Every recorded chat and generation."""
    for row in recordings("/api/chat", "/api/generate"):
        chat = row.path.endswith("chat")
        endpoint = Endpoint("https://vendor.invalid", row.request["model"], Profile(), provider="vendor")
        yield Played(row, CODEC if chat else GENERATE, parse_request(row), endpoint)


def parse_request(row: Recording) -> LLMCall:
    """The call that a recorded body is."""
    body = {name: value for name, value in row.request.items() if value not in SAME}
    messages: tuple[Message, ...] = tuple(ROLES[each["role"]](each["content"]) for each in body.get("messages", ()))
    known = ("model", "messages", "prompt", "stream", "options")
    return LLMCall(
        body["model"], messages, body.get("prompt"), body.get("options", {}), stream=row.streamed, extra=without(body, known)
    )


def test_replies_decode_as_the_package_reads_them() -> None:
    good, failed = 0, []
    for row, codec, call, endpoint in played():
        found = difference(theirs(row), ours(result_of(codec, row, call, endpoint)))
        failed += [f"{row.id}: {found}"] if found else []
        good += found is None
    assert report("ollama replies", good, failed) == 1.0


def test_streams_keep_the_laws() -> None:
    good, failed = 0, []
    for row, codec, call, endpoint in played():
        if call.stream:
            found = broken_laws(codec, row, call, endpoint, lambda body: b'"done":true' in body and body.endswith(b"\n"))
            failed += [f"{row.id}: {law}" for law in found]
            good += not found
    assert report("ollama streams", good, failed) == 1.0


def test_requests_are_rendered_as_they_were_sent() -> None:
    good, failed, through = 0, [], 0
    for row, codec, call, endpoint in played():
        rendered = body_of(request_of(codec, call, endpoint))
        recorded = {name: value for name, value in row.request.items() if value not in SAME or name == "stream"}
        found = difference(recorded, rendered)
        through += leaves(call.extra)
        failed += [f"{row.id}: {found}"] if found else []
        good += found is None
    assert through == 0
    assert report("ollama requests", good, failed) == 1.0


def theirs(row: Recording) -> dict[str, Any]:
    """What the package reads; of a stream, its lines added up."""
    kind = ChatResponse if row.path.endswith("chat") else GenerateResponse
    lines = [kind.model_validate_json(line) for line in row.body.splitlines()] if row.streamed else [kind(**json.loads(row.body))]
    texts = [line.message.content if isinstance(line, ChatResponse) else line.response for line in lines]
    last = lines[-1]
    return {
        "model": last.model,
        "text": "".join(text or "" for text in texts),
        "finish": last.done_reason,
        "usage": [last.prompt_eval_count, last.eval_count],
        "duration": last.total_duration,
    }


def ours(result: LLMResult) -> dict[str, Any]:
    """The same of our result."""
    return {
        "model": result.model,
        "text": result.text,
        "finish": result.finish.raw,
        "usage": [result.usage.input.total, result.usage.output.total],
        "duration": (result.provider_metadata or {})["ollama"]["total_duration"],
    }
