"""A plain reply is read in one go; what that says is what the parser of every shape says, or nothing."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from benchmarks import wire
from hypothesis import given
from hypothesis import strategies as st

from modelruntime.codecs.openai.parse_reply import parse_any_reply
from modelruntime.codecs.openai.parse_usage import parse_any_usage, parse_usage
from modelruntime.codecs.openai.plain_reply import parse_plain_reply
from modelruntime.codecs.openai.plain_usage import ABSURD, as_plain
from modelruntime.codecs.openai.reply_context import ReplyContext
from modelruntime.codecs.operation import Endpoint
from modelruntime.entities.errors import InvokeError
from modelruntime.entities.http import HttpResponse, ResponseHead
from modelruntime.schema.profile import Profile

HEAD = ResponseHead(200, (("x-request-id", "req-1"),))
PLAIN = Profile()
PROFILES = (
    PLAIN,
    Profile(think_tags=("<t>", "</t>")),
    Profile(think_open=True),
    Profile(text_lstrip=True),
    Profile(reasoning_field="thought"),
    Profile(reasoning_field="content"),
    Profile(usage_pointers=("/x_usage", "/model")),
    Profile(cached_tokens_pointers=("/hits", "/total_tokens")),
)
ODD: tuple[Any, ...] = (
    None,
    "",
    "x",
    " x<t>y</t>",
    [],
    {},
    0,
    1,
    -1,
    1.0,
    0.5,
    True,
    False,
    [None],
    ["x"],
    {"text": "x"},
    {"id": "a", "content": [{"token": "a", "logprob": -1}]},
    ABSURD,
)
FIELDS = {
    "reply": (
        *("id", "object", "created", "model", "choices", "usage", "service_tier", "system_fingerprint", "error", "other"),
        *("prompt_logprobs", "prompt_token_ids", "kv_transfer_params", "citations", "search_results", "x_usage", "usage_breakdown"),
    ),
    "choice": ("index", "message", "finish_reason", "logprobs", "stop_reason", "token_ids", "text", "delta", "error", "usage"),
    "message": (
        *("role", "content", "refusal", "annotations", "tool_calls", "function_call", "reasoning_content", "reasoning"),
        *("audio", "images", "executed_tools", "reasoning_details", "thought", "other"),
    ),
    "usage": (
        *("prompt_tokens", "completion_tokens", "total_tokens", "prompt_tokens_details", "completion_tokens_details"),
        *("input_tokens", "output_tokens", "reasoning_tokens", "cached_tokens", "num_sources_used", "hits", "queue_time"),
    ),
    "prompt": ("cached_tokens", "audio_tokens", "image_tokens", "text_tokens", "cache_write_tokens", "cache_creation_tokens"),
    "made": ("reasoning_tokens", "audio_tokens", "image_tokens", "text_tokens", "accepted_prediction_tokens", "other"),
}
"""Where something odd may stand."""


def reply_with(place: str, field: str, value: Any) -> dict[str, Any]:
    odd = {place: {field: value}}
    message = {"role": "assistant", "content": " Hi", "refusal": None, **odd.get("message", {})}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "tool_calls", **odd.get("choice", {})}
    details = {
        "prompt_tokens_details": {"cached_tokens": 4, "audio_tokens": 1, **odd.get("prompt", {})},
        "completion_tokens_details": {"reasoning_tokens": 2, **odd.get("made", {})},
    }
    counts = {"prompt_tokens": 9, "completion_tokens": 5, "total_tokens": 16, **details, **odd.get("usage", {})}
    return {"id": "c-1", "created": 5, "model": "m-1", "choices": [choice], "usage": counts, **odd.get("reply", {})}


ODD_REPLIES = [reply_with(place, field, value) for place, fields in FIELDS.items() for field in fields for value in ODD]


def outcome(response: HttpResponse, context: ReplyContext) -> Any:
    try:
        return parse_any_reply(response, context)
    except InvokeError as error:
        return error


def context_of(profile: Profile, output_tool: str | None = None) -> ReplyContext:
    return ReplyContext(Endpoint("http://127.0.0.1", "m", profile), output_tool=output_tool)


@pytest.mark.parametrize("output_tool", [None, "answer"])
@pytest.mark.parametrize("profile", PROFILES)
def test_a_plain_reply_says_what_any_reply_would_or_nothing(profile: Profile, output_tool: str | None):
    context = context_of(profile, output_tool)
    two = reply_with("reply", "choices", ODD_REPLIES[0]["choices"] * 2)
    for reply in (*ODD_REPLIES, two):
        response = HttpResponse(HEAD, msgspec.json.encode(reply))
        plain = parse_plain_reply(response, context)
        assert plain is None or plain == outcome(response, context)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("tier", [None, "", "flex"])
def test_plain_usage_says_what_any_usage_would(profile: Profile, tier: str | None):
    for usage in (reply["usage"] for reply in ODD_REPLIES if reply["usage"] and isinstance(reply["usage"], dict)):
        assert parse_usage(usage, profile, tier) == parse_any_usage(usage, profile, tier)


@given(st.tuples(*[st.none() | st.integers(0, 9)] * 8))
def test_plain_usage_says_what_any_usage_would_of_any_counts(counts: tuple[int | None, ...]):
    prompt = dict(zip(("cached_tokens", "cache_write_tokens", "audio_tokens"), counts[:3], strict=True))
    made = dict(zip(("reasoning_tokens", "image_tokens"), counts[3:5], strict=True))
    totals = dict(zip(("prompt_tokens", "completion_tokens", "total_tokens"), counts[5:], strict=True))
    usage = {**totals, "prompt_tokens_details": prompt, "completion_tokens_details": made}
    assert as_plain(usage) is not None
    assert parse_usage(usage, PLAIN) == parse_any_usage(usage, PLAIN)


BODY = msgspec.json.decode(wire.chat().partition(b"\r\n\r\n")[2])


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"system_fingerprint": None, "service_tier": None},
        {"prompt_logprobs": None, "kv_transfer_params": None, "system_fingerprint": ""},
        {"choices": [BODY["choices"][0] | {"stop_reason": None, "message": {"content": "a", "tool_calls": [], "annotations": []}}]},
    ],
)
def test_what_most_vendors_send_is_plain(changes: dict[str, Any]):
    response = HttpResponse(HEAD, msgspec.json.encode(BODY | changes))
    plain = parse_plain_reply(response, context_of(PLAIN))
    assert plain is not None
    assert plain == parse_any_reply(response, context_of(PLAIN))
    assert as_plain(BODY["usage"]) is not None


@pytest.mark.parametrize(
    "body", [b"", b"{", b"<html>", b'{"choices":[]}', b'{"choices":[{"message":{"content":"\xff"}}],"usage":{"a":1}}']
)
def test_what_is_no_reply_is_left_to_the_other(body: bytes):
    assert parse_plain_reply(HttpResponse(HEAD, body), context_of(PLAIN)) is None
