"""Clients of both dialects over a bare socket, and what they get to see."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from http.client import HTTPException, HTTPResponse
from typing import Any

import msgspec

from tests.gateway.serving import KEY


class Seen(msgspec.Struct, frozen=True):
    """One answer as a client saw it."""

    status: int
    headers: dict[str, str]
    body: bytes
    cut: bool
    """The connection ended in the middle of the body."""

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def frames(self) -> list[bytes]:
        """The data of its events, comments left out."""
        blocks = (block for block in self.body.split(b"\n\n") if block)
        lines = (line for block in blocks for line in block.split(b"\n"))
        return [line[6:] for line in lines if line.startswith(b"data: ")]


class Client(msgspec.Struct, frozen=True):
    """A dialect from the client's side. The three functions read an answer: its text, its error, and whether it says of itself
    that it is whole (of a stream: its last frame does)."""

    name: str
    path: str
    text: Callable[[Seen, bool], str]
    finished: Callable[[list[bytes]], bool]
    request_id: Callable[[dict[str, Any]], str | None]

    def ask(self, address: tuple[str, int], model: str, *, stream: bool, request_id: str) -> Seen:
        """One call, to its end."""
        with socket.create_connection(address, timeout=20) as sock:
            sock.sendall(self.request(model, stream=stream, request_id=request_id))
            return receive(sock)

    def request(self, model: str, *, stream: bool, request_id: str) -> bytes:
        """The bytes of one call."""
        fields = {"model": model, "max_tokens": 64, "messages": [{"role": "user", "content": "Good day"}], "stream": stream}
        return request_bytes(self.path, json.dumps(fields).encode(), request_id)

    def error(self, seen: Seen) -> dict[str, Any] | None:
        """The error that an answer is, or that its last frame is: `code` and the id of the request."""
        data = seen.frames[-1:] if seen.headers.get("content-type", "").startswith("text/event-stream") else [seen.body]
        fields = json.loads(data[0]) if data and data[0][:1] == b"{" else {}
        if "error" not in fields:
            return None
        return {"code": fields["error"]["code"], "request_id": self.request_id(fields)}


def request_bytes(path: str, body: bytes, request_id: str, *headers: str) -> bytes:
    """A POST with the key of the tests."""
    lines = (
        f"POST {path} HTTP/1.1",
        "host: gateway.test",
        f"authorization: Bearer {KEY}",
        f"x-request-id: {request_id}",
        f"content-length: {len(body)}",
        *(headers or ("content-type: application/json",)),
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


def receive(sock: socket.socket) -> Seen:
    """The whole answer."""
    reply = HTTPResponse(sock)
    reply.begin()
    body, cut = b"", False
    try:
        while piece := reply.read1(65536):
            body += piece
    except (HTTPException, OSError):
        cut = True
    return Seen(reply.status, {name.lower(): value for name, value in reply.getheaders()}, body, cut)


def _openai_text(seen: Seen, stream: bool) -> str:
    if not stream:
        return str(seen.json["choices"][0]["message"]["content"])
    chunks = [json.loads(frame) for frame in seen.frames if frame != b"[DONE]"]
    return "".join(
        (choice["delta"] or {}).get("content") or ""
        for chunk in chunks
        for choice in chunk.get("choices", ())
        if not choice["index"]
    )


def _anthropic_text(seen: Seen, stream: bool) -> str:
    if not stream:
        return "".join(block["text"] for block in seen.json["content"])
    events = [json.loads(frame) for frame in seen.frames]
    return "".join(event["delta"].get("text", "") for event in events if event["type"] == "content_block_delta")


OPENAI_CLIENT = Client(
    "openai",
    "/v1/chat/completions",
    _openai_text,
    lambda frames: frames[-1:] == [b"[DONE]"],
    lambda fields: fields["error"]["request_id"],
)
ANTHROPIC_CLIENT = Client(
    "anthropic",
    "/v1/messages",
    _anthropic_text,
    lambda frames: bool(frames) and json.loads(frames[-1])["type"] == "message_stop",
    lambda fields: fields["request_id"],
)
CLIENTS = {client.name: client for client in (OPENAI_CLIENT, ANTHROPIC_CLIENT)}
