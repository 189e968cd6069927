"""The Responses family on recorded traffic, as the `openai` package reads the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from openai.types.responses import Response

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.machine_decoder import JsonEvents
from modelruntime.codecs.openai_responses.family import FAMILY, PENDING
from modelruntime.codecs.openai_responses.render_items import render_items
from modelruntime.codecs.openai_responses.responses import CODEC
from modelruntime.codecs.operation import Endpoint, Wait
from modelruntime.codecs.vendor_metadata import facts_of
from modelruntime.entities.call import LLMCall
from modelruntime.entities.http import HttpResponse, ResponseHead
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.messages import parts_of
from modelruntime.entities.parts import TextPart
from modelruntime.schema.profile import Profile
from tests.replay import responses_requests as requests
from tests.replay.answered import Answered, of_another_class, unlike_sent
from tests.replay.family_replay import (
    broken_laws,
    difference,
    error_of,
    result_of,
    without_nulls,
)
from tests.replay.recordings import Recording, recordings
from tests.replay.scope import assign, excuse
from tests.replay.verdicts import share

TERMINAL = (b'"response.completed"', b'"response.incomplete"', b'"response.failed"', b'"error"')


def played() -> Iterator[Answered]:
    """Every recorded response, asked for, or looked up while it is made in the background."""
    for row in recordings(""):
        scope = assign(row.method, row.path)
        if scope is None or scope.codec != "openai_responses" or row.path.endswith("/input_tokens") or excuse(row):
            continue
        asked = row.request if row.method == "POST" else {"model": "m", "input": "hello"}
        call = requests.parse_request({**asked, "stream": row.streamed or row.request.get("stream")})
        yield Answered(row, call, Endpoint("https://vendor.invalid/v1", call.model, Profile(), provider="vendor"))


def as_the_package_reads_it(item: Answered) -> str | None:
    row, call, endpoint = item
    theirs = body_read(row)
    if theirs.get("status") in PENDING and not row.streamed:
        return None if waits(row, call, endpoint) else "an answer in the background is not waited for"
    if theirs.get("status") in ("failed", "cancelled"):
        return None if error_of(partial(result_of, CODEC, row, call, endpoint)) else "a failed answer is none"
    result = result_of(CODEC, row, call, endpoint)
    return difference(facts(theirs), ours(result)) or returned(theirs, result)


def test_replies_decode_as_the_package_reads_them() -> None:
    good = (item for item in played() if item.row.status < 300)
    assert share("responses", "replies", good, as_the_package_reads_it) >= 0.99


def test_streams_keep_the_laws() -> None:
    found = [
        f"{row.id}: {law}"
        for row, call, endpoint in played()
        if row.streamed and row.status < 300
        for law in broken_laws(CODEC, row, call, endpoint, lambda body: any(word in body for word in TERMINAL))
    ]
    assert found == []


def as_it_was_sent(item: Answered) -> str | None:
    return unlike_sent(CODEC, requests, *item)


def test_requests_are_rendered_as_they_were_sent() -> None:
    asked = (item for item in played() if item.row.method == "POST")
    assert share("responses", "requests", asked, as_it_was_sent) >= 0.97


def of_its_class(item: Answered) -> str | None:
    return of_another_class(CODEC, *item)


def test_recorded_errors_have_their_class() -> None:
    failed = (item for item in played() if item.row.status >= 300)
    assert share("responses", "errors", failed, of_its_class) == 1.0


def waits(row: Recording, call: LLMCall, endpoint: Endpoint) -> bool:
    """An answer in the background makes the operation wait."""
    operation = CODEC.invoke(call, endpoint)
    operation.start()
    return isinstance(operation.receive(HttpResponse(ResponseHead(row.status, row.headers), row.body)), Wait)


def body_read(row: Recording) -> Any:
    """The response object; items of a stream are those of `output_item.done`: the last object may encrypt the same anew."""
    if not row.streamed:
        return json.loads(row.body)
    events = [message.payload for message in JsonEvents().feed(row.body)]
    body = next(event["response"] for event in reversed(events) if "response" in event)
    return {**body, "output": [event["item"] for event in events if event["type"] == "response.output_item.done"]}


def facts(body: Any) -> dict[str, Any]:
    """What the package says of a response."""
    theirs = Response.construct(**body)
    calls = [[item.name, json.loads(item.arguments or "{}")] for item in theirs.output if item.type == "function_call"]
    usage = [theirs.usage.input_tokens, theirs.usage.output_tokens] if theirs.usage else [None, None]
    return {"text": theirs.output_text, "calls": calls, "usage": usage}


def ours(result: LLMResult) -> dict[str, Any]:
    """The same of our result; a refusal is no output text to the package."""
    texts = [part for part in parts_of(result.message.content) if isinstance(part, TextPart)]
    plain = [part.text for part in texts if facts_of(FAMILY, part.provider_metadata).get("kind") is None]
    calls = [[call.name, call.json()] for call in result.tool_calls]
    return {"text": "".join(plain), "calls": calls, "usage": [result.usage.input.total, result.usage.output.total]}


def returned(body: Any, result: LLMResult) -> str | None:
    """The output items go back as they came: ids, phases, encrypted reasoning, annotations."""
    sent = render_items(result.message, CallWarnings(strict=True))
    return difference(without_nulls(requests.items_of(body["output"])), without_nulls(requests.items_of(sent)))
