"""A small vendor on 127.0.0.1 for the guides: OpenAI's dialect, fixed answers, one good key."""

from __future__ import annotations

import base64
import json
import threading
from array import array
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

GOOD_KEY = "good-key"


class Vendor:
    """Serves while the context lasts."""

    def __enter__(self) -> Vendor:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def base_url(self) -> str:
        """Where the dialect begins."""
        return f"http://127.0.0.1:{self._server.server_port}/v1"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._answer({"object": "list", "data": [{"id": "talker"}, {"id": "newcomer", "context_length": 32768}]})

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["content-length"]))
        path = self.path.removeprefix("/v1")
        if path == "/audio/transcriptions":
            self._answer({"text": "Good morning.", "language": "english", "duration": 1.0})
            return
        call = json.loads(raw)
        if call.get("live"):
            self._talk(call)
        elif call.get("stream") and path == "/chat/completions":
            self._stream(call)
        elif path == "/audio/speech":
            self._send(b"RIFF-audio", "audio/wav")
        else:
            self._answer(_REPLIES[path](call))

    def _answer(self, body: Any) -> None:
        if self.headers.get("authorization") != f"Bearer {GOOD_KEY}":
            self._send(b'{"error": {"message": "Incorrect API key", "code": "invalid_api_key"}}', "application/json", 401)
        else:
            self._send(json.dumps(body).encode(), "application/json")

    def _stream(self, call: dict[str, Any]) -> None:
        chunks = [{"delta": {"content": word}} for word in ("Hello ", "from ", f"{call['model']}!")]
        frames: list[dict[str, Any]] = [{"choices": [{"index": 0, "finish_reason": None, **chunk}]} for chunk in chunks]
        frames.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}], "usage": _USAGE})
        body = b"".join(b"data: " + json.dumps({"model": call["model"], **frame}).encode() + b"\n\n" for frame in frames)
        self._send(body + b"data: [DONE]\n\n", "text/event-stream")

    def _talk(self, call: dict[str, Any]) -> None:
        """The dialect of one vendor of the guides; asked to break off, it leaves out the end."""
        events: list[dict[str, Any]] = [{"word": word} for word in _words(call)]
        if call["turns"][-1]["text"] != "Break off":
            events.append({"why": "end", "spent": _SPENT})
        self._send(b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events), "text/event-stream")

    def _send(self, body: bytes, media_type: str, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("content-type", media_type)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


_USAGE = {"prompt_tokens": 1000, "completion_tokens": 200, "total_tokens": 1200}


_SPENT = [1000, 200]


def _words(call: dict[str, Any]) -> tuple[str, ...]:
    return ("Hello ", "from ", f"{call['model']}!")


def _talk(call: dict[str, Any]) -> dict[str, Any]:
    return {"words": _words(call), "why": "end", "spent": _SPENT}


def _vectorize(call: dict[str, Any]) -> dict[str, Any]:
    return {"rows": [[len(text), 1.0] for text in call["texts"]], "spent": sum(map(len, call["texts"]))}


def _chat(call: dict[str, Any]) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": f"Hello from {call['model']}!"}
    reason = "stop"
    if "response_format" in call:
        message["content"] = '{"city": "Paris", "people": 2100000}'
    elif call["messages"][-1]["role"] == "tool":
        message["content"] = f"It is {call['messages'][-1]['content']} in Paris."
    elif call.get("tools"):
        function = {"name": call["tools"][0]["function"]["name"], "arguments": '{"city": "Paris"}'}
        message = {"role": "assistant", "content": None, "tool_calls": [{"id": "call_1", "type": "function", "function": function}]}
        reason = "tool_calls"
    choice = {"index": 0, "message": message, "finish_reason": reason}
    return {"id": "c1", "object": "chat.completion", "model": call["model"], "choices": [choice], "usage": _USAGE}


def _embeddings(call: dict[str, Any]) -> dict[str, Any]:
    rows = [array("f", [len(text), 1.0]) for text in call["input"]]
    packed = call.get("encoding_format") == "base64"
    data = [
        {"index": at, "embedding": base64.b64encode(row.tobytes()).decode() if packed else list(row)} for at, row in enumerate(rows)
    ]
    return {"object": "list", "data": data, "model": call["model"], "usage": {"prompt_tokens": 4, "total_tokens": 4}}


def _rerank(call: dict[str, Any]) -> dict[str, Any]:
    words = set(call["query"].lower().split())
    scores = [len(words & set(text.lower().split())) / len(words) for text in call["documents"]]
    return {"results": [{"index": at, "relevance_score": score} for at, score in enumerate(scores)]}


def _moderations(call: dict[str, Any]) -> dict[str, Any]:
    return {"results": [{"flagged": True, "categories": {"violence": True}, "category_scores": {"violence": 0.9}}]}


_REPLIES = {
    "/chat/completions": _chat,
    "/embeddings": _embeddings,
    "/rerank": _rerank,
    "/moderations": _moderations,
    "/talk": _talk,
    "/vectorize": _vectorize,
}
