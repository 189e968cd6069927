"""Cohere's chat and embeddings on recorded traffic, as the `cohere` package reads the same bytes."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator
from functools import partial
from typing import Any, cast

from cohere.core.unchecked_base_model import construct_type
from cohere.types import EmbedByTypeResponse
from cohere.v2.types import V2ChatResponse, V2ChatStreamResponse

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.cohere.chat import CODEC
from modelruntime.codecs.cohere.embeddings import CODEC as EMBEDDINGS
from modelruntime.codecs.cohere.render_messages import render_messages
from modelruntime.codecs.machine_decoder import JsonEvents
from modelruntime.codecs.operation import Done, Endpoint, Send
from modelruntime.entities.call import TextEmbeddingCall
from modelruntime.entities.errors import ContextLengthExceeded
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.parts import ReasoningPart, SourcePart
from modelruntime.schema.profile import Profile
from tests.replay import cohere_requests as requests
from tests.replay.answered import Answered
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
from tests.replay.verdicts import failures


def played() -> Iterator[Answered]:
    """Every recorded chat."""
    for row in recordings("/v2/chat"):
        scope = assign(row.method, row.path, row.vendor)
        if scope is not None and scope.codec == "cohere_chat":
            call = requests.parse_request({**row.request, "stream": row.streamed})
            yield Answered(row, call, Endpoint("https://vendor.invalid", call.model, Profile(), provider="vendor"))


def test_replies_decode_as_the_package_reads_them() -> None:
    good, failed = 0, []
    for row, call, endpoint in played():
        if row.status >= 300:
            continue
        result = result_of(CODEC, row, call, endpoint)
        theirs = gathered(row) if call.stream else json.loads(row.body)
        if found := difference(facts(theirs), ours(result)) or returned(theirs, result):
            failed.append(f"{row.id}: {found}")
        else:
            good += 1
    assert report("cohere replies", good, failed) == 1.0


def test_streams_keep_the_laws() -> None:
    good, failed = 0, []
    for row, call, endpoint in played():
        if call.stream:
            found = broken_laws(CODEC, row, call, endpoint, lambda body: b'"message-end"' in body and body.endswith(b"\n\n"))
            failed += [f"{row.id}: {law}" for law in found]
            good += not found
    assert report("cohere streams", good, failed) == 1.0


def test_requests_are_rendered_as_they_were_sent() -> None:
    good, failed, through, all_leaves = 0, [], 0, 0
    for row, call, endpoint in played():
        rendered = body_of(request_of(CODEC, call, endpoint))
        recorded = {**row.request, "stream": row.streamed}
        found = difference(without_nulls(requests.canonical(recorded)), without_nulls(requests.canonical(rendered)))
        through, all_leaves = through + leaves(call.extra), all_leaves + leaves(row.request)
        if found or call.extra:
            failed.append(f"{row.id}: {found or call.extra}")
        else:
            good += 1
    print(f"cohere: {through} of {all_leaves} leaves went through extra")
    assert report("cohere requests", good, failed) >= 0.97


def test_recorded_errors_have_their_class() -> None:
    for row, call, endpoint in played():
        if row.status >= 300:
            error = error_of(partial(result_of, CODEC, row, call, endpoint))
            assert type(error) is ContextLengthExceeded
            assert (error.status, error.provider, error.code) == (400, "vendor", "TOO_MANY_TOKENS")
            assert not error.retryable


def test_every_recorded_embedding_is_what_the_package_reads() -> None:
    assert failures("cohere_embed", judge_embedding) == []


def judge_embedding(row: Recording) -> None:
    asked = {name: value for name, value in row.request.items() if value is not None}
    texts, model = asked.pop("texts"), asked.pop("model")
    kinds = {"search_query": "query", "search_document": "document"}
    kind = cast(Any, kinds[asked.pop("input_type")])
    encoding = (asked.pop("embedding_types", None) or ["unset"])[0]
    call = TextEmbeddingCall(model, tuple(texts), kind, asked)
    operation = EMBEDDINGS.invoke(call, Endpoint("https://vendor.invalid", model, Profile(embedding_encoding=encoding)))
    step = operation.start()
    assert isinstance(step, Send)
    assert body_of(step.request) == {name: value for name, value in row.request.items() if value is not None}
    done = operation.receive(row.response)
    assert isinstance(done, Done)
    theirs = cast(EmbedByTypeResponse, construct_type(type_=EmbedByTypeResponse, object_=json.loads(row.body)))
    assert list(done.result.vectors) == [array("f", vector) for vector in theirs.embeddings.float_ or ()]
    units = theirs.meta and theirs.meta.billed_units
    assert units
    assert done.result.usage.input.total == units.input_tokens


def gathered(row: Recording) -> dict[str, Any]:
    """The reply that the package's events add up to."""
    message: dict[str, Any] = {"role": "assistant"}
    reply: dict[str, Any] = {"message": message}
    for frame in JsonEvents().feed(row.body):
        event = cast(Any, construct_type(type_=cast(Any, V2ChatStreamResponse), object_=frame.payload))
        match event.type:
            case "message-start":
                reply["id"] = event.id
            case "content-start":
                started = event.delta.message.content
                blocks = message.setdefault("content", [])
                blocks.append({"type": started.type, started.type: started.text or started.thinking or ""})
            case "content-delta":
                block = message["content"][event.index]
                block[block["type"]] += event.delta.message.content.text or event.delta.message.content.thinking or ""
            case "message-end":
                reply |= {"finish_reason": event.delta.finish_reason, "usage": json.loads(event.delta.usage.json())}
            case _:
                pass
    return reply


def facts(body: Any) -> dict[str, Any]:
    """What the package says of a reply."""
    theirs = cast(V2ChatResponse, construct_type(type_=V2ChatResponse, object_=body))
    content, calls = theirs.message.content or [], theirs.message.tool_calls or []
    billed = theirs.usage and theirs.usage.billed_units
    assert billed
    return {
        "id": theirs.id,
        "text": "".join(block.text for block in content if block.type == "text"),
        "thinking": [block.thinking for block in content if block.type == "thinking"],
        "plan": theirs.message.tool_plan or "",
        "calls": [[call.id, call.function and call.function.name, call.function and call.function.arguments] for call in calls],
        "citations": [[each.start, each.end] for each in theirs.message.citations or []],
        "finish": theirs.finish_reason,
        "usage": [billed.input_tokens, billed.output_tokens],
    }


def ours(result: LLMResult) -> dict[str, Any]:
    """The same of our result."""
    thoughts = [part for part in result.message.content if isinstance(part, ReasoningPart)]
    plan = [part.text for part in thoughts if (part.provider_metadata or {})["cohere"]["form"] == "tool_plan"]
    return {
        "id": result.response_id,
        "text": result.text,
        "thinking": [part.text for part in thoughts if part.text not in plan],
        "plan": "".join(plan),
        "calls": [[call.id, call.name, call.arguments] for call in result.tool_calls],
        "citations": [[part.start, part.end] for part in result.message.content if isinstance(part, SourcePart)],
        "finish": result.finish.raw,
        "usage": [result.usage.input.total, result.usage.output.total],
    }


def returned(body: Any, result: LLMResult) -> str | None:
    """The assistant's turn goes back as it came: thoughts, plan, calls, citations."""
    (sent,) = render_messages((result.message,), CallWarnings(strict=True))["messages"]
    wanted = requests.canonical({"messages": [body["message"]]})["messages"][0]
    return difference(without_nulls(wanted), without_nulls(requests.canonical({"messages": [sent]})["messages"][0]))
