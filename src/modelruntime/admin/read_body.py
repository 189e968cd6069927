"""The body of a request as its type: so large, so deep, and without what no database takes."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from starlette.requests import Request

from modelruntime.admin.error_reply import body_refusal
from modelruntime.admin.refusal import refuse

BODY_AT_MOST = 4 * 2**20
BODY_SECONDS = 60.0
DEPTH_AT_MOST = 64
"""Of open values, such as parameters: what is kept must also be written and read again."""


async def read_body(request: Request, kind: Any) -> Any:
    """Raises `Refusal`: 413 for a large one, 400 for what is no JSON, 422 for another shape than `kind`."""
    data = await read_bytes(request, BODY_AT_MOST)
    if b"\\u0000" in data or b"\0" in data:
        raise refuse(422, "invalid_body", "the body cannot be used: it holds a NUL character")
    try:
        body = msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise body_refusal(error) from error
    if data.count(b"[") + data.count(b"{") > DEPTH_AT_MOST and _is_deep(msgspec.to_builtins(body)):
        raise refuse(422, "invalid_body", f"the body cannot be used: it is nested deeper than {DEPTH_AT_MOST} levels")
    return body


async def read_bytes(request: Request, at_most: int) -> bytes:
    """The body. Raises `Refusal`: 413 for a large one, 408 for one that does not come."""
    pieces: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for piece in request.stream():
                size += len(piece)
                if size > at_most:
                    raise refuse(413, "request_too_large", f"the body is larger than {at_most} bytes")
                pieces.append(piece)
    except TimeoutError:
        raise refuse(408, "request_timeout", f"the body did not come within {BODY_SECONDS:g} s") from None
    return b"".join(pieces)


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEPTH_AT_MOST):
        level = [item for each in level for item in _items(each)]
        if not level:
            return False
    return True


def _items(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    return list(value) if isinstance(value, list) else []  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
