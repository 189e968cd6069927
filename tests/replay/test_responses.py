"""The Responses family on recorded traffic, as the `openai` package reads the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

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

TERMINAL = (b'"response.completed"', b'"response.incomplete"', b'"response.failed"', b'"error"')


class Played(NamedTuple):
    """A recording, with the call that it answers."""

    row: Recording
    call: LLMCall
    endpoint: Endpoint


def played() -> Iterator[Played]:
    """Every recorded response that was asked for."""
    for row in recordings(""):
        scope = assign(row.method, row.path)
        if scope is None or scope.codec != "openai_responses" or row.method != "POST" or not row.path.endswith("/responses"):
            continue
        call = requests.parse_request({**row.request, "stream": row.streamed or row.request.get("stream")})
        yield Played(row, call, Endpoint("https://vendor.invalid/v1", call.model, Profile(), provider="vendor"))


def test_replies_decode_as_the_package_reads_them() -> None:
    good, failures, pending = 0, [], 0
    for row, call, endpoint in played():
        if row.status >= 300:
            continue
        theirs = body_read(row)
        if theirs.get("status") in PENDING and not row.streamed:
            assert waits(row, call, endpoint)
            pending += 1
            continue
        if theirs.get("status") in ("failed", "cancelled"):
            assert error_of(partial(result_of, CODEC, row, call, endpoint)) is not None
            good += 1
            continue
        result = result_of(CODEC, row, call, endpoint)
        if found := difference(facts(theirs), ours(result)) or returned(theirs, result):
            failures.append(f"{row.id}: {found}")
        else:
            good += 1
    print(f"responses: {pending} answers were still in the background, and are asked for again")
    assert report("responses replies", good, failures) >= 0.99


def test_streams_keep_the_laws() -> None:
    good, failures = 0, []
    for row, call, endpoint in played():
        if row.streamed and row.status < 300:
            found = broken_laws(CODEC, row, call, endpoint, lambda body: any(word in body for word in TERMINAL))
            failures += [f"{row.id}: {law}" for law in found]
            good += not found
    assert report("responses streams", good, failures) == 1.0


def test_requests_are_rendered_as_they_were_sent() -> None:
    good, failures, through, all_leaves = 0, [], 0, 0
    for row, call, endpoint in played():
        rendered = body_of(request_of(CODEC, call, endpoint))
        recorded, ours_ = requests.canonical(row.request), requests.canonical(rendered)
        found = difference(without_nulls(recorded), without_nulls(ours_))
        if foreign := call.extra.keys() - requests.EXTRA.keys():
            found = f"extra holds {', '.join(foreign)}"
        through, all_leaves = through + leaves(call.extra), all_leaves + leaves(row.request)
        if found:
            failures.append(f"{row.id}: {found}")
        else:
            good += 1
    print(f"responses: {through} of {all_leaves} leaves went through extra")
    assert report("responses requests", good, failures) >= 0.97


def test_recorded_errors_have_their_class() -> None:
    for row, call, endpoint in played():
        if row.status >= 300:
            error = error_of(partial(result_of, CODEC, row, call, endpoint))
            assert error is not None
            assert (error.status, error.provider) == (row.status, "vendor")
            assert error.retryable == (row.status in (408, 409, 429) or row.status >= 500), f"{row.id}: {error}"


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
