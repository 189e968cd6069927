import base64
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.openai.chat import CODEC, render_chat
from modelruntime.codecs.openai.parse_body import parse_body
from modelruntime.codecs.openai.parse_finish import parse_finish
from modelruntime.codecs.openai.parse_message import KNOWN
from modelruntime.codecs.openai.parse_usage import parse_usage
from modelruntime.codecs.openai.render_messages import render_messages
from modelruntime.codecs.openai.reply_context import ReplyContext
from modelruntime.codecs.operation import Done, Endpoint
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import ContextLengthExceeded, InvokeError, RateLimited, ServerUnavailable, StreamIncomplete
from modelruntime.entities.http import HttpResponse, ResponseHead
from modelruntime.entities.llm_result import TokenLogprob
from modelruntime.entities.messages import UserMessage
from modelruntime.entities.parts import HostedToolPart, MediaPart, ReasoningPart, SourcePart, TextPart, ToolCallPart
from modelruntime.entities.usage import InputUsage, OutputUsage, Usage
from modelruntime.schema.profile import Profile


def parse(body, profile=None, status=200, **context):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    response = HttpResponse(ResponseHead(status, (("x-request-id", "r1"),)), data)
    return parse_body(response, ReplyContext(Endpoint("u", "m", profile or Profile()), **context))


def reply(message, finish="stop", **fields):
    return {"id": "x1", "model": "m-1", "choices": [{"index": 0, "message": message, "finish_reason": finish}], **fields}


def parts(message, profile=None, **context):
    return parse(reply(message), profile, **context).message.content


def meta(**fields):
    return {"openai": fields}


def test_a_reply_is_read_whole():
    usage = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
    found = parse(reply({"role": "assistant", "content": "hi"}, usage=usage, system_fingerprint="fp", created=7))
    assert (found.model, found.text, found.request_id, found.response_id, found.warnings) == ("m-1", "hi", "r1", "x1", ())
    assert (found.finish.unified, found.finish.raw) == ("stop", "stop")
    assert (found.usage.input.total, found.usage.output.total, found.usage.raw) == (3, 2, usage)
    assert found.provider_metadata == meta(system_fingerprint="fp", created=7)
    assert found.response_id == "x1"
    assert found.raw is not None
    assert found.raw.json()["id"] == "x1"


THINK = Profile(think_tags=("<think>", "</think>"))


@pytest.mark.parametrize(
    "message, profile, expected",
    [
        ({"content": None}, None, ()),
        ({"content": ""}, None, ()),
        ({"content": "a", "reasoning_content": "r"}, None, (ReasoningPart("r", meta(field="reasoning_content")), TextPart("a"))),
        ({"content": "a", "reasoning": "r"}, None, (ReasoningPart("r", meta(field="reasoning")), TextPart("a"))),
        (
            {"content": "a", "thoughts": "r"},
            Profile(reasoning_field="thoughts"),
            (ReasoningPart("r", meta(field="thoughts")), TextPart("a")),
        ),
        ({"content": "<think>\nr</think>\n\na"}, THINK, (ReasoningPart("r", meta(field="tags")), TextPart("a"))),
        ({"content": "<think>r"}, THINK, (ReasoningPart("r", meta(field="tags")),)),
        ({"content": "<think>r</think>a"}, None, (TextPart("<think>r</think>a"),)),
        ({"content": "\n\na "}, Profile(text_lstrip=True), (TextPart("a "),)),
        ({"content": "\n\na "}, None, (TextPart("\n\na "),)),
        ({"content": None, "refusal": "no"}, None, (TextPart("no", meta(refusal=True)),)),
        ({"content": {"a": 1}}, None, (TextPart('{"a":1}'),)),
        (
            {
                "content": [
                    {"type": "thinking", "thinking": [{"type": "text", "text": "r"}], "closed": True},
                    {"type": "text", "text": "a"},
                ]
            },
            None,
            (ReasoningPart("r", meta(field="content", closed=True)), TextPart("a")),
        ),
        (
            {"content": [{"type": "reference", "reference_ids": [1]}]},
            None,
            (HostedToolPart("reference", "result", data={"type": "reference", "reference_ids": [1]}, family="openai"),),
        ),
        (
            {
                "content": None,
                "tool_calls": [
                    {"id": "c", "type": "function", "function": {"name": "f", "arguments": ""}, "extra_content": {"s": 1}}
                ],
            },
            None,
            (ToolCallPart("c", "f", "", meta(extra_content={"s": 1})),),
        ),
        (
            {"content": None, "tool_calls": [{"id": "c", "function": {"name": "f", "arguments": {"a": 1}}}]},
            None,
            (ToolCallPart("c", "f", '{"a":1}'),),
        ),
        (
            {
                "content": "a",
                "annotations": [
                    {"type": "url_citation", "url_citation": {"url": "u", "title": "t", "start_index": 0, "end_index": 1}}
                ],
            },
            None,
            (TextPart("a"), SourcePart("u", "t", None, 0, 1)),
        ),
        (
            {"content": "", "images": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}]},
            None,
            (MediaPart("data:image/png;base64,AA==", "image/png"),),
        ),
        (
            {"content": "a", "executed_tools": [{"type": "search", "output": "o"}]},
            None,
            (HostedToolPart("search", "call_and_result", data={"type": "search", "output": "o"}, family="openai"), TextPart("a")),
        ),
    ],
)
def test_what_a_message_holds_becomes_parts(message, profile, expected):
    assert parts(message, profile) == expected


