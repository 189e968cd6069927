import json

import pytest

from modelruntime.codecs.gather import gather
from modelruntime.codecs.openai.chat import CODEC
from modelruntime.codecs.openai.parse_reply import parse_reply
from modelruntime.codecs.openai.reply_context import ReplyContext
from modelruntime.codecs.openai.stream_decoder import StreamDecoder
from modelruntime.codecs.operation import Endpoint
from modelruntime.codecs.replay_result import replay_result
from modelruntime.entities import events as e
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import BadRequest, RateLimited, ServerUnavailable, StreamIncomplete
from modelruntime.entities.http import HttpResponse
from modelruntime.entities.messages import UserMessage
from modelruntime.entities.parts import MediaPart, ReasoningPart, SourcePart, TextPart, ToolCallPart
from modelruntime.schema.profile import Profile
from tests.codecs.openai.event_laws import check_laws
from tests.codecs.openai.stream_frames import DONE, HEAD, THINK, USAGE, call, calls, chunk, decode, frame, meta, parts, stream


def test_a_plain_stream_event_by_event():
    found = decode(stream({"role": "assistant", "content": ""}, {"content": "he"}, {"content": "llo"}))
    assert found[:-1] == [
        e.StreamStart("m-1", "r1", response_id="x1"),
        e.TextStart("text-0"),
        e.TextDelta("text-0", "he"),
        e.TextDelta("text-0", "llo"),
        e.TextEnd("text-0", TextPart("hello")),
        e.UsageEvent(found[-2].usage),
    ]
    last = found[-1]
    assert isinstance(last, e.FinishEvent)
    assert (last.finish.unified, last.usage.input.total, last.warnings, last.model) == ("stop", 3, (), "m-1")
    assert (last.provider_metadata, last.response_id) == (None, "x1")


@pytest.mark.parametrize(
    "deltas, profile, expected",
    [
        (
            [{"reasoning_content": "a", "content": None}, {"reasoning_content": "b"}, {"content": "c"}],
            None,
            (ReasoningPart("ab", meta(field="reasoning_content")), TextPart("c")),
        ),
        ([{"reasoning": "a"}, {"content": "c"}], None, (ReasoningPart("a", meta(field="reasoning")), TextPart("c"))),
        (
            [{"thoughts": "a"}, {"content": "c"}],
            Profile(reasoning_field="thoughts"),
            (ReasoningPart("a", meta(field="thoughts")), TextPart("c")),
        ),
        (
            [{"content": "<th"}, {"content": "ink>\na</thi"}, {"content": "nk>\n\nc"}],
            THINK,
            (ReasoningPart("a", meta(field="tags")), TextPart("c")),
        ),
        ([{"content": "a <th"}], THINK, (TextPart("a <th"),)),
        ([{"content": " \n"}, {"content": " a"}], Profile(text_lstrip=True), (TextPart("a"),)),
        ([{"refusal": "n"}, {"refusal": "o"}], None, (TextPart("no", meta(refusal=True)),)),
        (
            [
                {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "a"}]}]},
                {"content": [{"type": "text", "text": "c"}]},
            ],
            None,
            (ReasoningPart("a", meta(field="content")), TextPart("c")),
        ),
        (
            [{"content": "c"}, {"annotations": [{"type": "url_citation", "url_citation": {"url": "u"}}]}],
            None,
            (TextPart("c"), SourcePart("u")),
        ),
        (
            [{"audio": {"id": "au", "data": "AA"}}, {"audio": {"data": "EC", "transcript": "h"}}, {"audio": {"transcript": "i"}}],
            None,
            (MediaPart(b"\x00\x01\x02", None, "au", "hi"),),
        ),
        (
            [{"images": [{"image_url": {"url": "data:image/png;base64,AA=="}}]}],
            None,
            (MediaPart("data:image/png;base64,AA==", "image/png"),),
        ),
        ([{"content": {"a": 1}}], None, (TextPart('{"a":1}'),)),
    ],
)
def test_what_deltas_hold_becomes_parts(deltas, profile, expected):
    assert parts(*deltas, profile=profile) == expected


