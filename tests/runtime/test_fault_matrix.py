"""What a vendor may do to a call, and what becomes of it: alone, with a fallback, whole and streamed, in both colours.

A fault before the commit point is tried again (three requests alone) and goes to the fallback; after it, it is raised as it
is (one request, with a fallback too); what would fail again is not tried again on the same target.
"""

from __future__ import annotations

import json
import math
from typing import Any, NamedTuple

import pytest

from modelruntime import (
    BadRequest,
    ContentFiltered,
    ContextLengthExceeded,
    InvokeError,
    ModelNotFound,
    RateLimited,
    ServerUnavailable,
    StreamIncomplete,
    TextDelta,
    TimedOut,
    Unauthorized,
)
from modelruntime.codecs.gather import gather
from tests.runtime.colours import Colour
from tests.runtime.scripted import GREETING, USAGE, answer, chat, frame, stream

pytestmark = pytest.mark.usefixtures("clock")
COLOURS = pytest.mark.parametrize("colour", ["sync", "async"])

ROLE, HEL, LO, STOP, DONE = GREETING
AGAIN, ELSEWHERE, NEVER = "again", "elsewhere", "never"


class Fault(NamedTuple):
    """A reply and what it must become: the class, whether the error calls itself retryable, and what may follow."""

    name: str
    reply: Any
    kind: type[InvokeError]
    follows: str = AGAIN
    retryable: bool = True
    shown: str = ""
    """The text that a stream shows before it fails; with some, nothing may follow."""


def page(status: int = 200) -> Any:
    return answer(b"<!DOCTYPE html><html><title>Log in</title></html>", status, content_type="text/html")


def refused(status: int, code: Any = None, message: str = "no", **headers: str) -> Any:
    return answer({"error": {"message": message, "code": code}}, status, **headers)


def events(*chunks: bytes) -> Any:
    return answer(b"".join(chunks), content_type="text/event-stream")


ANY_WAY = (
    Fault("14 a body that is no JSON", answer(b'{"choices": [{"mess'), ServerUnavailable),
    Fault("14 a JSON value of another kind", answer([1, 2]), ServerUnavailable),
    Fault("14 nesting without end", answer(b"[" * 100_000), ServerUnavailable),
    Fault("25 an error as success", refused(200, "rate_limit_exceeded"), RateLimited),
    Fault("25 a vendor's code as success", answer({"code": 1301, "msg": "busy"}), ServerUnavailable),
    Fault("25 a wrong key as success", refused(200, "invalid_api_key"), Unauthorized, ELSEWHERE, retryable=False),
    Fault("26 a page", page(), ServerUnavailable),
    Fault("29 no quota left", refused(429, "insufficient_quota"), RateLimited, ELSEWHERE, retryable=False),
    Fault("29 rate limited without a hint", answer(b"", 429), RateLimited),
    *(Fault(f"31 HTTP {status} as a page", page(status), ServerUnavailable) for status in (500, 502, 503, 529)),
    Fault("31 HTTP 504 as a page", page(504), TimedOut),
    *(Fault(f"32 HTTP {status}", refused(status), Unauthorized, ELSEWHERE, retryable=False) for status in (401, 402, 403)),
    *(Fault(f"33 HTTP {status}", refused(status), BadRequest, NEVER, retryable=False) for status in (400, 413, 422)),
    Fault("33 HTTP 404", refused(404), ModelNotFound, ELSEWHERE, retryable=False),
    Fault("33 too long", refused(400, "context_length_exceeded"), ContextLengthExceeded, ELSEWHERE, retryable=False),
    Fault("33 filtered", refused(400, "content_filter"), ContentFiltered, ELSEWHERE, retryable=False),
    Fault("34 HTTP 408", refused(408), TimedOut),
    *(Fault(f"34 HTTP {status}", refused(status), ServerUnavailable) for status in (409, 425)),
    *(
        Fault(
            f"35 HTTP {status}",
            answer(b"", status, location="http://169.254.169.254/"),
            ServerUnavailable,
            ELSEWHERE,
            retryable=False,
        )
        for status in (301, 302, 307, 308)
    ),
    Fault("38 no choices", answer({"id": "c1", "choices": []}), ServerUnavailable),
    Fault("38 null choices", answer({"id": "c1", "choices": None}), ServerUnavailable),
)
WHOLE = (
    *ANY_WAY,
    Fault("14 an empty body", answer(b""), ServerUnavailable),
    Fault("27 events that are cut", events(ROLE, HEL), StreamIncomplete),
    Fault("27 events that hold an error", events(ROLE, b'data: {"error": {"code": 503}}\n\n'), ServerUnavailable),
)
STREAMED = (
    *ANY_WAY,
    Fault("15 a frame that is no JSON", stream(ROLE, b"data: {oops\n\n", HEL, LO, STOP, DONE), ServerUnavailable),
    Fault("15 the same after some text", stream(ROLE, HEL, b"data: {oops\n\n", LO, STOP), ServerUnavailable, shown="Hel"),
    Fault("15 a word in place of a frame", stream(ROLE, b"data: oops\n\n"), ServerUnavailable),
    Fault("16 cut before any text", stream(ROLE), StreamIncomplete),
    Fault("16 no bytes at all", stream(), StreamIncomplete),
    Fault("16 cut in the text", stream(ROLE, HEL), StreamIncomplete, shown="Hel"),
    Fault("16 cut in a frame", stream(ROLE, HEL, LO[:-9]), StreamIncomplete, shown="Hel"),
    Fault("16 done before the finish reason", stream(ROLE, HEL, DONE), StreamIncomplete, shown="Hel"),
    Fault("19 bytes that are no UTF-8", stream(ROLE, frame({"content": "x"}).replace(b"x", b"\xff")), ServerUnavailable),
    Fault("22 an event without end", stream(b"data: ", *[b"x" * 2**20] * 17), ServerUnavailable),
    Fault("22 the same after some text", stream(ROLE, HEL, b"data: {", *[b"x" * 2**20] * 17), ServerUnavailable, shown="Hel"),
    Fault("25 an error event", stream(b'data: {"error": {"message": "busy", "code": 503}}\n\n'), ServerUnavailable),
    Fault(
        "25 an error event after some text",
        stream(ROLE, HEL, b'data: {"error": {"code": 503}}\n\n'),
        ServerUnavailable,
        shown="Hel",
    ),
    Fault("25 a named error event", stream(b'event: error\ndata: {"message": "busy", "code": 503}\n\n'), ServerUnavailable),
    Fault("26 a page as an event stream", stream(b"<html>", b"</html>"), ServerUnavailable),
    Fault("38 frames without choices only", stream(b'data: {"id": "c1", "choices": []}\n\n', DONE), StreamIncomplete),
)


