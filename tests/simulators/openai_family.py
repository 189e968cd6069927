"""A small vendor on loopback that speaks the OpenAI family: six model types, a model list, and a key that may be wrong.

It answers from the request, so that a test sees its own input come back: chat echoes the last user message (JSON when
asked for a schema, a tool call when tools are offered), embeddings are made of letter counts, rerank counts shared words,
speech is a short wave file, a transcription tells how many bytes came, moderation flags the word `bad`.
"""

from __future__ import annotations

import base64
import io
import json
import struct
import threading
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sk-right"
MODELS = ("sim-chat", "sim-embed", "sim-rank", "sim-ear", "sim-mouth", "sim-judge")

DECLARATION = """\
provider: sim
label: {en_US: Simulator, zh_Hans: 模拟供应商}
icon_small: {en_US: icon.svg}
help: {title: {en_US: Get a key, zh_Hans: 获取密钥}, url: {en_US: https://sim.example/keys}}
supported_model_types: [llm, text-embedding, rerank, speech2text, tts, moderation]
configurate_methods: [predefined-model, fetch-from-remote]
provider_credential_schema:
  credential_form_schemas:
    - {variable: api_key, type: secret-input, required: true, env: SIM_API_KEY, label: {en_US: API key, zh_Hans: 密钥}}
    - {variable: base_url, type: text-input, required: false, format: url, default: https://sim.example/v1, label: {en_US: URL}}
codec:
  llm: openai_chat
  text-embedding: openai_embeddings
  rerank: rerank
  speech2text: openai_transcriptions
  tts: openai_speech
  moderation: openai_moderations
endpoint: "{base_url}"
auth: {bearer: api_key}
models_endpoint: /models
probe: models_endpoint
models:
  - model: sim-chat
    model_type: llm
    label: {en_US: Sim chat, zh_Hans: 模拟对话}
    features: [tool-call, stream-tool-call, structured-output]
    model_properties: {mode: chat, context_size: 8192}
    parameter_rules:
      - {name: temperature, use_template: temperature, min: 0, max: 2}
      - {name: max_tokens, use_template: max_tokens, max: 4096}
    pricing: {input: "1.00", output: "2.00", per: 1M tokens, currency: USD}
  - {model: sim-embed, model_type: text-embedding, model_properties: {context_size: 512, max_chunks: 8}}
  - {model: sim-rank, model_type: rerank, model_properties: {context_size: 512}}
  - {model: sim-ear, model_type: speech2text, model_properties: {supported_file_extensions: "wav,mp3", file_upload_limit: 25}}
  - model: sim-mouth
    model_type: tts
    model_properties:
      default_voice: ann
      audio_type: wav
      voices: [{mode: ann, name: Ann, language: [en-US]}, {mode: li, name: 李, language: [zh-Hans]}]
  - {model: sim-judge, model_type: moderation}
"""


