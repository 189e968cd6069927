import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelruntime.codecs.gather import gather
from modelruntime.codecs.openai.chat import CODEC
from modelruntime.codecs.openai.parse_message import parse_message
from modelruntime.codecs.openai.parse_reply import parse_reply
from modelruntime.codecs.openai.reply_context import ReplyContext
from modelruntime.codecs.openai.stream_chunk import KNOWN_OF_DELTA
from modelruntime.codecs.openai.stream_decoder import StreamDecoder
from modelruntime.codecs.operation import Endpoint
from modelruntime.codecs.replay_result import replay_result
from modelruntime.entities import events as e
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import BadRequest, RateLimited, ServerUnavailable, StreamIncomplete
from modelruntime.entities.http import HttpResponse, ResponseHead
from modelruntime.entities.messages import UserMessage
from modelruntime.entities.parts import MediaPart, ReasoningPart, SourcePart, TextPart, ToolCallPart
from modelruntime.schema.profile import Profile
from tests.codecs.openai.event_laws import check_laws, plain

HEAD = ResponseHead(200, (("x-request-id", "r1"),))
USAGE = {"prompt_tokens": 3, "completion_tokens": 2}
DONE = b"data: [DONE]\n\n"


def chunk(delta=None, finish=None, **fields):
    return {"id": "x1", "model": "m-1", "choices": [{"index": 0, "delta": delta or {}, "finish_reason": finish}], **fields}


def frame(value):
    return b"data: " + json.dumps(value, ensure_ascii=False).encode() + b"\n\n"


def stream(*deltas, finish="stop"):
    """The bytes of a whole stream with these deltas."""
    return (
        b"".join(frame(chunk(delta)) for delta in deltas) + frame(chunk({}, finish)) + frame({"choices": [], "usage": USAGE}) + DONE
    )


def decode(data, profile=None, pieces=None, **context):
    decoder = StreamDecoder(HEAD, ReplyContext(Endpoint("u", "m", profile or Profile(), provider="acme"), **context))
    found = [event for piece in (pieces or [data]) for event in decoder.feed(piece)]
    found += decoder.close()
    assert list(decoder.feed(data)) == []
    assert list(decoder.close()) == []
    check_laws(found)
    return found


def parts(*deltas, profile=None, finish="stop", **context):
    return gather(decode(stream(*deltas, finish=finish), profile, **context)).message.content


def call(index=0, id=None, name=None, arguments=None):  # noqa: A002
    found = {"index": index, "id": id, "function": {"name": name, "arguments": arguments}}
    return {key: value for key, value in found.items() if value is not None}


def calls(*pieces):
    return [
        (part.id, part.name, part.arguments)
        for part in parts(*({"tool_calls": [piece]} for piece in pieces))
        if isinstance(part, ToolCallPart)
    ]


def meta(**fields):
    return {"openai": fields}


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


THINK = Profile(think_tags=("<think>", "</think>"))
BEGINS_INSIDE = Profile(think_tags=("<think>", "</think>"), think_open=True)


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
        (frame({"error": {"type": "invalid_request_error", "message": "x"}}) + DONE, BadRequest),
        (BEFORE + frame({"error": "boom"}), ServerUnavailable),
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


_TEXT = st.text(st.characters(codec="utf-8"), max_size=6)
_CALL = st.fixed_dictionaries(
    {},
    optional={
        "index": st.integers(0, 2),
        "id": st.sampled_from(["a", "b", "c", ""]),
        "function": st.fixed_dictionaries({}, optional={"name": st.sampled_from(["f", "g", ""]), "arguments": _TEXT}),
    },
)
_DELTA = st.fixed_dictionaries(
    {},
    optional={
        "role": st.just("assistant"),
        "content": st.none() | _TEXT | st.sampled_from(["<think>", "</think>", "<thi", "nk>", "</", "think>"]),
        "reasoning_content": st.none() | _TEXT,
        "reasoning": st.none() | _TEXT,
        "refusal": st.none() | _TEXT,
        "tool_calls": st.none() | st.lists(_CALL, max_size=2),
        "annotations": st.just([{"type": "url_citation", "url_citation": {"url": "u"}}]),
        "vendor": st.integers(),
    },
)
_CHUNK = st.builds(
    lambda delta, finish, usage: chunk(delta, finish, usage=usage),
    _DELTA,
    st.sampled_from([None, None, None, "", "stop", "tool_calls"]),
    st.sampled_from([None, USAGE]),
)
_ODD = st.sampled_from(
    [
        b": ping\n\n",
        b"event: ping\ndata:\n\n",
        frame({"choices": []}),
        frame({"choices": None}),
        frame({"error": {"message": "x"}}),
        b"data: {\n\n",
        DONE,
        b"\r\n",
        frame({"choices": [{"index": 1, "delta": {"content": "z"}}]}),
        frame({"choices": [{"index": 0, "delta": None, "finish_reason": None}]}),
    ]
)
_STREAMS = st.lists(st.one_of(_CHUNK.map(frame), _CHUNK.map(frame), _CHUNK.map(frame), _ODD), max_size=10).map(b"".join)