@pytest.mark.parametrize(
    "pieces, expected",
    [
        ([call(0, "a", "f", ""), call(0, arguments='{"x'), call(0, arguments='":1}')], [("a", "f", '{"x":1}')]),
        (
            [call(0, "a", "f"), call(1, "b", "g"), call(1, arguments="2"), call(0, arguments="1")],
            [("a", "f", "1"), ("b", "g", "2")],
        ),
        ([call(0, "a", "f", "1"), call(0, "b", "g", "2")], [("a", "f", "1"), ("b", "g", "2")]),
        ([call(0, "a", "f", "1"), call(0, "a", "f", "2")], [("a", "f", "12")]),
        ([call(0, "a", "f", "1"), call(0, "b", arguments="2")], [("a", "f", "12")]),
        ([call(None, "a", "f", "1"), call(None, arguments="2"), call(None, "b", "g", "3")], [("a", "f", "12"), ("b", "g", "3")]),
        (
            [call(None, "a", "f", "1"), call(None, "b", "g", "2"), call(None, "a", arguments="3")],
            [("a", "f", "13"), ("b", "g", "2")],
        ),
        ([call(0, "a", "f", {"x": 1})], [("a", "f", '{"x":1}')]),
        ([call(0, "a", "f")], [("a", "f", "")]),
        ([call(0, "a", arguments="1"), call(0, name="f", arguments="2")], [("a", "f", "12")]),
        ([call(0, "a", arguments="1")], [("a", "", "1")]),
    ],
)
def test_tool_calls_are_put_together_whatever_is_missing(pieces, expected):
    assert calls(*pieces) == expected


def test_calls_without_ids_get_some_that_differ():
    found = calls(call(0, None, "f", "1"), call(1, None, "f", "2"))
    assert [arguments for _, _, arguments in found] == ["1", "2"]
    assert found[0][0] != found[1][0]
    assert found == calls(call(0, None, "f", "1"), call(1, None, "f", "2"))
    unnumbered = calls(call(None, None, "f", "1"), call(None, None, "g", "2"))
    assert [(name, arguments) for _, name, arguments in unnumbered] == [("f", "1"), ("g", "2")]


def test_a_signature_beside_a_call_is_kept():
    piece = call(0, "a", "f", "{}") | {"extra_content": {"s": 1}}
    assert parts({"tool_calls": [piece]}) == (ToolCallPart("a", "f", "{}", meta(extra_content={"s": 1})),)


def test_a_function_call_without_a_name_streams_nothing():
    assert parts({"content": "a", "function_call": {"name": "", "arguments": ""}}) == parts({"content": "a"})


def test_legacy_function_calls_stream_too():
    found = parts({"function_call": {"name": "f", "arguments": ""}}, {"function_call": {"arguments": "{}"}}, finish="function_call")
    assert [(part.name, part.arguments) for part in found if isinstance(part, ToolCallPart)] == [("f", "{}")]


def test_the_forced_output_tool_streams_as_text():
    found = gather(
        decode(
            stream(
                {"tool_calls": [call(0, "a", "answer", '{"a"')]}, {"tool_calls": [call(0, arguments=":1}")]}, finish="tool_calls"
            ),
            output_tool="answer",
        )
    )
    assert (found.text, found.tool_calls, found.finish.unified) == ('{"a":1}', (), "stop")


def test_a_vendors_stop_after_tool_calls_is_tool_calls():
    finish = decode(stream({"tool_calls": [call(0, "a", "f", "{}")]}))[-1].finish
    assert (finish.unified, finish.raw) == ("tool_calls", "stop")


def test_unknown_fields_of_deltas_and_chunks_are_kept():
    pieces = [
        {"text": "a", "index": 0, "type": "reasoning.text"},
        {"text": "b", "index": 0, "type": "reasoning.text", "signature": "s"},
    ]
    data = frame(chunk({"reasoning": "ab", "reasoning_details": pieces[:1]}, odd=1)) + stream(
        {"reasoning_details": pieces[1:], "own": 2}, {"own": 3}
    )
    found = gather(decode(data))
    details = [{"text": "ab", "index": 0, "type": "reasoning.text", "signature": "s"}]
    assert found.message.provider_metadata == meta(reasoning_details=details, own=3)
    assert found.provider_metadata == meta(odd=1)


