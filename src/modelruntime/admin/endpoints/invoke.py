"""The playground's calls, one for each model type, through the data plane: what it shows is what a client would get."""

from __future__ import annotations

import base64
import os
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from starlette.responses import StreamingResponse

from modelruntime.admin.call import Call, Nothing
from modelruntime.admin.call_view import call_view
from modelruntime.admin.event_stream import EVENT_STREAM, event, event_response, sse_data
from modelruntime.admin.inner_call import InnerReply, inner_call
from modelruntime.admin.read_body import read_bytes
from modelruntime.admin.refusal import not_found
from modelruntime.admin.route import Raw, Route, route
from modelruntime.codecs.json_value import is_object
from modelruntime.entities.model_type import ModelType

ENDPOINTS: dict[ModelType, str] = {
    ModelType.LLM: "/v1/chat/completions",
    ModelType.TEXT_EMBEDDING: "/v1/embeddings",
    ModelType.RERANK: "/v1/rerank",
    ModelType.SPEECH2TEXT: "/v1/audio/transcriptions",
    ModelType.TTS: "/v1/audio/speech",
    ModelType.MODERATION: "/v1/moderations",
}
"""Where the data plane serves each type."""
BODY_AT_MOST = 64 * 2**20


async def invoke(call: Call[Nothing, Nothing]) -> StreamingResponse:
    """Call a model as the data plane's endpoint of its type does. The body is that endpoint's own (JSON, or a form with a file for
    speech2text). The reply is an event stream: `start`; then `chunk` for each event of a stream, `audio` with base64 for speech, or
    one `result`; `error` when it fails; at last `record` with usage, cost, times and every attempt."""
    try:
        path = ENDPOINTS[ModelType(call.path["model_type"])]
    except ValueError:
        raise not_found(f"model type {call.path['model_type']!r}; there are {', '.join(ModelType)}") from None
    media_type = call.request.headers.get("content-type", "application/json")
    body = await read_bytes(call.request, BODY_AT_MOST)
    return event_response(_events(call, path, media_type, body))


async def _events(call: Call[Nothing, Nothing], path: str, media_type: str, body: bytes) -> AsyncIterator[bytes]:
    request_id = f"play_{os.urandom(12).hex()}"
    services = call.services
    headers = [
        (b"authorization", f"Bearer {services.keys.text(call.workspace)}".encode()),
        (b"content-type", media_type.encode("latin-1", "replace")),
        (b"content-length", str(len(body)).encode()),
        (b"x-request-id", request_id.encode()),
    ]
    yield event("start", {"request_id": request_id, "endpoint": path})
    with services.watch.call(request_id) as record:
        async with inner_call(services.data_plane, path, headers, _once(body)) as reply:
            try:
                async for part in _reply_events(reply):
                    yield part
            except ConnectionError:
                yield event("error", {"code": "stream_broken", "message": "the answer broke off", "request_id": request_id})
        if record.done():  # else it was refused before it was admitted
            yield event("record", call_view(record.result(), reply.warnings))


async def _once(body: bytes) -> AsyncIterator[bytes]:
    yield body


async def _reply_events(reply: InnerReply) -> AsyncIterator[bytes]:
    media_type = reply.headers.get("content-type", "").partition(";")[0]
    if media_type == EVENT_STREAM:
        async for data in sse_data(reply.pieces):
            yield event("chunk", data)
    elif media_type.startswith("audio/"):
        async for piece in reply.pieces:
            yield event("audio", {"media_type": media_type, "data": base64.b64encode(piece).decode()})
    else:
        whole = b"".join([piece async for piece in reply.pieces])
        yield event("result" if reply.status < 400 else "error", _result(whole, media_type, reply.status))


def _result(whole: bytes, media_type: str, status: int) -> Any:
    if media_type != "application/json":
        return {"status": status, "text": whole.decode("utf-8", "replace"), "media_type": media_type}
    body = msgspec.json.decode(whole)
    error = body.get("error") if is_object(body) else None
    return body if status < 400 or not is_object(error) else {**error, "status": status}


ROUTES: tuple[Route, ...] = (
    route(
        "POST",
        "/invoke/{model_type}",
        invoke,
        "edit",
        body=Raw(("application/json", "multipart/form-data")),
        reply=Raw((EVENT_STREAM,)),
        changes=False,
    ),
)
