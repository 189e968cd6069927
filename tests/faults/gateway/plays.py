"""What a vendor of a chat model does, whole answer or stream, in the words of the wire that it speaks."""

from __future__ import annotations

import gzip
import json
import zlib

from tests.faults.gateway.fault import Plays, Setup
from tests.faults.gateway.wire import CANARY, FIRST, SECOND, Wire, begun, sent
from tests.simulators.raw_server import Answering, answer

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


def cut_body(wire: Wire, stream: bool) -> list[Answering]:
    return [(wire.whole()[:-20], "reset")]


def gzipped(body: bytes, kind: str) -> bytes:
    return answer(gzip.compress(body), f"Content-Type: {kind}", "Content-Encoding: gzip")


def bomb(wire: Wire, stream: bool) -> list[Answering]:
    kind = "text/event-stream" if stream else "application/json"
    return [(gzipped(b" " * (48 * 2**20), kind), "close")]


def twice(wire: Wire, stream: bool) -> list[Answering]:
    body = zlib.compress(gzip.compress(b"{}"))
    return [(answer(body, "Content-Type: application/json", "Content-Encoding: gzip, deflate"),)]


def error_as_success(wire: Wire, stream: bool) -> list[Answering]:
    body = answer(as_json(wire.failure("rate_limit_error", f"slow down {CANARY}")), "Content-Type: application/json")
    event = b"event: error\ndata: " + as_json(wire.failure("rate_limit_error", f"slow down {CANARY}")) + b"\n\n"
    return [sent(event) if stream else (body,)]


def as_json(value: object) -> bytes:
    return json.dumps(value).encode()


def replaced(old: bytes, new: bytes) -> Plays:
    return lambda wire, stream: [sent(wire.stream().replace(old, new))]


def multi_line(wire: Wire, stream: bool) -> list[Answering]:
    """`data:` over two lines, cut after a comma of the JSON, without the space after the colon."""
    events = wire.stream().split(b"\n\n")
    cut = [event.replace(b', "', b',\ndata:"', 1).replace(b"data: {", b"data:{") for event in events]
    return [sent(b"\xef\xbb\xbf" + b"\n\n".join(cut))]


def chatter(wire: Wire, stream: bool) -> list[Answering]:
    noise = b': a comment\n\n\n\nevent: ping\ndata: {"type": "ping"}\n\nevent: news\ndata: {"type": "news"}\n\nid: 7\nretry: 10\n\n'
    return [sent(noise + wire.opening + noise, wire.said(FIRST) + b": still here\n\n", wire.said(SECOND) + wire.ending + wire.last)]


def letters(wire: Wire, stream: bool) -> list[Answering]:
    """Every byte in a chunk of its own, so that each code point and each event is split."""
    return [sent(*(bytes((byte,)) for byte in wire.stream("Höl", "lö 你好")))]


def asked_otherwise(wire: Wire, stream: bool) -> list[Answering]:
    return [(wire.whole(),) if stream else sent(wire.stream())]


def in_turn(first: Plays) -> Plays:
    """The fault once, then all is well."""
    return lambda wire, stream: [*first(wire, stream), wire.well]


def evil(wire: Wire) -> bytes:
    return b"".join((wire.last, wire.last, wire.said(" EVIL"), wire.last))