def spare() -> Any:
    return chat("from the spare")


def spare_stream() -> Any:
    return stream(frame({"content": "from the spare"}), STOP, DONE)


def requests_of(fault: Fault, *, alone: bool) -> int:
    if fault.shown or fault.follows == NEVER or (alone and fault.follows == ELSEWHERE):
        return 1
    return 3 if alone else 2


def check(fault: Fault, error: InvokeError, colour: Colour) -> None:
    assert type(error) is fault.kind
    assert error.retryable is fault.retryable
    assert (error.provider, error.model) == ("acme", "talker")
    assert not any(secret in str(error) for secret in ("sk-acme", "<", "oops", "xxx", "Log in"))
    assert len(str(error)) < 500
    assert len(colour.transport.requests) == requests_of(fault, alone=True)


@COLOURS
@pytest.mark.parametrize("fault", WHOLE, ids=lambda fault: fault.name)
def test_a_whole_answer_alone(colour, fault):
    world = Colour(colour, *[fault.reply] * 3)
    with pytest.raises(InvokeError) as raised:
        world.run(world.runtime.llm("acme/talker").invoke("Hello"))
    check(fault, raised.value, world)


@COLOURS
@pytest.mark.parametrize("fault", WHOLE, ids=lambda fault: fault.name)
def test_a_whole_answer_with_a_fallback(colour, fault):
    world = Colour(colour, fault.reply, spare())
    start = lambda: world.runtime.llm("acme/talker").invoke("Hello", fallbacks=["backup/spare"])  # noqa: E731
    if fault.follows == NEVER:
        with pytest.raises(fault.kind):
            world.run(start())
    else:
        assert world.run(start()).text == "from the spare"
    assert len(world.transport.requests) == requests_of(fault, alone=False)


@COLOURS
@pytest.mark.parametrize("fault", STREAMED, ids=lambda fault: fault.name)
def test_a_stream_alone(colour, fault):
    world = Colour(colour, *[fault.reply] * 3)
    with pytest.raises(InvokeError) as raised:
        world.read(lambda: world.runtime.llm("acme/talker").stream("Hello"))
    check(fault, raised.value, world)
    assert all(reply.closed for reply in world.transport.replies)


