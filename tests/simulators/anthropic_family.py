"""A small vendor on loopback that speaks Messages. It answers from the request: text echoes the last words of the user, a call is
made of the first tool when tools are offered, and what is thought stands before it when an effort is asked for."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sk-ant-right"
_USAGE = {"input_tokens": 10, "output_tokens": 5}


class AnthropicSimulator(ThreadingHTTPServer):
    """Serves `POST /v1/messages` under `url`; `requests` holds the bodies."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[Any] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: AnthropicSimulator
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(body)
        if self.headers.get("x-api-key") != KEY:
            error = {"type": "error", "error": {"type": "authentication_error", "message": "invalid x-api-key"}}
            self._reply(json.dumps(error).encode(), "application/json", 401)
            return
        blocks = _blocks(body)
        reason = "tool_use" if blocks[-1]["type"] == "tool_use" else "end_turn"
        message = {"id": "msg_1", "type": "message", "role": "assistant", "model": body["model"]}
        if body.get("stream"):
            self._reply(b"".join(_events(message, blocks, reason)), "text/event-stream")
        else:
            whole = {**message, "content": blocks, "stop_reason": reason, "stop_sequence": None, "usage": _USAGE}
            self._reply(json.dumps(whole).encode(), "application/json")

    def _reply(self, body: bytes, media_type: str, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


def _blocks(body: Any) -> list[Any]:
    last = body["messages"][-1]["content"]
    parts = [{"type": "text", "text": last}] if isinstance(last, str) else last
    thought = [{"type": "thinking", "thinking": "Let me see.", "signature": "c2ln"}] if body.get("output_config") else []
    if body.get("tools") and not any(part["type"] == "tool_result" for part in parts):
        tool = body["tools"][0]
        properties = tool["input_schema"].get("properties", {})
        made = {name: 42 if rule.get("type") == "integer" else "Oslo" for name, rule in properties.items()}
        return [*thought, {"type": "tool_use", "id": "toolu_1", "name": tool["name"], "input": made}]
    said = " ".join(part.get("text", f"[{part['type']}]") for part in parts)
    return [*thought, {"type": "text", "text": f"You said: {said}"}]


def _events(message: Any, blocks: list[Any], reason: str) -> Iterator[bytes]:
    begun = {**message, "content": [], "stop_reason": None, "stop_sequence": None, "usage": {**_USAGE, "output_tokens": 0}}
    yield _event("message_start", message=begun)
    for at, block in enumerate(blocks):
        kinds: dict[str, dict[str, Any]] = {
            "text": {"text": ""},
            "thinking": {"thinking": "", "signature": ""},
            "tool_use": {"input": {}},
        }
        empty = kinds[block["type"]]
        yield _event("content_block_start", index=at, content_block={**block, **empty})
        for delta in _deltas(block):
            yield _event("content_block_delta", index=at, delta=delta)
        yield _event("content_block_stop", index=at)
    yield _event("message_delta", delta={"stop_reason": reason, "stop_sequence": None}, usage={"output_tokens": 5})
    yield _event("message_stop")


def _deltas(block: Any) -> list[Any]:
    if block["type"] == "tool_use":
        return [{"type": "input_json_delta", "partial_json": json.dumps(block["input"])}]
    if block["type"] == "thinking":
        sign = {"type": "signature_delta", "signature": block["signature"]}
        return [{"type": "thinking_delta", "thinking": block["thinking"]}, sign]
    return [{"type": "text_delta", "text": word} for word in block["text"].partition(" ")]


def _event(kind: str, **fields: Any) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n".encode()


@contextmanager
def anthropic_simulator() -> Iterator[AnthropicSimulator]:
    """A running simulator; leaving it stops the server."""
    server = AnthropicSimulator()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
