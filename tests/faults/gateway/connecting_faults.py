"""Rows in which the vendor is not reached, or breaks the connection."""

from __future__ import annotations

from tests.faults.gateway.fault import HASTY, Fault, Place, breaks, ends, fails
from tests.faults.gateway.plays import (
    HEAD_OF_JSON,
    IMPATIENT_TOTAL,
    ONLY_STREAMS,
    ONLY_WHOLE,
    SMALL,
    always,
    committed,
    cut_body,
    opened,
    split,
    streamed,
)
from tests.simulators.raw_server import Drip, Flood, chunk

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
        plays=cut_body,
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