def test_sources_that_come_with_every_chunk_are_told_once():
    data = frame(chunk({"content": "a"}, citations=["u"])) + frame(chunk({"content": "b"}, "stop", citations=["u", "v"])) + DONE
    assert gather(decode(data, Profile(stream_usage="never"))).message.content == (TextPart("ab"), SourcePart("u"), SourcePart("v"))


@pytest.mark.parametrize("usage_at", ["every chunk", "finish", "x_groq", "never"])
def test_usage_is_found_wherever_it_comes(usage_at):
    every = {"usage": USAGE} if usage_at == "every chunk" else {"usage": None}
    last = (
        {"usage": USAGE} if usage_at in ("every chunk", "finish") else {"x_groq": {"usage": USAGE}} if usage_at == "x_groq" else {}
    )
    found = gather(decode(frame(chunk({"content": "a"}, **every)) + frame(chunk({}, "stop", **last)) + DONE))
    assert found.usage.input.total == (None if usage_at == "never" else 3)
    assert [w.kind for w in found.warnings] == (["incomplete"] if usage_at == "never" else [])


def test_log_probabilities_add_up():
    one = chunk({"content": "a"})
    one["choices"][0]["logprobs"] = {"content": [{"token": "a", "logprob": -1.0, "top_logprobs": []}]}
    found = gather(decode(frame(one) + frame(one) + stream()))
    assert [row.token for row in found.logprobs or ()] == ["a", "a"]


def test_only_the_first_of_several_choices_streams():
    other = {"choices": [{"index": 1, "delta": {"content": "other"}, "finish_reason": "stop"}]}
    found = gather(decode(frame(chunk({"content": "a"})) + frame(other) + stream({"content": "b"})))
    assert found.text == "ab"
    assert "dropped" in [warning.kind for warning in found.warnings]


FINISHED = frame(chunk({"content": "a"})) + frame(chunk({}, "stop", usage=USAGE))


def test_a_missing_done_after_the_finish_is_a_warning():
    assert [warning.kind for warning in decode(FINISHED)[-1].warnings] == ["incomplete"]
    assert decode(FINISHED + DONE)[-1].warnings == ()


def test_what_follows_done_is_not_read():
    found = decode(FINISHED + DONE + frame(chunk({"content": "late"})) + DONE)
    assert gather(found).text == "a"
    assert found == decode(FINISHED + DONE)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        frame(chunk({"content": "a"})),
        frame(chunk({"tool_calls": [call(0, "a", "f", "{")]})),
        frame(chunk({"content": "a"})) + DONE,
    ],
)
def test_an_end_before_the_finish_is_incomplete(data):
    last = decode(data)[-1]
    assert isinstance(last, e.ErrorEvent)
    assert isinstance(last.error, StreamIncomplete)
    assert (last.error.provider, last.error.request_id) == ("acme", "r1")


def test_an_endpoint_without_finish_reasons_ends_with_done():
    profile = Profile(stream_terminal="done")
    data = frame(chunk({"content": "a"}, usage=USAGE))
    assert decode(data + DONE, profile)[-1].finish.raw is None
    assert isinstance(decode(data, profile)[-1], e.ErrorEvent)


BEFORE = frame(chunk({"content": "a"}))


