"""Rows of the matrix in which the vendor of a chat model misbehaves."""

from __future__ import annotations

import gzip
import json
import zlib

from tests.faults.gateway.fault import HASTY, Fault, Pair, Place, Plays, Setup, breaks, ends, fails, passes
from tests.faults.gateway.wire import CANARY, END, FIRST, SAID, SECOND, Wire, begun, openai_chunk, sent
from tests.simulators.raw_server import CHUNKED, Answering, Drip, Flood, answer, chunk

HEAD_OF_JSON = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
ONLY_STREAMS = "only a stream can do that"
ONLY_WHOLE = "a stream has no body to be cut before its first event: see row 8"
SMALL = Setup(max_response_bytes=2**20)
IMPATIENT_TOTAL = 0.6


def always(*script: object) -> Plays:
    """The same whatever is asked."""
    return lambda wire, stream: [script]  # type: ignore[list-item]


def split(whole: Plays, stream: Plays) -> Plays:
    """One thing for whole answers, another for streams."""
    return lambda wire, streams: (stream if streams else whole)(wire, streams)


def streamed(*make: object) -> Plays:
    """For streams: bytes of the wire's phases, made by functions of the wire."""
    return lambda wire, stream: [tuple(step(wire) if callable(step) else step for step in make)]  # type: ignore[misc]


def opened(wire: Wire) -> bytes:
    return begun(wire.opening)


def committed(wire: Wire) -> bytes:
    return begun(wire.opening + wire.said(FIRST))


def refused(status: str, word: str, *headers: str) -> Plays:
    return lambda wire, stream: [wire.refusal(status, word, *headers)]


def web_page(status: str) -> Plays:
    return always(answer(f"<html><h1>{CANARY}</h1></html>".encode(), "Content-Type: text/html", status=status))


def _cut_body(wire: Wire, stream: bool) -> list[Answering]:
    return [(wire.whole()[:-20], "reset")]


def _gzipped(body: bytes, kind: str) -> bytes:
    return answer(gzip.compress(body), f"Content-Type: {kind}", "Content-Encoding: gzip")


def _bomb(wire: Wire, stream: bool) -> list[Answering]:
    kind = "text/event-stream" if stream else "application/json"
    return [(_gzipped(b" " * (48 * 2**20), kind), "close")]


def _twice(wire: Wire, stream: bool) -> list[Answering]:
    body = zlib.compress(gzip.compress(b"{}"))
    return [(answer(body, "Content-Type: application/json", "Content-Encoding: gzip, deflate"),)]


def _error_as_success(wire: Wire, stream: bool) -> list[Answering]:
    body = answer(_json(wire.failure("rate_limit_error", f"slow down {CANARY}")), "Content-Type: application/json")
    event = b"event: error\ndata: " + _json(wire.failure("rate_limit_error", f"slow down {CANARY}")) + b"\n\n"
    return [sent(event) if stream else (body,)]


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


def _lines(old: bytes, new: bytes) -> Plays:
    return lambda wire, stream: [sent(wire.stream().replace(old, new))]


def _multi_line(wire: Wire, stream: bool) -> list[Answering]:
    """`data:` over two lines, cut after a comma of the JSON, without the space after the colon."""
    events = wire.stream().split(b"\n\n")
    cut = [event.replace(b', "', b',\ndata:"', 1).replace(b"data: {", b"data:{") for event in events]
    return [sent(b"\xef\xbb\xbf" + b"\n\n".join(cut))]


def _chatter(wire: Wire, stream: bool) -> list[Answering]:
    noise = b': a comment\n\n\n\nevent: ping\ndata: {"type": "ping"}\n\nevent: news\ndata: {"type": "news"}\n\nid: 7\nretry: 10\n\n'
    return [sent(noise + wire.opening + noise, wire.said(FIRST) + b": still here\n\n", wire.said(SECOND) + wire.ending + wire.last)]


def _letters(wire: Wire, stream: bool) -> list[Answering]:
    """Every byte in a chunk of its own, so that each code point and each event is split."""
    return [sent(*(bytes((byte,)) for byte in wire.stream("Höl", "lö 你好")))]


def _asked_otherwise(wire: Wire, stream: bool) -> list[Answering]:
    return [(wire.whole(),) if stream else sent(wire.stream())]


def _in_turn(first: Plays) -> Plays:
    """The fault once, then all is well."""
    return lambda wire, stream: [*first(wire, stream), wire.well]