@COLOURS
@pytest.mark.parametrize("fault", STREAMED, ids=lambda fault: fault.name)
def test_a_stream_with_a_fallback(colour, fault):
    world = Colour(colour, fault.reply, spare_stream())
    start = lambda: world.runtime.llm("acme/talker").stream("Hello", fallbacks=["backup/spare"])  # noqa: E731
    if fault.follows == NEVER or fault.shown:
        seen = []
        with pytest.raises(fault.kind):
            world.read(start, into=seen)
        assert "".join(event.text for event in seen if isinstance(event, TextDelta)) == fault.shown
    else:
        assert gather(world.read(start)).text == "from the spare"
    assert len(world.transport.requests) == requests_of(fault, alone=False)
    assert all(reply.closed for reply in world.transport.replies)


def call(index: int | None, name: str | None, arguments: str | None, **more: Any) -> dict[str, Any]:
    return {"tool_calls": [{"index": index, "function": {"name": name, "arguments": arguments}, **more}]}


def chunks(data: bytes) -> Any:
    """A stream that comes byte by byte."""
    return stream(*[data[at : at + 1] for at in range(len(data))])


PLAIN = b"".join(GREETING)
TOOLS = b"".join(
    [
        frame(call(0, "get", None, id="a")),
        frame(call(1, "put", "", id="b")),
        frame(call(0, None, '{"city": "K\\u00')),
        frame(call(1, None, '{"x":')),
        frame(call(0, None, "f6ln \\")),
        frame(call(1, None, " 1")),
        frame(call(0, None, '""}')),
        frame(call(1, None, "}")),
        frame({}, "tool_calls", **USAGE),
        DONE,
    ]
)


class Quirk(NamedTuple):
    """A reply that is odd and whole: its text, and the kinds of warnings that it earns."""

    name: str
    reply: Any
    text: str = "Hello"
    warnings: tuple[str, ...] = ()


QUIRKS = (
    Quirk("17 no done mark", stream(*GREETING[:-1]), warnings=("incomplete",)),
    Quirk("18 two done marks", stream(*GREETING, DONE)),
    Quirk("18 data after the done mark", stream(*GREETING, frame({"content": "!"}), b"data: {oops\n\n")),
    Quirk("19 a letter split over chunks", chunks(frame({"content": "Hell\u00f6"}) + STOP + DONE), "Hell\u00f6"),
    Quirk(
        "19 the same unescaped",
        chunks(frame({"content": "Hell_"}).replace(b"_", "\u00f6\U0001f600".encode()) + STOP + DONE),
        "Hell\u00f6\U0001f600",
    ),
    Quirk("20 CRLF", stream(PLAIN.replace(b"\n", b"\r\n"))),
    Quirk("20 CR", stream(PLAIN.replace(b"\n", b"\r"))),
    Quirk("20 CRLF byte by byte", chunks(PLAIN.replace(b"\n", b"\r\n"))),
    Quirk("20 all line ends", stream(ROLE, HEL.replace(b"\n", b"\r\n"), LO.replace(b"\n", b"\r"), STOP, DONE)),
    Quirk("20 a byte order mark", stream(b"\xef\xbb\xbf", PLAIN)),
    Quirk("20 no space after the colon", stream(PLAIN.replace(b"data: ", b"data:"))),
    Quirk("20 one event in several data lines", stream(PLAIN.replace(b'"object"', b'\ndata: "object"'))),
    Quirk(
        "21 comments and pings",
        stream(b": hi\n\n", ROLE, HEL, b"event: ping\ndata:\n\n", b"\n\n\n", LO, b"retry: 3\n\n", STOP, DONE),
    ),
    Quirk("27 a whole answer where events were asked for", chat("Hello")),
    Quirk("27 events named as JSON", stream(*GREETING, content_type="application/json")),
    Quirk("36 no usage", stream(HEL, LO, frame({}, "stop"), DONE), warnings=("incomplete",)),
    Quirk("36 null usage", stream(HEL, LO, frame({}, "stop", usage=None), DONE), warnings=("incomplete",)),
    Quirk(
        "36 usage after the finish",
        stream(
            HEL, LO, frame({}, "stop"), b'data: {"choices": [], **U}\n\n'.replace(b"**U", json.dumps(USAGE)[1:-1].encode()), DONE
        ),
    ),
    Quirk("38 two choices", stream(HEL, LO.replace(b'"index": 0', b'"index": 1'), LO, STOP, DONE), warnings=("dropped",)),
    Quirk("38 no choices first", stream(b'data: {"id": "", "choices": [], "prompt_filter_results": []}\n\n', *GREETING)),
    Quirk("38 null deltas", stream(frame(None), HEL, frame({"content": None}), LO, STOP, DONE)),
)


