"""A proxy before the mock server of the published description.

The mock judges every request, and invents its answers: numbers that count nothing, errors beside answers, JSON where a stream was
asked for. What contradicts itself is put right here; nothing is added that the description does not have. `refused` holds what
the mock found wrong with requests.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

_OWN = ("host", "accept", "accept-encoding", "connection")


class SoberVendor(ThreadingHTTPServer):
    """Passes requests on to `upstream`."""

    daemon_threads = True

    def __init__(self, upstream: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = urlsplit(upstream)
        self.judged = 0
        self.refused: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: SoberVendor
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._pass_on()

    def do_DELETE(self) -> None:
        self._pass_on()

    def do_POST(self) -> None:
        self._pass_on()

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        kept = {name: value for name, value in self.headers.items() if name.lower() not in _OWN}
        connection = HTTPConnection(self.server.upstream.hostname or "", self.server.upstream.port, timeout=30)
        try:
            connection.request(self.command, self.path, body, {**kept, "Accept": "*/*"})
            answer = connection.getresponse()
            data, media_type = answer.read(), answer.headers.get("Content-Type", "")
        finally:
            connection.close()
        self.server.judged += 1
        if answer.headers.get("x-steady-request-valid") == "false":
            self.server.refused.append(f"{self.path}: {data[:600].decode('utf-8', 'replace')}")
        if answer.status == 200 and media_type.startswith("application/json"):
            asked = json.loads(body) if self.headers.get("Content-Type", "").startswith("application/json") else {}
            reply = sober(json.loads(data), asked)
            data = json.dumps(reply).encode()
            if asked.get("stream"):
                data, media_type = streamed(reply, self.path), "text/event-stream"
        self.send_response(answer.status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


def sober(reply: Any, asked: Any) -> Any:
    """The answer without what contradicts itself."""
    if not isinstance(reply, dict):
        return reply
    for name in ("choices", "data"):
        for at, row in enumerate(reply.get(name) or ()):
            row["index"] = at
    if reply.get("object") == "embedding" or "data" in reply:
        reply["data"] = [{**reply["data"][0], "index": at} for at in range(_inputs(asked.get("input")))]
        if asked.get("encoding_format") == "base64":
            for row in reply["data"]:
                row["embedding"] = "AACAPw=="  # 1.0, as the client's package reads it
    if reply.get("object") == "response":
        reply |= {"error": None, "incomplete_details": None, "status": "completed"}
    return reply


def _inputs(value: Any) -> int:
    return len(value) if isinstance(value, list) and value and not isinstance(value[0], int) else 1


def streamed(reply: Any, path: str) -> bytes:
    """An answer as the events of one that streams."""
    if path.endswith("/responses"):
        event = {"type": "response.completed", "sequence_number": 0, "response": reply}
        return f"event: response.completed\ndata: {json.dumps(event)}\n\n".encode()
    if "message" in reply["choices"][0]:
        reply["object"] = "chat.completion.chunk"
        for choice in reply["choices"]:
            choice["delta"] = choice.pop("message")
    return f"data: {json.dumps(reply)}\n\ndata: [DONE]\n\n".encode()


@contextmanager
def sober_vendor(upstream: str) -> Iterator[SoberVendor]:
    """A running proxy; leaving it stops the server."""
    server = SoberVendor(upstream)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