def _evil(wire: Wire) -> bytes:
    return b"".join((wire.last, wire.last, wire.said(" EVIL"), wire.last))


_WAITS = ("Retry-After: 20", "Retry-After-Ms: 20000", "x-ratelimit-reset-requests: 20s")
_DATE = ("Date: Sat, 28 Nov 2026 10:00:00 GMT", "Retry-After: Sat, 28 Nov 2026 10:00:20 GMT")
_LIMITED = fails(429, "upstream_rate_limited", "RateLimited", 1, retry_after="20")

_BAD_TLS: tuple[tuple[Place, str], ...] = (
    ("expired", "its certificate has expired"),
    ("other host", "its certificate is for another host"),
    ("unknown authority", "its certificate is signed by an unknown authority"),
    ("no TLS", "the handshake is broken off"),
)
CONNECTING = (
    Fault(
        row=1,
        name="refused",
        does="nobody listens",
        place="nobody",
        whole=fails(502, "upstream_unreachable", "ConnectionFailed", 0, tries=3),
        stream=fails(502, "upstream_unreachable", "ConnectionFailed", 0, tries=3),
    ),
    Fault(
        row=2,
        name="black hole",
        does="the connection is never answered",
        place="black hole",
        setup=HASTY,
        whole=fails(502, "upstream_unreachable", "TimedOut", 0, tries=3),
        stream=fails(502, "upstream_unreachable", "TimedOut", 0, tries=3),
    ),
    Fault(
        row=2,
        name="black hole until the deadline",
        does="the connection is never answered, and the call's time is up first",
        place="black hole",
        deadline=IMPATIENT_TOTAL,
        whole=ends(504, "upstream_timeout", "TimedOut", 0),
        stream=ends(504, "upstream_timeout", "TimedOut", 0),
    ),
    *(
        Fault(
            row=4,
            name=place,
            does=does,
            place=place,
            whole=fails(502, "upstream_tls", "ConnectionFailed", 0, tries=1),
            stream=fails(502, "upstream_tls", "ConnectionFailed", 0, tries=1),
        )
        for place, does in _BAD_TLS
    ),
)

BREAKING = (
    Fault(
        row=6,
        name="reset before the status",
        does="resets the connection before it says anything",
        plays=always("reset"),
        whole=fails(502, "upstream_unreachable", "ConnectionFailed"),
        stream=fails(502, "upstream_unreachable", "ConnectionFailed"),
    ),
    Fault(
        row=6,
        name="closed in the head",
        does="closes in the middle of the head",
        plays=always(b"HTTP/1.1 200 OK\r\nContent-Ty", "close"),
        whole=fails(502, "upstream_unreachable", "ConnectionFailed"),
        stream=fails(502, "upstream_unreachable", "ConnectionFailed"),
    ),
    Fault(
        row=7,
        name="reset in the body",
        does="resets in the middle of a whole answer",
        plays=_cut_body,
        whole=fails(502, "upstream_incomplete", "StreamIncomplete"),
        stream=ONLY_WHOLE,
    ),
    Fault(
        row=8,
        name="reset before commit",
        does="resets after start-up events that show nothing",
        plays=streamed(opened, "reset"),
        whole=ONLY_STREAMS,
        stream=fails(502, "upstream_incomplete", "StreamIncomplete"),
    ),
    Fault(
        row=9,
        name="reset after commit",
        does="resets after the first text",
        plays=streamed(committed, "reset"),
        whole=ONLY_STREAMS,
        stream=breaks(502, "upstream_incomplete", "StreamIncomplete"),
    ),
    Fault(
        row=10,
        name="stall before the head",
        does="takes the request and says nothing",
        plays=always("stall"),
        setup=HASTY,
        whole=fails(504, "upstream_timeout", "TimedOut"),
        stream=fails(504, "upstream_timeout", "TimedOut"),
    ),
    Fault(
        row=10,
        name="stall after the head",
        does="sends a head and start-up events, then nothing",
        plays=split(always(HEAD_OF_JSON + b"Content-Length: 100\r\n\r\n{", "stall"), streamed(opened, "stall")),
        setup=HASTY,
        whole=fails(504, "upstream_timeout", "TimedOut"),
        stream=fails(504, "upstream_timeout", "TimedOut"),
    ),
    Fault(
        row=11,
        name="stall after commit",
        does="goes silent after the first text",
        plays=streamed(committed, "stall"),
        setup=HASTY,
        whole=ONLY_STREAMS,
        stream=breaks(504, "upstream_timeout", "TimedOut"),
    ),
    Fault(
        row=12,
        name="drip before commit",
        does="sends a byte now and then, so that it is never idle",
        plays=split(
            always(HEAD_OF_JSON + b"Content-Length: 100\r\n\r\n", Drip(b" ", 0.05)),
            streamed(opened, Drip(chunk(b": wait\n\n"), 0.05)),
        ),
        setup=HASTY,
        deadline=IMPATIENT_TOTAL,
        whole=ends(504, "upstream_timeout", "TimedOut"),
        stream=ends(504, "upstream_timeout", "TimedOut"),
    ),
    Fault(
        row=12,
        name="drip after commit",
        does="sends comments for ever after the first text",
        plays=streamed(committed, Drip(chunk(b": wait\n\n"), 0.05)),
        setup=HASTY,
        deadline=IMPATIENT_TOTAL,
        whole=ONLY_STREAMS,
        stream=breaks(504, "upstream_timeout", "TimedOut"),
    ),
    Fault(
        row=13,
        name="never ends",
        does="talks for ever, until the call's time is up",
        plays=lambda wire, stream: [(committed(wire), Drip(chunk(wire.said("")), 0.02))],
        deadline=IMPATIENT_TOTAL,
        whole="a whole answer that never ends is row 22",
        stream=breaks(504, "upstream_timeout", "TimedOut"),
    ),
    Fault(
        row=13,
        name="too many bytes",
        does="talks as fast as it can, until the cap of bytes",
        plays=lambda wire, stream: [(committed(wire), Flood(chunk(b": " + b"x" * 4096 + b"\n\n")))],
        setup=SMALL,
        whole="a whole answer that never ends is row 22",
        stream=breaks(502, "upstream_too_large", "ServerUnavailable"),
    ),
)