def test_speech_comes_as_bytes_in_the_format_asked_for():
    audio = {"id": "audio_1", "data": base64.b64encode(b"sound").decode(), "transcript": "hi", "expires_at": 9}
    expected = MediaPart(b"sound", "audio/wav", "audio_1", "hi", meta(expires_at=9))
    assert parts({"content": None, "audio": audio}, audio_format="wav") == (expected,)


def test_the_format_of_speech_is_remembered_from_the_call():
    call = LLMCall("m", (UserMessage("x"),), parameters={"modalities": ["audio"], "audio": {"format": "mp3", "voice": "v"}})
    assert render_chat(call, Endpoint("u", "m"), {})[1].audio_format == "mp3"


def test_missing_ids_are_made_the_same_for_the_same_reply():
    message = {
        "content": None,
        "tool_calls": [{"function": {"name": "f", "arguments": "{}"}}, {"function": {"name": "f", "arguments": "{}"}}],
    }
    first, second = parse(reply(message)).tool_calls
    assert first.id != second.id
    assert parse(reply(message)).tool_calls == (first, second)
    assert parse(reply(message) | {"id": "other"}).tool_calls[0].id != first.id


def test_a_legacy_function_call_is_a_tool_call():
    found = parse(reply({"content": None, "function_call": {"name": "f", "arguments": "{}"}}, "function_call"))
    assert [(call.name, call.arguments) for call in found.tool_calls] == [("f", "{}")]
    assert (found.finish.unified, found.finish.raw) == ("tool_calls", "function_call")


def test_a_function_call_without_a_name_calls_nothing():
    found = parse(reply({"content": "a", "function_call": {"name": "", "arguments": ""}, "tool_calls": None}, ""))
    assert (found.text, found.tool_calls, found.finish.unified) == ("a", (), "other")


def test_unknown_fields_of_message_and_reply_are_kept():
    found = parse(reply({"content": "a", "reasoning_details": [{"text": "r"}], "odd": 1, "nothing": None}, prompt_filter="p"))
    assert found.message.provider_metadata == meta(reasoning_details=[{"text": "r"}], odd=1)
    assert found.provider_metadata == meta(prompt_filter="p")
    assert found.reasoning == "r"


@pytest.mark.parametrize(
    "fields, expected",
    [
        ({"citations": ["u1", "u2"]}, (SourcePart("u1"), SourcePart("u2"))),
        (
            {"citations": ["u1"], "search_results": [{"url": "u1", "title": "t", "snippet": "s", "date": "d"}]},
            (SourcePart("u1", "t", "s", provider_metadata=meta(date="d")),),
        ),
        ({"web_search": [{"link": "u", "title": "t", "content": "c"}]}, (SourcePart("u", "t", "c"),)),
    ],
)
def test_sources_beside_the_choices_become_parts(fields, expected):
    assert parse(reply({"content": "a"}, **fields)).message.content == (TextPart("a"), *expected)