@COLOURS
@pytest.mark.parametrize("quirk", QUIRKS, ids=lambda quirk: quirk.name)
def test_what_is_odd_but_whole_is_taken(colour, quirk):
    world = Colour(colour, quirk.reply)
    found = gather(world.read(lambda: world.runtime.llm("acme/talker").stream("Hello", fallbacks=["backup/spare"])))
    assert (found.text, found.finish.unified) == (quirk.text, "stop")
    assert tuple(warning.kind for warning in found.warnings) == quirk.warnings
    assert len(world.transport.requests) == 1


@COLOURS
def test_events_where_a_whole_answer_was_asked_for_are_taken(colour):
    world = Colour(colour, events(*GREETING))
    assert world.run(world.runtime.llm("acme/talker").invoke("Hello")).text == "Hello"


@COLOURS
@pytest.mark.parametrize("reply", [stream(TOOLS), chunks(TOOLS)], ids=["at once", "byte by byte"])
def test_calls_that_interleave_and_split_in_an_escape_are_put_together(colour, reply):
    world = Colour(colour, reply)
    tools = [{"type": "function", "function": {"name": name}} for name in ("get", "put")]
    found = gather(world.read(lambda: world.runtime.llm("acme/talker").stream("Hello", tools=tools)))
    assert [(one.id, one.name, one.json()) for one in found.tool_calls] == [
        ("a", "get", {"city": 'K\u00f6ln "'}),
        ("b", "put", {"x": 1}),
    ]


@COLOURS
def test_calls_without_ids_get_some_and_broken_arguments_stay_as_they_came(colour):
    world = Colour(colour, stream(frame(call(0, "get", '{"a":')), frame(call(1, "get", "")), frame({}, "tool_calls"), DONE))
    first, second = gather(world.read(lambda: world.runtime.llm("acme/talker").stream("Hello"))).tool_calls
    assert len({first.id, second.id, ""}) == 3
    assert (first.arguments, second.arguments) == ('{"a":', "")


