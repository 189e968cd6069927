"""The Gemini family on recorded traffic, as the types of `google-genai` read the same bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from google.genai.types import GenerateContentResponse

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.gemini.generate import CODEC
from modelruntime.codecs.gemini.render_parts import render_parts
from modelruntime.codecs.machine_decoder import JsonEvents
from modelruntime.codecs.operation import Endpoint
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import ContentFiltered
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.parts import SourcePart
from modelruntime.schema.profile import Profile
from tests.replay import gemini_requests as requests
from tests.replay.answered import Answered, of_another_class, unlike_sent
from tests.replay.family_replay import (
    broken_laws,
    difference,
    error_of,
    result_of,
    without_nulls,
)
from tests.replay.recordings import Recording, recordings
from tests.replay.scope import assign
from tests.replay.verdicts import share


def played() -> Iterator[Answered]:
    """Every recorded generateContent call, on both hosts."""
    for row in recordings(""):
        scope = assign(row.method, row.path)
        if scope is None or scope.codec != "gemini" or "enerateContent" not in row.path or "batchGenerate" in row.path:
            continue
        model = re.sub(r".*/models/([^/]+):\w+", r"\1", row.path)
        call, facts = requests.parse_request(row.request, model, "streamGenerateContent" in row.path)
        yield Answered(row, call, Endpoint("https://vendor.invalid", model, Profile(**facts), provider="vendor"))


def as_the_package_reads_it(item: Answered) -> str | None:
    row, call, endpoint = item
    chunks = chunks_of(row, call)
    if not any(chunk.get("candidates") for chunk in chunks):
        error = error_of(partial(result_of, CODEC, row, call, endpoint))
        return None if isinstance(error, ContentFiltered) else f"{error!r} for an answer without candidates"
    result = result_of(CODEC, row, call, endpoint)
    return difference(facts(chunks), ours(result)) or returned(chunks, result, call)


def test_replies_decode_as_the_package_reads_them() -> None:
    good = (item for item in played() if item.row.status < 300)
    assert share("gemini", "replies", good, as_the_package_reads_it) >= 0.99


def test_streams_keep_the_laws() -> None:
    found = [
        f"{row.id}: {law}"
        for row, call, endpoint in played()
        if call.stream and row.status < 300
        for law in broken_laws(CODEC, row, call, endpoint, lambda body: b'"finishReason"' in body or b'"blockReason"' in body)
    ]
    assert found == []


def as_it_was_sent(item: Answered) -> str | None:
    return unlike_sent(CODEC, requests, *item)


def test_requests_are_rendered_as_they_were_sent() -> None:
    assert share("gemini", "requests", played(), as_it_was_sent) >= 0.97


def of_its_class(item: Answered) -> str | None:
    return of_another_class(CODEC, *item)


def test_recorded_errors_have_their_class() -> None:
    failed = (item for item in played() if item.row.status >= 300)
    assert share("gemini", "errors", failed, of_its_class) == 1.0


def chunks_of(row: Recording, call: LLMCall) -> list[Any]:
    """The bodies of an answer: one, or those of its events."""
    if not call.stream:
        return [json.loads(row.body)]
    return [message.payload for message in JsonEvents().feed(row.body)]


def facts(chunks: list[Any]) -> dict[str, Any]:
    """What the package says of the first candidate."""
    text, thought, finish = "", "", None
    calls: list[list[Any]] = []
    usage: Any = None
    for chunk in chunks:
        known = {key: value for key, value in (chunk.get("usageMetadata") or {}).items() if key != "serviceTier"}
        theirs = GenerateContentResponse.model_validate({**chunk, "usageMetadata": known or None})
        candidate = theirs.candidates[0] if theirs.candidates else None
        parts = (candidate.content.parts if candidate and candidate.content else None) or []
        text += "".join(part.text for part in parts if part.text and not part.thought)
        thought += "".join(part.text for part in parts if part.text and part.thought)
        calls += [[part.function_call.name, part.function_call.args or {}] for part in parts if part.function_call]
        usage = theirs.usage_metadata if known else usage
        finish = candidate.finish_reason.value if candidate and candidate.finish_reason else finish
    into = ((usage.prompt_token_count or 0) + (usage.tool_use_prompt_token_count or 0)) if usage else None
    out = (usage.total_token_count or 0) - (into or 0) if usage else None
    return {"text": text, "reasoning": thought, "calls": calls, "finish": finish, "usage": [into, out]}


def ours(result: LLMResult) -> dict[str, Any]:
    """The same of our result."""
    return {
        "text": result.text,
        "reasoning": result.reasoning or "",
        "calls": [[call.name, call.json()] for call in result.tool_calls],
        "finish": result.finish.raw,
        "usage": [result.usage.input.total, result.usage.output.total],
    }


def returned(chunks: list[Any], result: LLMResult, call: LLMCall) -> str | None:
    """The model's turn goes back as it came, signatures included; neighbours of a stream are joined where neither has one."""
    parts: list[Any] = []
    for chunk in chunks:
        for part in ((chunk.get("candidates") or [{}])[0].get("content") or {}).get("parts", ()):
            if call.stream and part == {"text": ""}:
                continue
            if call.stream and parts and part.keys() == parts[-1].keys() <= {"text", "thought"}:
                parts[-1] = {**part, "text": parts[-1]["text"] + part["text"]}
            else:
                parts.append(part)
    content = tuple(part for part in result.message.content if not isinstance(part, SourcePart))
    sent = render_parts(content, CallWarnings(strict=True))  # type: ignore[arg-type]
    shown = [requests.canonical({"contents": [{"role": "model", "parts": each}]})["contents"] for each in (parts, sent)]
    return difference(without_nulls(shown[0]), without_nulls(shown[1]))