def test_the_forced_output_tool_is_the_answers_text():
    message = {"content": None, "tool_calls": [{"id": "c", "function": {"name": "answer", "arguments": '{"a":1}'}}]}
    found = parse(reply(message, "tool_calls"), output_tool="answer")
    assert (found.text, found.tool_calls, found.finish.unified) == ('{"a":1}', (), "stop")


def test_logprobs_of_both_forms():
    new = {"content": [{"token": "a", "logprob": -0.5, "top_logprobs": [{"token": "b", "logprob": -1}]}]}
    body = reply({"content": "a"})
    body["choices"][0]["logprobs"] = new
    assert parse(body).logprobs == (TokenLogprob("a", -0.5, (("b", -1.0),)),)
    old = {"tokens": ["x", "a"], "token_logprobs": [None, -0.5], "top_logprobs": [None, {"b": -1}]}
    body = {"choices": [{"text": "a", "logprobs": old, "finish_reason": "stop"}]}
    assert parse(body).logprobs == (TokenLogprob("a", -0.5, (("b", -1.0),)),)


def test_only_the_first_of_several_choices_is_used_aloud():
    body = reply({"content": "a"})
    body["choices"].append({"index": 1, "message": {"content": "b"}, "finish_reason": "stop"})
    found = parse(body)
    assert (found.text, [w.kind for w in found.warnings]) == ("a", ["dropped"])


@pytest.mark.parametrize(
    "body, status, kind",
    [
        ({"error": {"message": "x", "code": 429}}, 200, RateLimited),
        ({"error": {"code": "context_length_exceeded"}}, 400, ContextLengthExceeded),
        (
            {"choices": [{"message": {"content": ""}, "error": {"code": 502, "message": "x"}, "finish_reason": "error"}]},
            200,
            ServerUnavailable,
        ),
        (b"<html><body>log in</body></html>", 200, ServerUnavailable),
        (b"", 200, ServerUnavailable),
        (b'{"choices": [{"message": {"conte', 200, ServerUnavailable),
        ({"choices": []}, 200, ServerUnavailable),
        ([], 200, ServerUnavailable),
        (b"\xff\xfe", 200, ServerUnavailable),
        (b"<html>502</html>", 502, ServerUnavailable),
    ],
)
def test_what_is_no_reply_is_a_typed_error(body, status, kind):
    with pytest.raises(InvokeError) as caught:
        parse(body, status=status)
    assert type(caught.value) is kind
    assert caught.value.request_id == "r1"
    assert "html" not in caught.value.message


def test_a_null_error_beside_a_reply_is_none():
    assert parse(reply({"content": "a"}, error=None)).text == "a"


def test_a_stream_that_nobody_asked_for_is_read_too():
    body = b'data: {"model":"m-1","choices":[{"delta":{"content":"hi"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
    assert parse(body).text == "hi"
    with pytest.raises(StreamIncomplete):
        parse(b'data: {"choices":[{"delta":{"content":"hi"}}]}\n\n')


@pytest.mark.parametrize(
    "raw, calls, refuses, unified",
    [
        ("stop", False, False, "stop"),
        ("stop", True, False, "tool_calls"),
        ("stop", False, True, "refusal"),
        ("length", True, False, "length"),
        ("LENGTH", False, False, "length"),
        ("eos_token", False, False, "stop"),
        ("sensitive", False, False, "content_filter"),
        ("insufficient_system_resource", False, False, "error"),
        ("repetition_truncation", False, False, "error"),
        ("repetition", True, False, "error"),
        ("MALFORMED_RESPONSE", False, False, "error"),
        ("MALFORMED_FUNCTION_CALL", False, False, "error"),
        ("function_call_filter: MALFORMED_FUNCTION_CALL", False, False, "error"),
        ("content_filter: RECITATION", False, False, "content_filter"),
        ("SPII", False, False, "content_filter"),
        ("guardrail_intervened", False, False, "content_filter"),
        ("time_limit", False, False, "length"),
        ("cancelled", False, False, "error"),
        ("timeout", False, False, "error"),
        ("normal", False, False, "stop"),
        ("end", True, False, "tool_calls"),
        ("novel", False, False, "other"),
        ("novel: stop", False, False, "other"),
        (None, False, False, "other"),
        (None, True, False, "tool_calls"),
    ],
)
def test_finish_words_are_unified_and_kept(raw, calls, refuses, unified):
    finish = parse_finish(raw, calls, refuses)
    assert (finish.unified, finish.raw) == (unified, raw)