@pytest.mark.parametrize(
    "data, kind",
    [
        (BEFORE + frame({"error": {"code": 429, "message": "slow"}}), RateLimited),
        (BEFORE + b"event: error\n" + frame({"error": {"type": "server_error", "message": "x"}}), ServerUnavailable),
        (BEFORE + b"event: error\n" + frame({"type": "rate_limit_error", "message": "x"}), RateLimited),
        (BEFORE + b"event: error\n" + frame({"description": "x"}), ServerUnavailable),
        (frame({"error": {"type": "invalid_request_error", "message": "x"}}) + DONE, BadRequest),
        (BEFORE + frame({"error": "boom"}), ServerUnavailable),
        (BEFORE + frame({"object": "error", "message": "x", "type": "invalid_request_error", "code": None}), BadRequest),
        (BEFORE + frame({"code": 1301, "msg": "no"}), ServerUnavailable),
        (
            BEFORE + frame({"choices": [{"delta": {}, "finish_reason": "error", "error": {"code": 429, "message": "x"}}]}),
            RateLimited,
        ),
        (BEFORE + b'data: {"choices": [\n\n', ServerUnavailable),
        (BEFORE + b"data: oops\n\n", ServerUnavailable),
        (BEFORE + b'data: {"choices": [{"delta": {"content": "\xff"}}]}\n\n', ServerUnavailable),
        (BEFORE + b'data: {"choices": "none"}\n\n', ServerUnavailable),
        (FINISHED + frame({"error": {"code": 500, "message": "x"}}), ServerUnavailable),
    ],
)
def test_a_failure_in_the_stream_is_typed_and_ends_it(data, kind):
    last = decode(data + frame(chunk({"content": "late"}, "stop")))[-1]
    assert isinstance(last, e.ErrorEvent)
    assert type(last.error) is kind
    assert last.error.request_id == "r1"


@pytest.mark.parametrize(
    "body, kind", [(b"<html>log in</html>", ServerUnavailable), (b'{"error": {"code": 429, "message": "x"}}', RateLimited)]
)
def test_a_body_that_is_no_stream_is_typed(body, kind):
    (only,) = decode(body, pieces=[body[:3], body[3:]])
    assert isinstance(only, e.ErrorEvent)
    assert type(only.error) is kind


def test_an_event_without_end_is_a_failure():
    decoder = StreamDecoder(HEAD, ReplyContext(Endpoint("u", "m")))
    found = [event for _ in range(40) for event in decoder.feed(b"data: " + b"x" * 2**20)]
    assert [type(event) for event in found] == [e.ErrorEvent]


def test_a_whole_reply_where_a_stream_was_asked_for_is_told_as_one():
    body = json.dumps(
        {"model": "m-1", "choices": [{"message": {"content": "hi", "reasoning": "r"}, "finish_reason": "stop"}], "usage": USAGE}
    ).encode()
    found = decode(body, pieces=[body[:5], body[5:]])
    assert (gather(found).text, gather(found).reasoning) == ("hi", "r")


def test_a_result_told_as_a_stream_gathers_to_itself():
    message = {
        "content": "hi",
        "reasoning": "r",
        "odd": 1,
        "tool_calls": [call(0, "a", "f", "{}")],
        "images": [{"image_url": {"url": "u"}}],
    }
    body = json.dumps(
        {"id": "x1", "model": "m-1", "choices": [{"message": message, "finish_reason": "stop"}], "citations": ["u"], "usage": USAGE}
    ).encode()
    result = parse_reply(HttpResponse(HEAD, body), ReplyContext(Endpoint("u", "m")))
    told = replay_result(result)
    check_laws(told)
    gathered = gather(told)
    assert gathered.raw is None
    kept = ("message", "finish", "usage", "model", "provider_metadata", "request_id", "response_id")
    assert [getattr(gathered, name) for name in kept] == [getattr(result, name) for name in kept]


def test_gathering_an_unfinished_stream_is_an_error():
    with pytest.raises(StreamIncomplete):
        gather([e.StreamStart("m")])


def test_warnings_of_the_request_come_first():
    endpoint = Endpoint("u", "m", Profile(drop=("seed",)))
    decoder = CODEC.stream(LLMCall("m", (UserMessage("x"),), parameters={"seed": 1}), endpoint).decoder(HEAD)
    found = [*decoder.feed(stream({"content": "a"})), *decoder.close()]
    assert isinstance(found[0], e.StreamStart)
    assert [warning.field for warning in found[0].warnings] == ["seed"]
    assert [warning.field for warning in gather(found).warnings] == ["seed"]