def speech(text: str) -> bytes:
    """A tone as long as the text, 16 bit mono at 8 kHz."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(struct.pack("<h", 8000) * 80 * max(len(text), 1))
    return file.getvalue()


def vector(text: str | list[int]) -> list[float]:
    """Counts of the letters a to g, and one that is never 0; of token ids the counts of 0 to 6, and a 2."""
    if not isinstance(text, str):
        return [*(float(text.count(number)) for number in range(7)), 2.0]
    return [float(text.lower().count(letter)) for letter in "abcdefg"] + [1.0]


class OpenAISimulator(ThreadingHTTPServer):
    """Serves `models` under `url`. `requests` holds path and JSON body of each request; `gate`, when set to an event, holds a chat
    stream back after its first word until the event is set or the client has gone."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[tuple[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.models: tuple[str, ...] = MODELS
        self.prices: dict[str, dict[str, str]] = {}
        """Model → what the list tells of its price."""
        self.gate: threading.Event | None = None
        self.streaming = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: OpenAISimulator
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._serve({"/v1/models": self._models})

    def do_POST(self) -> None:
        self._serve(
            {
                "/v1/chat/completions": self._chat,
                "/v1/embeddings": self._embeddings,
                "/v1/rerank": self._rerank,
                "/v1/audio/transcriptions": self._transcription,
                "/v1/audio/speech": self._speech,
                "/v1/moderations": self._moderation,
            }
        )

    def _serve(self, routes: dict[str, Any]) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        is_json = self.headers.get("Content-Type", "").startswith("application/json")
        body = json.loads(raw) if is_json and raw else raw
        self.server.headers.append({name.lower(): value for name, value in self.headers.items()})
        self.server.requests.append((self.path, body))
        if self.headers.get("Authorization") != f"Bearer {KEY}":
            self._json({"error": {"message": "Incorrect API key provided.", "code": "invalid_api_key"}}, 401)
        elif self.path not in routes:
            self._json({"error": {"message": "no such path"}}, 404)
        elif isinstance(body, dict) and body.get("model") not in self.server.models:
            self._json({"error": {"message": "no such model", "code": "model_not_found"}}, 404)
        else:
            routes[self.path](body)

    def _models(self, body: Any) -> None:
        prices = self.server.prices
        rows = [
            {"id": name, "object": "model", **({"pricing": prices[name]} if name in prices else {})}
            for name in (*self.server.models, "sim-chat-next")
        ]
        self._json({"object": "list", "data": rows})

    def _chat(self, body: Any) -> None:
        text, calls = _answer(body)
        usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
        if not body.get("stream"):
            message = {"role": "assistant", "content": text, **({"tool_calls": calls} if calls else {})}
            finish = "tool_calls" if calls else "stop"
            choice = {"index": 0, "message": message, "finish_reason": finish}
            self._json({"id": "c1", "object": "chat.completion", "model": "sim-chat", "choices": [choice], "usage": usage})
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        words = [word + " " for word in (text or "").split(" ")]
        words[-1] = words[-1][:-1]
        for at, word in enumerate(words):
            self._event({"role": "assistant", "content": word})
            self.server.streaming.set()
            if at == 0 and self.server.gate is not None:
                self.server.gate.wait(20)
        if calls:
            self._event({"tool_calls": [{"index": 0, **calls[0]}]})
        self._event({}, "tool_calls" if calls else "stop")
        if (body.get("stream_options") or {}).get("include_usage"):
            counted = {"id": "c1", "object": "chat.completion.chunk", "model": "sim-chat", "choices": [], "usage": usage}
            self.wfile.write(b"data: " + json.dumps(counted).encode() + b"\n\n")
        self.wfile.write(b"data: [DONE]\n\n")

    def _event(self, delta: Any, finish: str | None = None, **more: Any) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        chunk = {"id": "c1", "object": "chat.completion.chunk", "model": "sim-chat", "choices": [choice], **more}
        self.wfile.write(b"data: " + json.dumps(chunk).encode() + b"\n\n")
        self.wfile.flush()

    def _embeddings(self, body: Any) -> None:
        one = isinstance(body["input"], str) or isinstance(body["input"][0], int)
        texts = [body["input"]] if one else body["input"]
        rows: list[Any] = [vector(text) for text in texts]
        if body.get("encoding_format") == "base64":
            rows = [base64.b64encode(struct.pack(f"<{len(row)}f", *row)).decode() for row in rows]
        data = [{"object": "embedding", "index": at, "embedding": row} for at, row in enumerate(rows)]
        usage = {"prompt_tokens": 4 * len(texts), "total_tokens": 4 * len(texts)}
        self._json({"object": "list", "model": "sim-embed", "data": data, "usage": usage})

    def _rerank(self, body: Any) -> None:
        words = set(body["query"].lower().split())
        rows = [
            {"index": at, "relevance_score": len(words & set(text.lower().split())) / len(words)}
            for at, text in enumerate(body["documents"])
        ]
        rows.sort(key=lambda row: -row["relevance_score"])
        self._json({"model": "sim-rank", "results": rows[: body.get("top_n") or None], "usage": {"total_tokens": 9}})

    def _transcription(self, body: bytes) -> None:
        self._json({"text": f"heard {body.count(b'RIFF')} wave file"})

    def _speech(self, body: Any) -> None:
        self._reply(speech(body["input"]), "audio/wav")

    def _moderation(self, body: Any) -> None:
        texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
        results = [
            {
                "flagged": "bad" in text,
                "categories": {"harassment": "bad" in text, "violence": False},
                "category_scores": {"harassment": 0.9 if "bad" in text else 0.1, "violence": 0.01},
            }
            for text in texts
        ]
        self._json({"id": "m1", "model": "sim-judge", "results": results})

    def _json(self, value: Any, status: int = 200) -> None:
        self._reply(json.dumps(value).encode(), "application/json", status)

    def _reply(self, body: bytes, media_type: str, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:  # the client has gone
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


def _answer(body: Any) -> tuple[str | None, list[Any]]:
    """Text, or a call of the first tool when the question asks for the weather and no result has come yet."""
    last = body["messages"][-1]
    said = last["content"] if isinstance(last["content"], str) else " ".join(part.get("text", "") for part in last["content"])
    if body.get("tools") and body["tools"][0]["type"] == "function" and last["role"] == "user":
        function = {"name": body["tools"][0]["function"]["name"], "arguments": '{"city": "Oslo"}'}
        return None, [{"id": "call_1", "type": "function", "function": function}]
    form = body.get("response_format") or {}
    if form.get("type") == "json_schema":
        properties = form["json_schema"]["schema"]["properties"]
        sample = {"string": "Oslo", "integer": 42, "number": 4.2, "boolean": True, "array": [], "object": {}}
        return json.dumps({name: sample[rule["type"]] for name, rule in properties.items()}), []
    return f"You said: {said}", []


@contextmanager
def openai_simulator() -> Iterator[OpenAISimulator]:
    """A running simulator; leaving it stops the server."""
    server = OpenAISimulator()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        if server.gate is not None:
            server.gate.set()
        server.shutdown()
        server.server_close()
        thread.join()
