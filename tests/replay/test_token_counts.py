"""Tokens that vendors counted: the request is the recorded one, and the count comes out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

from msgspec.structs import replace

from modelruntime.codecs.anthropic.messages import CODEC as MESSAGES
from modelruntime.codecs.gemini.generate import CODEC as GEMINI
from modelruntime.codecs.openai_responses.responses import CODEC as RESPONSES
from modelruntime.codecs.operation import Done, Endpoint, Send
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.call import LLMCall
from modelruntime.schema.profile import Profile
from tests.replay import anthropic_requests, gemini_requests, responses_requests
from tests.replay.family_replay import body_of, difference, error_of, without_nulls
from tests.replay.recordings import Recording, recordings
from tests.replay.verdicts import share


class Counted(NamedTuple):
    """A recorded count. `canonical` puts the body into one of the forms that the vendor takes as the same."""

    row: Recording
    codec: Any
    call: LLMCall
    profile: Profile
    canonical: Any
    field: str


def counted() -> Iterator[Counted]:
    """Every recorded count of the three families that count."""
    for row in recordings("/count_tokens", "/input_tokens", ":countTokens"):
        if row.path.endswith("count_tokens"):
            call = anthropic_requests.parse_request(row.request)
            yield Counted(row, MESSAGES, call, Profile(), messages_canonical, "input_tokens")
        elif row.path.endswith("input_tokens"):
            call = responses_requests.parse_request(row.request)
            profile = Profile(paths={"count_tokens": "/responses/input_tokens"})
            yield Counted(row, RESPONSES, call, profile, responses_requests.canonical, "input_tokens")
        else:
            model = re.sub(r".*/models/([^/]+):\w+", r"\1", row.path)
            asked = row.request.get("generateContentRequest")
            body = {name: value for name, value in (asked or row.request).items() if name != "model"}
            call, facts = gemini_requests.parse_request(body, model, False)
            profile = Profile(**facts, count_tokens_body="request" if asked else "contents")
            yield Counted(row, GEMINI, call, profile, gemini_canonical, "totalTokens")


def messages_canonical(body: JSON) -> Any:
    """Without the mark of a cache for the whole request, which changes no count and is not sent."""
    return anthropic_requests.canonical({name: value for name, value in body.items() if name != "cache_control"})


def gemini_canonical(body: JSON) -> Any:
    """The one request inside, without its copy of the model's name."""
    inner = {name: value for name, value in body.get("generateContentRequest", body).items() if name != "model"}
    return gemini_requests.canonical(inner)


def as_the_vendor_counted(item: Counted) -> str | None:
    row, codec, call, profile, canonical, field = item
    operation = codec.count_tokens(replace(call, stream=False), Endpoint("http://vendor.invalid", call.model, profile))
    step = operation.start()
    assert isinstance(step, Send)
    sent = body_of(step.request)
    if found := difference(without_nulls(canonical(row.request)), without_nulls(canonical(sent))):
        return found
    if row.status >= 300:
        error = error_of(partial(operation.receive, row.response))
        return None if error is not None and error.status == row.status else f"{error!r} for status {row.status}"
    done = operation.receive(row.response)
    assert isinstance(done, Done)
    return None if done.result == json.loads(row.body)[field] else f"{done.result} for {row.body!r}"


def test_recorded_counts_are_asked_and_read_as_they_were() -> None:
    assert share("tokens", "counts", counted(), as_the_vendor_counted) == 1.0