INVALID = fails(502, "upstream_invalid_response", "ServerUnavailable")
READING = (
    Fault(
        row=14,
        name="malformed JSON",
        does="answers 200 with JSON that is none",
        plays=always(answer(b'{"id": "c1", "choices": [', "Content-Type: application/json")),
        keeps=True,
        whole=INVALID,
        stream=INVALID,
    ),
    Fault(
        row=14,
        name="another object",
        does="answers 200 with JSON of another shape",
        plays=always(answer(b'{"hello": "world"}', "Content-Type: application/json")),
        keeps=True,
        whole=INVALID,
        stream=INVALID,
    ),
    Fault(
        row=15,
        name="malformed event before commit",
        does="sends an event that is no JSON before anything was shown",
        plays=lambda wire, stream: [sent(wire.opening + b"data: {broken\n\n", wire.said(SAID) + wire.ending + wire.last)],
        whole=ONLY_STREAMS,
        stream=INVALID,
        keeps=True,
    ),
    Fault(
        row=15,
        name="malformed event after commit",
        does="sends an event that is no JSON after the first text",
        plays=lambda wire, stream: [sent(wire.opening + wire.said(FIRST), b"data: {broken\n\n", wire.said(SECOND) + wire.ending)],
        whole=ONLY_STREAMS,
        stream=breaks(502, "upstream_invalid_response", "ServerUnavailable"),
        keeps=True,
    ),
    Fault(
        row=16,
        name="clean end before commit",
        does="ends the stream cleanly before anything was shown",
        plays=lambda wire, stream: [sent(wire.opening)],
        whole="a whole answer without its end is row 7",
        stream=fails(502, "upstream_incomplete", "StreamIncomplete"),
        keeps=True,
    ),
    Fault(
        row=16,
        name="clean end after commit",
        does="ends the stream cleanly without its terminal fact",
        plays=lambda wire, stream: [sent(wire.opening + wire.said(FIRST))],
        whole="a whole answer without its end is row 7",
        stream=breaks(502, "upstream_incomplete", "StreamIncomplete"),
        keeps=True,
    ),
    Fault(
        row=16,
        name="last word without a finish reason",
        does="says [DONE] without a finish reason",
        plays=lambda wire, stream: [sent(wire.opening + wire.said(FIRST), wire.last)],
        wires=("openai",),
        whole=ONLY_STREAMS,
        stream=breaks(502, "upstream_incomplete", "StreamIncomplete"),
        keeps=True,
    ),
    Fault(
        row=17,
        name="no DONE",
        does="gives a finish reason but no [DONE]",
        plays=lambda wire, stream: [sent(wire.opening + wire.said(SAID) + wire.ending)],
        wires=("openai",),
        whole=ONLY_STREAMS,
        stream=passes(),
        keeps=True,
    ),
    Fault(
        row=18,
        name="data after DONE",
        does="says its last word twice, and text after it",
        plays=lambda wire, stream: [sent(wire.stream() + _evil(wire))],
        whole=ONLY_STREAMS,
        stream=passes(),
        keeps=True,
    ),
    Fault(
        row=18,
        name="open after DONE",
        does="says its last word, then text for ever",
        plays=lambda wire, stream: [(begun(wire.stream()), Drip(chunk(_evil(wire)), 0.01))],
        whole=ONLY_STREAMS,
        stream=passes(),
    ),
    Fault(
        row=19,
        name="split code points",
        does="sends every byte alone",
        plays=_letters,
        whole=ONLY_STREAMS,
        stream=passes(text="Höllö 你好"),
        keeps=True,
    ),
    Fault(
        row=19,
        name="invalid UTF-8",
        does="sends bytes that are no UTF-8",
        plays=split(
            lambda wire, stream: [(wire.whole().replace(b"Hello", b"\xff\xfell\xc3"),)],
            lambda wire, stream: [sent(wire.stream().replace(b"Hello", b"\xff\xfell\xc3"))],
        ),
        whole=INVALID,
        stream=INVALID,
        keeps=True,
    ),
    *(
        Fault(row=20, name=name, does=does, plays=plays, whole=ONLY_STREAMS, stream=passes(), keeps=True)
        for name, does, plays in (
            ("CRLF", "ends its lines with CR LF", _lines(b"\n", b"\r\n")),
            ("CR", "ends its lines with CR", _lines(b"\n", b"\r")),
            ("mixed lines", "begins with a byte order mark, splits data over lines, leaves out the space", _multi_line),
        )
    ),
    Fault(
        row=21,
        name="chatter",
        does="sends comments, pings, empty events and unknown ones in between",
        plays=_chatter,
        whole=ONLY_STREAMS,
        stream=passes(),
        keeps=True,
    ),
    Fault(
        row=22,
        name="endless event before commit",
        does="sends one event that does not end",
        plays=split(
            always(HEAD_OF_JSON + b"Transfer-Encoding: chunked\r\n\r\n", Flood(chunk(b" " * 4096))),
            streamed(opened, chunk(b"data: "), Flood(chunk(b"x" * 65536))),
        ),
        setup=SMALL,
        whole=fails(502, "upstream_too_large", "ServerUnavailable", 1),
        stream=fails(502, "upstream_too_large", "ServerUnavailable", 1),
    ),
    Fault(
        row=22,
        name="endless event after commit",
        does="sends one event that does not end after the first text",
        plays=streamed(committed, chunk(b"data: "), Flood(chunk(b"x" * 65536))),
        whole=ONLY_STREAMS,
        stream=breaks(502, "upstream_invalid_response", "ServerUnavailable"),
    ),
    Fault(
        row=23,
        name="bomb",
        does="compresses 48 MiB into a few kilobytes",
        plays=_bomb,
        whole=fails(502, "upstream_too_large", "ServerUnavailable", 1),
        stream=fails(502, "upstream_too_large", "ServerUnavailable", 1),
    ),
    Fault(
        row=23,
        name="stacked encodings",
        does="compresses twice",
        plays=_twice,
        whole=fails(502, "upstream_protocol", "ServerUnavailable"),
        stream=fails(502, "upstream_protocol", "ServerUnavailable"),
    ),
    *(
        Fault(
            row=24,
            name=name,
            does=does,
            plays=always(*script),
            whole=fails(502, "upstream_protocol", "ServerUnavailable"),
            stream=fails(502, "upstream_protocol", "ServerUnavailable"),
        )
        for name, does, script in (
            ("bad chunk size", "gives a chunk size that is no number", (CHUNKED + b"zz\r\nhello\r\n0\r\n\r\n",)),
            (
                "length and chunks",
                "gives both a length and chunks",
                (HEAD_OF_JSON + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",),
            ),
            ("huge head", "sends a header of 300 kB", (b"HTTP/1.1 200 OK\r\nx: " + b"a" * 300_000 + b"\r\n\r\n",)),
            ("no HTTP", "does not speak HTTP", (b"SSH-2.0-OpenSSH_9.2\r\n\r\n",)),
        )
    ),
    Fault(
        row=25,
        name="error as success",
        does="answers 200 with an error in the body",
        plays=_error_as_success,
        whole=fails(429, "upstream_rate_limited", "RateLimited"),
        stream=fails(429, "upstream_rate_limited", "RateLimited"),
        keeps=True,
    ),
    Fault(
        row=25,
        name="error event after commit",
        does="sends an error event after the first text",
        plays=lambda wire, stream: [
            sent(wire.opening + wire.said(FIRST), b"event: error\ndata: " + _json(wire.failure("api_error", CANARY)) + b"\n\n")
        ],
        whole=ONLY_STREAMS,
        stream=breaks(502, "upstream_unavailable", "ServerUnavailable"),
        keeps=True,
    ),
    Fault(
        row=26,
        name="login page",
        does="answers 200 with a web page",
        plays=web_page("200 OK"),
        whole=INVALID,
        stream=INVALID,
        keeps=True,
    ),
    Fault(
        row=27,
        name="the other kind",
        does="answers a stream with whole JSON, and a whole call with a stream",
        plays=_asked_otherwise,
        whole=passes(),
        stream=passes(),
        keeps=True,
    ),
)

REFUSING = (
    *(
        Fault(
            row=28,
            name=f"wait {at}",
            does=f"answers 429, `{header}`",
            plays=refused("429 Too Many Requests", "rate_limit_error", header),
            deadline=5,
            whole=_LIMITED,
            stream=_LIMITED,
            keeps=True,
        )
        for at, header in enumerate(_WAITS)
    ),
    Fault(
        row=28,
        name="wait until a date",
        does="answers 429, `Retry-After` with a date",
        plays=refused("429 Too Many Requests", "rate_limit_error", *_DATE),
        deadline=5,
        whole=_LIMITED,
        stream=_LIMITED,
        keeps=True,
    ),
    Fault(
        row=28,
        name="a short wait",
        does="answers 429, `Retry-After-Ms: 30`, then well",
        plays=_in_turn(refused("429 Too Many Requests", "rate_limit_error", "Retry-After-Ms: 30")),
        whole=Pair(passes(2, ("RateLimited", None)).alone, fails(0, "", "RateLimited").backup),
        stream=Pair(passes(2, ("RateLimited", None)).alone, fails(0, "", "RateLimited").backup),
        keeps=True,
    ),
    Fault(
        row=29,
        name="no hint",
        does="answers 429 without a hint",
        plays=refused("429 Too Many Requests", "rate_limit_error"),
        whole=fails(429, "upstream_rate_limited", "RateLimited"),
        stream=fails(429, "upstream_rate_limited", "RateLimited"),
        keeps=True,
    ),
    Fault(
        row=29,
        name="no credit",
        does="answers 429 insufficient_quota",
        plays=refused("429 Too Many Requests", "insufficient_quota"),
        whole=fails(502, "upstream_credentials_exhausted", "RateLimited", 1),
        stream=fails(502, "upstream_credentials_exhausted", "RateLimited", 1),
        keeps=True,
    ),
    *(
        Fault(
            row=30,
            name=name,
            does=f"answers 429, `Retry-After: {value}`",
            plays=refused("429 Too Many Requests", "rate_limit_error", f"Retry-After: {value}"),
            deadline=5,
            whole=fails(429, "upstream_rate_limited", "RateLimited", calls, retry_after=told),
            stream=fails(429, "upstream_rate_limited", "RateLimited", calls, retry_after=told),
            keeps=True,
        )
        for name, value, calls, told in (
            ("negative", "-20", 3, "1"),
            ("NaN", "NaN", 3, None),
            ("infinite", "inf", 1, "86400"),
            ("ten years", "315360000", 1, "86400"),
            ("no number", "soon", 3, None),
        )
    ),
    *(
        Fault(
            row=31,
            name=status[:3],
            does=f"answers {status} with a web page",
            plays=web_page(status),
            whole=fails(502, "upstream_unavailable", "ServerUnavailable"),
            stream=fails(502, "upstream_unavailable", "ServerUnavailable"),
            keeps=True,
        )
        for status in ("500 Internal Server Error", "502 Bad Gateway", "503 Service Unavailable", "529 Overloaded")
    ),
    Fault(
        row=31,
        name="504",
        does="answers 504 Gateway Timeout with a web page",
        plays=web_page("504 Gateway Timeout"),
        whole=fails(504, "upstream_timeout", "TimedOut"),
        stream=fails(504, "upstream_timeout", "TimedOut"),
        keeps=True,
    ),
    *(
        Fault(
            row=32,
            name=status[:3],
            does=f"answers {status}",
            plays=refused(status, "authentication_error"),
            whole=fails(502, "upstream_credentials_exhausted", "Unauthorized", 1),
            stream=fails(502, "upstream_credentials_exhausted", "Unauthorized", 1),
            keeps=True,
        )
        for status in ("401 Unauthorized", "402 Payment Required", "403 Forbidden")
    ),
    *(
        Fault(
            row=33,
            name=name,
            does=f"answers {status}, `{word}`",
            plays=refused(status, word),
            whole=pair,
            stream=pair,
            keeps=True,
        )
        for name, status, word, pair in (
            ("400", "400 Bad Request", "invalid_request_error", ends(400, "invalid_request", "BadRequest")),
            ("413", "413 Content Too Large", "request_too_large", ends(413, "invalid_request", "BadRequest")),
            ("422", "422 Unprocessable Content", "invalid_request_error", ends(422, "invalid_request", "BadRequest")),
            ("404", "404 Not Found", "not_found_error", fails(404, "model_not_found", "ModelNotFound", 1)),
            (
                "context length",
                "400 Bad Request",
                "context_length_exceeded",
                fails(400, "context_length_exceeded", "ContextLengthExceeded", 1),
            ),
            ("content policy", "400 Bad Request", "content_filter", fails(400, "content_filter", "ContentFiltered", 1)),
        )
    ),
    *(
        Fault(
            row=34,
            name=status[:3],
            does=f"answers {status}",
            plays=refused(status, "conflict"),
            whole=fails(*told),
            stream=fails(*told),
            keeps=True,
        )
        for status, told in (
            ("408 Request Timeout", (504, "upstream_timeout", "TimedOut")),
            ("409 Conflict", (502, "upstream_unavailable", "ServerUnavailable")),
            ("425 Too Early", (502, "upstream_unavailable", "ServerUnavailable")),
        )
    ),
    *(
        Fault(
            row=35,
            name=status[:3],
            does=f"answers {status} to the metadata service",
            plays=always(answer(b"", "Location: http://169.254.169.254/latest/meta-data", status=status)),
            whole=fails(502, "upstream_unavailable", "ServerUnavailable", 1),
            stream=fails(502, "upstream_unavailable", "ServerUnavailable", 1),
            keeps=True,
        )
        for status in ("301 Moved Permanently", "302 Found", "307 Temporary Redirect")
    ),
    Fault(
        row=38,
        name="odd choices",
        does="sends two choices, no choices, null deltas",
        plays=lambda wire, stream: [
            sent(
                openai_chunk({"role": "assistant"}),
                b'data: {"id": "c1", "choices": []}\n\n',
                b'data: {"id": "c1", "choices": [{"index": 0, "delta": null, "finish_reason": null}]}\n\n',
                b'data: {"id": "c1", "choices": [{"index": 1, "delta": {"content": "OTHER"}}]}\n\n',
                wire.said(FIRST) + wire.said(SECOND) + wire.ending + wire.last,
            )
        ],
        wires=("openai",),
        whole=ONLY_STREAMS,
        stream=passes(),
        keeps=True,
    ),
    Fault(
        row=43,
        name="headers",
        does="sends cookies, hop-by-hop headers and its own request id",
        plays=split(
            lambda wire, stream: [
                (wire.whole().replace(b"\r\n", b"\r\nSet-Cookie: a=CANARY\r\nServer: CANARY\r\nX-A: CANARY\r\n", 1),)
            ],
            lambda wire, stream: [
                (CHUNKED.replace(b"\r\n", b"\r\nSet-Cookie: a=CANARY\r\nServer: CANARY\r\n", 1) + chunk(wire.stream()) + END,)
            ],
        ),
        whole=passes(),
        stream=passes(),
        keeps=True,
    ),
    Fault(
        row=43,
        name="CR in a header",
        does="sends a header with a bare CR",
        plays=always(HEAD_OF_JSON + b"X-A: b\rSet-Cookie: c\r\nContent-Length: 2\r\n\r\n{}"),
        whole=fails(502, "upstream_protocol", "ServerUnavailable"),
        stream=fails(502, "upstream_protocol", "ServerUnavailable"),
    ),
    Fault(
        row=45,
        name="after the deadline",
        does="would answer well after the call's time is up",
        plays=always("stall"),
        deadline=IMPATIENT_TOTAL,
        whole=ends(504, "upstream_timeout", "TimedOut"),
        stream=ends(504, "upstream_timeout", "TimedOut"),
    ),
)
FAULTS: tuple[Fault, ...] = (*CONNECTING, *BREAKING, *READING, *REFUSING)
