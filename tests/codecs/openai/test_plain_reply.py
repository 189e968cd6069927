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
ODD = st.sampled_from((None, "", [], {}, 0, 1, -1, 1.0, 0.5, True, False, "x", [None], ["x"], {"text": "x"}, ABSURD))
COUNTS = st.one_of(st.integers(0, 99), ODD)


def objects(plain: dict[str, Any], others: tuple[str, ...]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects of plain fields, now and then with one that is odd or missing, or with another beside them."""
    changes = st.dictionaries(st.sampled_from((*plain, *others)), ODD, max_size=2)
    chosen = st.fixed_dictionaries({name: as_strategy(value) for name, value in plain.items()})
    left_out = st.sets(st.sampled_from(tuple(plain)), max_size=1)
    return st.builds(lambda base, more, out: {k: v for k, v in {**base, **more}.items() if k not in out}, chosen, changes, left_out)


def as_strategy(value: Any) -> st.SearchStrategy[Any]:
    return value if isinstance(value, st.SearchStrategy) else st.just(value)


PROMPT = objects({"cached_tokens": st.integers(0, 9)}, ("audio_tokens", "image_tokens", "text_tokens", "cache_write_tokens", "w"))
MADE = objects({"reasoning_tokens": st.integers(0, 9)}, ("audio_tokens", "image_tokens", "accepted_prediction_tokens", "w"))
USAGE = objects(
    {
        "prompt_tokens": st.integers(0, 30),
        "completion_tokens": st.integers(0, 30),
        "total_tokens": st.integers(0, 60),
        "prompt_tokens_details": PROMPT,
        "completion_tokens_details": MADE,
    },
    ("input_tokens", "reasoning_tokens", "cached_tokens", "num_sources_used", "hits", "output_tokens_details", "queue_time"),
)
MESSAGE = objects(
    {"role": "assistant", "content": st.sampled_from(("", "Hi", " Hi", "<t>a</t>b")), "refusal": None},
    ("annotations", "tool_calls", "function_call", "reasoning_content", "reasoning", "audio", "images", "thought", "prefix"),
)
CHOICE = objects(
    {"index": 0, "message": MESSAGE, "logprobs": None, "finish_reason": st.sampled_from(("stop", "length", "tool_calls", "odd"))},
    ("stop_reason", "token_ids", "text", "delta", "error", "usage"),
)
REPLY = objects(
    {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": st.sampled_from((0, 5)),
        "model": "m-1",
        "choices": st.one_of(st.tuples(CHOICE), st.lists(CHOICE, max_size=2)),
        "usage": USAGE,
    },
    ("service_tier", "system_fingerprint", "prompt_logprobs", "citations", "x_groq", "x_usage", "error", "provider"),
)


def outcome(response: HttpResponse, context: ReplyContext) -> Any:
    try:
        return parse_any_reply(response, context)
    except InvokeError as error:
        return error


def context_of(profile: Profile, output_tool: str | None = None) -> ReplyContext:
    return ReplyContext(Endpoint("http://127.0.0.1", "m", profile), output_tool=output_tool)


@given(REPLY, st.sampled_from(PROFILES), st.sampled_from((None, "answer")))
def test_a_plain_reply_says_what_any_reply_would_or_nothing(reply: dict[str, Any], profile: Profile, output_tool: str | None):
    response, context = HttpResponse(HEAD, msgspec.json.encode(reply)), context_of(profile, output_tool)
    plain = parse_plain_reply(response, context)
    assert plain is None or plain == outcome(response, context)


@given(USAGE, st.sampled_from(PROFILES), st.sampled_from((None, "", "flex")))
def test_plain_usage_says_what_any_usage_would(usage: dict[str, Any], profile: Profile, tier: str | None):
    if usage:
        assert parse_usage(usage, profile, tier) == parse_any_usage(usage, profile, tier)


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
