"""Converse on recorded traffic, as `botocore` reads the same bytes by the service's own model."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import unquote

from modelruntime.codecs.bedrock import converse
from modelruntime.codecs.bedrock.render_blocks import BlockRenderer
from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.operation import Endpoint
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import BadRequest, ModelNotFound
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.messages import UserMessage
from modelruntime.schema.profile import Profile
from tests.replay import bedrock_requests as requests
from tests.replay.answered import Answered
from tests.replay.aws_oracle import operation, read_reply, read_stream
from tests.replay.family_replay import (
    JSON,
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

CODEC = converse.CODEC
PROFILE = Profile(cache_marks="cache_point", tool_result_media="inline")


def played() -> Iterator[Answered]:
    """Every recorded call; of two the request was not kept."""
    for row in recordings(""):
        scope = assign(row.method, row.path)
        if scope is None or scope.codec != "bedrock_converse":
            continue
        model = unquote(row.path.split("/")[2])
        if row.request:
            call = requests.parse_request(row.request, model, stream=row.path.endswith("-stream"))
        else:
            call = LLMCall(model, (UserMessage("the request was not kept"),))
        yield Answered(row, call, Endpoint("https://vendor.invalid", model, PROFILE, provider="vendor"))


def test_replies_decode_as_botocore_reads_them() -> None:
    good, failures = 0, []
    for row, call, endpoint in played():
        if row.status >= 300:
            continue
        result = result_of(CODEC, row, call, endpoint)
        if found := difference(facts(theirs(row, call)), ours(result)) or returned(theirs(row, call), result):
            failures.append(f"{row.id}: {found}")
        else:
            good += 1
    assert report("converse replies", good, failures) == 1.0


def test_streams_keep_the_laws() -> None:
    good, failures = 0, []
    for row, call, endpoint in played():
        if call.stream and row.status < 300:
            found = broken_laws(CODEC, row, call, endpoint, lambda body: b"stopReason" in body)
            failures += [f"{row.id}: {law}" for law in found]
            good += not found
    assert report("converse streams", good, failures) == 1.0


def test_requests_are_rendered_as_they_were_sent() -> None:
    good, failures, through, all_leaves = 0, [], 0, 0
    for row, call, endpoint in played():
        if not row.request:
            continue
        request = request_of(CODEC, call, endpoint)
        rendered = requests.canonical(body_of(request))
        found = difference(without_nulls(requests.canonical(row.request)), without_nulls(rendered))
        if request.url.removeprefix("https://vendor.invalid") != row.path:
            found = f"the path is {request.url}"
        if foreign := call.extra.keys() - requests.EXTRA.keys():
            found = f"extra holds {', '.join(foreign)}"
        through, all_leaves = through + leaves(call.extra), all_leaves + leaves(row.request)
        if found:
            failures.append(f"{row.id}: {found}")
        else:
            good += 1
    print(f"converse: {through} of {all_leaves} leaves went through extra")
    assert report("converse requests", good, failures) >= 0.97


def test_recorded_errors_have_their_class() -> None:
    for row, call, endpoint in played():
        if row.status >= 300:
            error = error_of(partial(result_of, CODEC, row, call, endpoint))
            assert error is not None
            assert (error.status, error.provider, error.retryable) == (row.status, "vendor", False)
            unknown = b"model identifier is invalid" in row.body
            assert type(error) is (ModelNotFound if unknown else BadRequest), f"{row.id}: {error}"


def theirs(row: Recording, call: LLMCall) -> JSON:
    """The answer as the SDK reads it; of a stream, what its events add up to."""
    if not call.stream:
        body = row.body.replace(b', "additionalModelResponseFields": "test"', b"")  # an instrumented client wrote no document there
        return read_reply(operation("bedrock-runtime", "Converse"), row.status, dict(row.headers), body)
    answer: JSON = {}
    blocks: dict[int, JSON] = {}
    for event in read_stream(operation("bedrock-runtime", "ConverseStream"), row.body):
        kind, value = next(iter(event.items()))
        if kind in ("messageStop", "metadata"):
            answer |= value
        elif kind == "contentBlockStart":
            blocks[value["contentBlockIndex"]] = {"toolUse": {**value["start"]["toolUse"], "input": ""}}
        elif kind == "contentBlockDelta":
            _grow(blocks.setdefault(value["contentBlockIndex"], {}), value["delta"])
    return {**answer, "output": {"message": {"content": [block for _, block in sorted(blocks.items())]}}}


def _grow(block: JSON, delta: JSON) -> None:
    kind, value = next(iter(delta.items()))
    if kind == "text":
        block["text"] = block.get("text", "") + value
    elif kind == "toolUse":
        block["toolUse"]["input"] += value["input"]
    else:
        told = block.setdefault("reasoningContent", {})
        for name, piece in value.items():
            told[name] = told[name] + piece if name in told else piece


def facts(answer: JSON) -> JSON:
    """What the SDK says of an answer."""
    usage = answer["usage"]
    content = answer["output"]["message"]["content"]
    reasoning = [block["reasoningContent"] for block in content if "reasoningContent" in block]
    return {
        "text": "".join(block["text"] for block in content if "text" in block),
        "reasoning": "".join(_reasoned(block).get("text", "") for block in reasoning),
        "calls": [[block["toolUse"]["name"], _parsed(block["toolUse"]["input"])] for block in content if "toolUse" in block],
        "finish": answer["stopReason"],
        "usage": [usage["totalTokens"] - usage["outputTokens"], usage["outputTokens"]],
        "cached": [usage.get("cacheReadInputTokens"), usage.get("cacheWriteInputTokens")],
        "traced": "trace" in answer,
    }


def ours(result: LLMResult) -> JSON:
    """The same of our result."""
    usage = result.usage
    return {
        "text": result.text,
        "reasoning": result.reasoning,
        "calls": [[call.name, call.json()] for call in result.tool_calls],
        "finish": result.finish.raw,
        "usage": [usage.input.total, usage.output.total],
        "cached": [usage.input.cache_read, usage.input.cache_write],
        "traced": "trace" in (result.provider_metadata or {}).get("bedrock", {}),
    }


def returned(answer: JSON, result: LLMResult) -> str | None:
    """The assistant's turn goes back as it came: signatures and encrypted reasoning with it."""
    content = [_sent(block) for block in answer["output"]["message"]["content"] if block.get("text") != ""]
    profile = Profile(return_reasoning="always")
    return difference(content, BlockRenderer(profile, CallWarnings(strict=True)).blocks(result.message.content))


def _sent(block: JSON) -> JSON:
    """A block as JSON holds it: bytes in base64, a stream's pieces put together."""
    if use := block.get("toolUse"):
        return {"toolUse": {"toolUseId": use["toolUseId"], "name": use["name"], "input": _parsed(use["input"])}}
    if reasoning := block.get("reasoningContent"):
        if secret := reasoning.get("redactedContent"):
            return {"reasoningContent": {"redactedContent": base64.b64encode(secret).decode()}}
        return {"reasoningContent": {"reasoningText": _reasoned(reasoning)}}
    return block


def _reasoned(reasoning: JSON) -> JSON:
    told: JSON = reasoning.get("reasoningText", {name: reasoning[name] for name in ("text", "signature") if name in reasoning})
    return told


def _parsed(value: Any) -> Any:
    return json.loads(value or "{}") if isinstance(value, str) else value
