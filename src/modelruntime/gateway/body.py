"""The body of a request: read within limits, decoded."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from typing import Any

import msgspec

from modelruntime.codecs.json_value import is_array, is_object
from modelruntime.gateway.asgi import Fields, Receive, Send
from modelruntime.gateway.limits import EdgeLimits
from modelruntime.gateway.refused import refused

_decode = msgspec.json.Decoder().decode


class ClientGone(Exception):
    """The client closed its connection; nobody is left to be answered."""


async def read_body(fields: Fields, receive: Receive, limits: EdgeLimits) -> bytes:
    """The bytes, decompressed as the header fields say. Raises `Refused` (413, 408, 415) and `ClientGone`."""
    declared = fields.get(b"content-length")
    if declared is not None and declared.isdigit() and int(declared) > limits.json_bytes:
        raise _too_large(limits.json_bytes)
    event = await receive()
    if event["type"] == "http.request" and not event.get("more_body", False):
        body: bytes = event.get("body", b"")  # the common case: one message
    else:
        body = await _rest(event, receive, limits)
    return plain_body(fields, body, limits)


def body_at_hand(send: Send) -> bytes | None:
    """The body as it came, where all of it is here and the server can give it so (`http_cycle.Cycle`); else it is to be read."""
    take = getattr(send, "take_body", None)
    return None if take is None else take()


def plain_body(fields: Fields, body: bytes, limits: EdgeLimits) -> bytes:
    """A whole body, decompressed as the header fields say. Raises `Refused` (413, 415)."""
    if len(body) > limits.json_bytes:
        raise _too_large(limits.json_bytes)
    encoding = fields.get(b"content-encoding")
    return body if encoding in (None, b"", b"identity") else _decompressed(body, encoding, limits.json_bytes)


async def _rest(event: Any, receive: Receive, limits: EdgeLimits) -> bytes:
    pieces: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(limits.body_seconds):
            while True:
                if event["type"] == "http.disconnect":
                    raise ClientGone
                piece: bytes = event.get("body", b"")
                size += len(piece)
                if size > limits.json_bytes:
                    raise _too_large(limits.json_bytes)
                pieces.append(piece)
                if not event.get("more_body", False):
                    return b"".join(pieces)
                event = await receive()
    except TimeoutError as cause:
        raise refused(408, "request_timeout", f"the body was not here after {limits.body_seconds:g} s") from cause


def _decompressed(body: bytes, encoding: bytes | None, limit: int) -> bytes:
    if encoding not in (b"gzip", b"deflate"):
        raise refused(415, "unsupported_encoding", "content-encoding must be gzip, deflate or identity")
    worker = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        found = worker.decompress(body, limit + 1)
    except (zlib.error, gzip.BadGzipFile) as cause:
        raise refused(400, "invalid_request", "the body is not compressed as its content-encoding says") from cause
    if len(found) > limit or worker.unconsumed_tail:
        raise _too_large(limit)
    return found


def decode_body(body: bytes, limits: EdgeLimits) -> dict[str, Any]:
    """The JSON object. Raises `Refused` (400) for anything else."""
    try:
        fields = _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as cause:
        raise refused(400, "invalid_json", f"the body is no JSON: {str(cause)[:200]}" if body else "the body is empty") from cause
    if not is_object(fields):
        raise refused(400, "invalid_json", "the body must be a JSON object")
    if body.count(b"[") + body.count(b"{") > limits.depth and deeper_than(fields, limits.depth):
        raise refused(400, "invalid_json", f"the body is nested deeper than {limits.depth} levels")
    return fields


def deeper_than(value: object, levels: int) -> bool:
    """Is a JSON value nested deeper than so many levels?"""
    if is_object(value):
        inner: Any = value.values()
    elif is_array(value):
        inner = value
    else:
        return False
    return levels <= 0 or any(deeper_than(item, levels - 1) for item in inner)


def _too_large(limit: int) -> Exception:
    return refused(413, "request_too_large", f"the body is larger than {limit // 2**20} MiB")
