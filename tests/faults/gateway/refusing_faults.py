"""Rows in which the vendor refuses, or keeps the call waiting."""

from __future__ import annotations

from tests.faults.gateway.fault import Fault, Pair, ends, fails, passes
from tests.faults.gateway.plays import (
    HEAD_OF_JSON,
    IMPATIENT_TOTAL,
    ONLY_STREAMS,
    always,
    in_turn,
    refused,
    split,
    web_page,
)
from tests.faults.gateway.wire import END, FIRST, SECOND, openai_chunk, sent
from tests.simulators.raw_server import CHUNKED, answer, chunk

_WAITS = ("Retry-After: 20", "Retry-After-Ms: 20000", "x-ratelimit-reset-requests: 20s")
_DATE = ("Date: Sat, 28 Nov 2026 10:00:00 GMT", "Retry-After: Sat, 28 Nov 2026 10:00:20 GMT")
_LIMITED = fails(429, "upstream_rate_limited", "RateLimited", 1, retry_after="20")

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
        plays=in_turn(refused("429 Too Many Requests", "rate_limit_error", "Retry-After-Ms: 30")),
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