@pytest.mark.parametrize(
    "usage, profile, expected",
    [
        ({}, Profile(), Usage()),
        (
            {"prompt_tokens": 10, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": 4, "audio_tokens": 1}},
            Profile(),
            Usage(InputUsage(10, 6, 4, None, 1), OutputUsage(5)),
        ),
        (
            {"prompt_tokens": 10, "prompt_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 2}},
            Profile(),
            Usage(InputUsage(10, 4, 4, 2)),
        ),
        ({"prompt_tokens": 10, "prompt_cache_hit_tokens": 3}, Profile(), Usage(InputUsage(10, 7, 3))),
        ({"prompt_tokens": 10, "cached_tokens": 3}, Profile(), Usage(InputUsage(10, 7, 3))),
        ({"prompt_tokens": 10, "cache": {"hit": 3}}, Profile(cached_tokens_pointers=("/cache/hit",)), Usage(InputUsage(10, 7, 3))),
        (
            {"completion_tokens": 9, "completion_tokens_details": {"reasoning_tokens": 4, "audio_tokens": 2}},
            Profile(),
            Usage(output=OutputUsage(9, 3, 4, 2)),
        ),
        (
            {"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 16, "completion_tokens_details": {"reasoning_tokens": 4}},
            Profile(),
            Usage(InputUsage(10), OutputUsage(6, 2, 4)),
        ),
        ({"prompt_tokens": -1, "completion_tokens": 10**12}, Profile(), Usage()),
        ({"prompt_tokens": True, "completion_tokens": "5"}, Profile(), Usage()),
        ({"num_search_queries": 2, "prompt_audio_seconds": 3}, Profile(), Usage(seconds=3, searches=2)),
    ],
)
def test_usage_is_read_wherever_it_stands(usage, profile, expected):
    found = parse_usage(usage, profile)
    assert (found.input, found.output, found.seconds, found.searches) == (
        expected.input,
        expected.output,
        expected.seconds,
        expected.searches,
    )
    assert found.raw == (usage or None)


@pytest.mark.parametrize(
    "fields, profile",
    [
        ({"x_groq": {"usage": {"prompt_tokens": 3}}}, Profile()),
        ({"odd": {"u": {"prompt_tokens": 3}}}, Profile(usage_pointers=("/odd/u",))),
    ],
)
def test_usage_in_odd_places_is_found(fields, profile):
    assert parse(reply({"content": "a"}, **fields), profile).usage.input.total == 3


def test_the_operation_sends_once_and_is_done():
    operation = CODEC.invoke(LLMCall("m", (UserMessage("x"),)), Endpoint("u", "m"))
    step = operation.receive(HttpResponse(ResponseHead(200), json.dumps(reply({"content": "a"})).encode()))
    assert isinstance(step, Done)
    assert step.result.text == "a"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.sampled_from(["", "a", "AA==", "stop"]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["text", "type", "url", "function", "x"]), inner, max_size=2)
    ),
    max_leaves=6,
)
_FIELDS = st.sampled_from([*KNOWN, "reasoning", "reasoning_details", "odd"])


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(_FIELDS, _JSON, max_size=4),
    st.dictionaries(st.sampled_from(["usage", "error", "id", "citations", "code"]), _JSON, max_size=2),
)
def test_no_reply_whatever_it_holds_breaks_the_parser(message, fields):
    try:
        found = parse(reply(message) | fields)
    except InvokeError:
        return
    render_messages((found.message,), Profile(return_reasoning="always"), CallWarnings(False))
