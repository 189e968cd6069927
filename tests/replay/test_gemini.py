"""The Gemini family on recorded traffic, as the types of `google-genai` read the same bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

from google.genai.types import GenerateContentResponse

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.gemini.embeddings import CODEC as EMBEDDINGS
from modelruntime.codecs.gemini.embeddings import ON_VERTEX
from modelruntime.codecs.gemini.generate import CODEC
from modelruntime.codecs.gemini.render_parts import render_parts
from modelruntime.codecs.machine_decoder import JsonEvents
from modelruntime.codecs.operation import Done, Endpoint, Send
from modelruntime.entities.call import LLMCall, TextEmbeddingCall
from modelruntime.entities.errors import ContentFiltered, RateLimited, ServerUnavailable
from modelruntime.entities.http import HttpResponse, ResponseHead
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.parts import SourcePart
from modelruntime.schema.profile import Profile
from tests.replay import gemini_requests as requests
from tests.replay.family_replay import (
    body_of,
    broken_laws,
    difference,
    error_of,
    leaves,
    request_of,
    result_of,
    without_nulls,
)
from tests.replay.recordings import Recording, recordings, report
from tests.replay.scope import assign


class Played(NamedTuple):
    """A recording, with the call that it answers."""

    row: Recording
    call: LLMCall
    endpoint: Endpoint


def played() -> Iterator[Played]:
    """Every recorded generateContent call, on both hosts."""
    for row in recordings(""):
        scope = assign(row.method, row.path)
        if scope is None or scope.codec != "gemini" or "enerateContent" not in row.path or "batchGenerate" in row.path:
            continue
        model = re.sub(r".*/models/([^/]+):\w+", r"\1", row.path)
        call, facts = requests.parse_request(row.request, model, "streamGenerateContent" in row.path)
        yield Played(row, call, Endpoint("https://vendor.invalid", model, Profile(**facts), provider="vendor"))


def test_replies_decode_as_the_package_reads_them() -> None:
    good, failures = 0, []
    for row, call, endpoint in played():
        if row.status >= 300:
            continue
        chunks = chunks_of(row, call)
        if not chunks or not any(chunk.get("candidates") for chunk in chunks):
            error = error_of(partial(result_of, CODEC, row, call, endpoint))
            assert isinstance(error, ContentFiltered), row.id
            good += 1
            continue
        result = result_of(CODEC, row, call, endpoint)
        if found := difference(facts(chunks), ours(result)) or returned(chunks, result, call):
            failures.append(f"{row.id}: {found}")
        else:
            good += 1
    assert report("gemini replies", good, failures) >= 0.99


def test_streams_keep_the_laws() -> None:
    good, failures = 0, []
    for row, call, endpoint in played():
        if call.stream and row.status < 300:
            found = broken_laws(CODEC, row, call, endpoint, lambda body: b'"finishReason"' in body or b'"blockReason"' in body)
            failures += [f"{row.id}: {law}" for law in found]
            good += not found
    assert report("gemini streams", good, failures) == 1.0


def test_requests_are_rendered_as_they_were_sent() -> None:
    good, failures, through, all_leaves = 0, [], 0, 0
    for row, call, endpoint in played():
        rendered = body_of(request_of(CODEC, call, endpoint))
        found = difference(without_nulls(requests.canonical(row.request)), without_nulls(requests.canonical(rendered)))
        if foreign := call.extra.keys() - requests.EXTRA.keys():
            found = f"extra holds {', '.join(foreign)}"
        through, all_leaves = through + leaves(call.extra), all_leaves + leaves(row.request)
        if found:
            failures.append(f"{row.id}: {found}")
        else:
            good += 1
    print(f"gemini: {through} of {all_leaves} leaves went through extra")
    assert report("gemini requests", good, failures) >= 0.97


def test_recorded_errors_have_their_class() -> None:
    for row, call, endpoint in played():
        if row.status >= 300:
            error = error_of(partial(result_of, CODEC, row, call, endpoint))
            assert error is not None
            assert (error.status, error.provider) == (row.status, "vendor")
            retryable = row.status == 429 or row.status >= 500
            assert isinstance(error, (RateLimited, ServerUnavailable)) == retryable, f"{row.id}: {error}"


def test_vectors_are_the_recorded_ones() -> None:
    good, failures = 0, []
    for row in recordings(""):
        scope = assign(row.method, row.path)
        if scope is None or scope.codec != "gemini_embeddings":
            continue
        operation, sent = embedding_of(row)
        if row.status >= 300:
            assert error_of(partial(operation.receive, response_of(row))) is not None
            continue
        done = operation.receive(response_of(row))
        assert isinstance(done, Done)
        body = json.loads(row.body)
        rows = (
            body.get("embeddings")
            or [prediction["embeddings"] for prediction in body.get("predictions", ())]
            or [body["embedding"]]
        )
        near = all(
            abs(float(a) - b) < 1e-6
            for vector, theirs in zip(done.result.vectors, rows, strict=True)
            for a, b in zip(vector, theirs["values"], strict=True)
        )
        if found := difference(row.request, sent) or (None if near else "another vector"):
            failures.append(f"{row.id}: {found}")
        else:
            good += 1
    assert report("gemini embeddings", good, failures) == 1.0


def embedding_of(row: Recording) -> tuple[Any, Any]:
    """The operation that sends what was recorded, and what it sends."""
    model = re.sub(r".*/models/([^/]+):\w+", r"\1", row.path)
    rows = row.request.get("requests") or row.request.get("instances") or [row.request]
    texts = [each["content"] if isinstance(each["content"], str) else each["content"]["parts"][0]["text"] for each in rows]
    beside = {k: v for k, v in rows[0].items() if k not in ("content", "model")} | (row.request.get("parameters") or {})
    kind = {"RETRIEVAL_QUERY": "query", "RETRIEVAL_DOCUMENT": "document"}.get(beside.get("taskType", ""))
    if kind:
        del beside["taskType"]
    paths = {"embeddings": "/models/{model}:embedContent"} if row.path.endswith(":embedContent") else {}
    endpoint = Endpoint("https://vendor.invalid", model, Profile(paths=paths), provider="vendor")
    codec = EMBEDDINGS if "batchEmbed" in row.path else ON_VERTEX
    call = TextEmbeddingCall(model, tuple(texts), kind, beside)  # type: ignore[arg-type]
    operation = codec.invoke(call, endpoint)
    step = operation.start()
    assert isinstance(step, Send)
    return operation, body_of(step.request)


def response_of(row: Recording) -> HttpResponse:
    """The recorded answer."""
    return HttpResponse(ResponseHead(row.status, row.headers), row.body)


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