@settings(max_examples=300, deadline=None)
@given(_STREAMS, st.sampled_from([Profile(), THINK, BEGINS_INSIDE, Profile(text_lstrip=True)]), st.data())
def test_any_chunks_cut_anywhere_keep_the_laws_and_give_the_same_events(data, profile, draw):
    whole = decode(data, profile)
    cuts = sorted(draw.draw(st.lists(st.integers(0, len(data)), max_size=5)))
    pieces = [data[start:end] for start, end in pairwise([0, *cuts, len(data)])]
    assert plain(decode(data, profile, pieces)) == plain(whole)
    assert plain(decode(data, profile, [data[at : at + 1] for at in range(len(data))] or [b""])) == plain(whole)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.sampled_from(["", "a", "AA==", "stop"]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["text", "type", "url", "function", "x"]), inner, max_size=2)
    ),
    max_leaves=6,
)
_ANY_DELTA = st.dictionaries(st.sampled_from([*KNOWN_OF_DELTA, "odd"]), _JSON, max_size=3)
_ANY_CHOICE = st.dictionaries(
    st.sampled_from(["index", "finish_reason", "logprobs", "error", "text", "message"]), _JSON, max_size=2
)
_ANY_CHUNK = st.dictionaries(
    st.sampled_from(["usage", "error", "citations", "model", "id", "created", "x_groq", "code", "msg"]), _JSON, max_size=2
)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(_ANY_CHUNK, _ANY_CHOICE, _ANY_DELTA) | st.tuples(_ANY_CHUNK, st.none(), st.none()), max_size=5))
def test_no_chunk_whatever_it_holds_breaks_the_laws(chunks):
    frames = [outer if choice is None else outer | {"choices": [choice | {"delta": delta}]} for outer, choice, delta in chunks]
    decode(b"".join(map(frame, frames)) + DONE)


@given(st.binary(max_size=60))
def test_no_bytes_break_the_laws(data):
    decode(b"data: " + data + b"\n\n")
    decode(data)


@pytest.mark.parametrize("odd", [b'"\xff"', b"[" * 5000 + b"]" * 5000])
def test_a_field_that_nobody_reads_may_be_unreadable(odd):
    data = b'data: {"choices": [{"delta": {"content": "a"}}], "odd": ' + odd + b"}\n\n" + stream()
    assert isinstance(decode(data)[-1], (e.FinishEvent, e.ErrorEvent))


@settings(max_examples=150, deadline=None)
@given(st.lists(_DELTA, max_size=8))
def test_text_and_calls_add_up_to_what_the_chunks_hold(deltas):
    for delta in deltas:
        delta.pop("tool_calls", None)
    found = gather(decode(stream(*deltas)))
    said = "".join((delta.get("content") or "") + (delta.get("refusal") or "") for delta in deltas)
    thought = "".join(delta.get("reasoning_content") or delta.get("reasoning") or "" for delta in deltas)
    assert (found.text, found.reasoning) == (said, thought)


@pytest.mark.parametrize(
    ("text", "reasoning", "said"),
    [
        ("hm\n</think>\n\nhi", "hm\n", "hi"),
        ("\n<think>\nhm</think>hi", "hm", "hi"),
        ("hm</think>a<think>b</think>c", "hmb", "ac"),
        ("<thin air</think>hi", "<thin air", "hi"),
        ("never closed", "never closed", ""),
        ("<thi", "<thi", ""),
        ("</think>hi", "", "hi"),
    ],
)
def test_a_text_may_begin_inside_the_tags(text, reasoning, said):
    whole = parse_message({"content": text}, "x1", ReplyContext(Endpoint("u", "m", BEGINS_INSIDE)))
    for deltas in ([text], text):
        streamed = gather(decode(stream(*({"content": piece} for piece in deltas)), BEGINS_INSIDE))
        assert (streamed.reasoning, streamed.text) == (reasoning, said)
        assert streamed.message.content == whole.content
    data = stream({"content": text})
    assert plain(decode(data, BEGINS_INSIDE, [data[at : at + 1] for at in range(len(data))])) == plain(decode(data, BEGINS_INSIDE))


def test_reasoning_in_a_field_of_its_own_means_that_the_text_begins_outside():
    streamed = parts({"reasoning_content": "hm"}, {"content": "hi"}, profile=BEGINS_INSIDE)
    message = {"reasoning_content": "hm", "content": "hi"}
    assert parse_message(message, "x1", ReplyContext(Endpoint("u", "m", BEGINS_INSIDE))).content == streamed
    assert streamed == (ReasoningPart("hm", meta(field="reasoning_content")), TextPart("hi"))


@pytest.mark.parametrize(("identifiers", "expected"), [(["a", "a"], "a"), (["", "b"], "b"), ([None, 7], "7"), ([None, None], None)])
def test_the_id_and_the_tier_are_the_same_streamed_and_whole(identifiers, expected):
    usage = USAGE | {"completion_tokens": 9, "completion_tokens_details": {"reasoning_tokens": 1, "image_tokens": 6}}
    first, last = identifiers
    data = frame(chunk({"content": "a"}) | {"id": first}) + frame(
        chunk({}, "stop", usage=usage, service_tier="flex") | {"id": last}
    )
    found = decode(data + DONE)
    streamed = gather(found)
    body = {"id": last, "choices": [{"message": {"content": "a"}, "finish_reason": "stop"}], "usage": usage, "service_tier": "flex"}
    whole = parse_reply(HttpResponse(HEAD, json.dumps(body).encode()), ReplyContext(Endpoint("u", "m")))
    assert streamed.response_id == whole.response_id == expected
    assert streamed.usage == whole.usage
    assert (whole.usage.tier, whole.usage.output.image, whole.usage.output.text) == ("flex", 6, 2)
    assert gather(replay_result(whole)).response_id == expected


def test_a_tier_without_usage_is_kept():
    found = gather(decode(frame(chunk({"content": "a"}, "stop", service_tier="flex")) + DONE))
    assert (found.usage.tier, found.usage.raw) == ("flex", None)