@COLOURS
@pytest.mark.parametrize("tokens", [None, -5, 10**40, 1.5, "7", True, {}, []])
@pytest.mark.parametrize("asked", ["whole", "streamed"])
def test_absurd_usage_is_unknown_usage(colour, tokens, asked):
    usage = {"usage": {"prompt_tokens": tokens, "completion_tokens": tokens, "prompt_tokens_details": tokens}}
    body = {"choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}], **usage}
    world = Colour(colour, answer(body) if asked == "whole" else stream(HEL, LO, frame({}, "stop", **usage), DONE))
    model = world.runtime.llm("acme/talker")
    found = world.run(model.invoke("Hi")) if asked == "whole" else gather(world.read(lambda: model.stream("Hi")))
    assert found.text == "Hello"
    assert (found.usage.input.total, found.usage.output.total, found.cost.total) == (None, None, None)


@COLOURS
@pytest.mark.parametrize(
    ("value", "waits"),
    [
        ("2", [2.0]),
        ("0", [0.0]),
        ("-3", None),
        ("nan", None),
        ("soon", None),
        ("", None),
        ("315360000", [60.0]),
        ("1e400", [60.0]),
        ("Sun, 06 Nov 1994 08:49:37 GMT", None),
    ],
)
def test_how_long_a_vendor_asks_to_wait_is_clamped(colour, clock, value, waits):
    world = Colour(colour, answer({"error": {}}, 429, retry_after=value), chat("later"))
    assert world.run(world.runtime.llm("acme/talker").invoke("Hello")).text == "later"
    assert all(math.isfinite(second) and 0 <= second <= 60 for second in clock.slept)
    if waits is not None:
        assert [second for second in clock.slept if second] == [second for second in waits if second]


def vectors(*rows: Any, **more: Any) -> Any:
    return answer({"model": "m", "data": list(rows), **more})


def row(index: Any, vector: Any) -> dict[str, Any]:
    return {"index": index, "embedding": vector}


def embed(runtime: Any) -> Any:
    return runtime.text_embedding("acme/embedder").invoke(["a", "b"])


def rank(runtime: Any) -> Any:
    return runtime.rerank("acme/ranker").invoke("q", ["a", "b"])


def judge(runtime: Any) -> Any:
    return runtime.moderation("acme/judge").invoke("a")


def speak(runtime: Any) -> Any:
    return runtime.tts("acme/mouth").invoke("a")


def hear(runtime: Any) -> Any:
    return runtime.speech2text("acme/ear").invoke(b"RIFF....WAVE....")


def ranked(*rows: Any) -> Any:
    return answer({"results": list(rows)})


def score(index: Any, value: Any) -> dict[str, Any]:
    return {"index": index, "relevance_score": value}


def judged(*results: Any) -> Any:
    return answer({"id": "x", "results": list(results)})


OTHER_TYPES = (
    *(
        (f"{kind.__name__} {name}", kind, reply)
        for kind in (embed, rank, judge, hear)
        for name, reply in (
            ("14 no JSON", answer(b'{"results": [')),
            ("14 an empty body", answer(b"")),
            ("14 an empty object", answer({})),
            ("25 an error as success", answer({"error": {"message": "busy", "code": 503}})),
            ("26 a page", page()),
        )
    ),
    ("embed 39 too few vectors", embed, vectors(row(0, [1.0]))),
    ("embed 39 too many vectors", embed, vectors(row(0, [1.0]), row(1, [1.0]), row(2, [1.0]))),
    ("embed 39 an index twice", embed, vectors(row(0, [1.0]), row(0, [1.0]))),
    ("embed 39 an index outside", embed, vectors(row(0, [1.0]), row(5, [1.0]))),
    ("embed 39 a null number", embed, vectors(row(0, [1.0]), row(1, [None]))),
    ("embed 39 not a number", embed, answer(b'{"data": [{"index": 0, "embedding": [NaN]}, {"index": 1, "embedding": [1]}]}')),
    (
        "embed 39 a number beyond floats",
        embed,
        answer(b'{"data": [{"index": 0, "embedding": [1e999]}, {"index": 1, "embedding": [1]}]}'),
    ),
    ("embed 39 two dimensions", embed, vectors(row(0, [1.0]), row(1, [1.0, 2.0]))),
    ("embed 39 empty vectors", embed, vectors(row(0, []), row(1, []))),
    ("embed 39 text that is no base64", embed, vectors(row(0, "!!"), row(1, "!!"))),
    ("embed 39 half a number", embed, vectors(row(0, "AAA="), row(1, "AAA="))),
    ("rank 40 an index outside", rank, ranked(score(0, 0.5), score(2, 0.5))),
    ("rank 40 a negative index", rank, ranked(score(0, 0.5), score(-1, 0.5))),
    ("rank 40 a row short", rank, ranked(score(0, 0.5))),
    ("rank 40 a row twice", rank, ranked(score(0, 0.5), score(0, 0.5))),
    ("rank 40 a null score", rank, ranked(score(0, 0.5), score(1, None))),
    ("rank 40 no rows", rank, ranked()),
    ("judge 40 no results", judge, judged()),
    ("judge 40 null results", judge, answer({"results": None})),
    ("judge 40 a result without a judgement", judge, judged({"categories": {}})),
    ("speak 41 no audio", speak, answer(b"", content_type="audio/mpeg")),
    ("speak 41 an error named as audio", speak, answer({"error": {"message": "busy", "code": 503}}, content_type="audio/mpeg")),
    ("speak 41 a page", speak, page()),
    ("speak 41 a sound cut short", speak, answer(b"RIFF\xff\x00\x00\x00WAVEfmt ", content_type="audio/wav")),
    ("hear 41 a null text", hear, answer({"text": None})),
)


@COLOURS
@pytest.mark.parametrize(("name", "work", "reply"), OTHER_TYPES, ids=[name for name, _, _ in OTHER_TYPES])
def test_the_other_types_never_give_a_wrong_answer(colour, name, work, reply):
    world = Colour(colour, *[reply] * 3)
    with pytest.raises(InvokeError) as raised:
        world.run(work(world.runtime))
    assert type(raised.value) in (ServerUnavailable, StreamIncomplete)
    assert raised.value.retryable
    assert raised.value.provider == "acme"
    assert len(world.transport.requests) == 3


@COLOURS
def test_vectors_come_back_in_the_order_of_the_inputs(colour):
    world = Colour(colour, vectors(row(1, [2.0]), row(0, [1.0])))
    assert [list(vector) for vector in world.run(embed(world.runtime)).vectors] == [[1.0], [2.0]]


@COLOURS
def test_a_category_that_nobody_knows_still_flags(colour):
    world = Colour(colour, judged({"flagged": False, "categories": {"new-harm": True}}))
    found = world.run(judge(world.runtime))
    assert found.flagged
    assert found.categories["new-harm"].flagged


@COLOURS
def test_silence_is_an_empty_transcript(colour):
    world = Colour(colour, answer({"text": ""}))
    assert world.run(hear(world.runtime)).text == ""
