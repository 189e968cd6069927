"""The checks of the Open Responses compliance suite, said again: what it asks of a server and what it looks for in the answers.

The suite is `bin/compliance-test.ts` of https://github.com/openresponses/openresponses (17 tests at 1e33c10fb3c1 of 2026-10-08,
read 2026-11-29); `CHECKS` has its test ids. It judges with the schemas of the specification, here with `openresponses-types`, which
are made of them. One of the 17 asks no server: `response-output-phase-schema` tries the suite's own schema.
"""

from __future__ import annotations

import json
import struct
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any, get_args

from openresponses_types import types
from pydantic import BaseModel
from websockets.sync.client import ClientConnection, connect

Json = dict[str, Any]
WEATHER: Json = {
    "type": "function",
    "name": "get_weather",
    "description": "Get the current weather for a location",
    "parameters": {
        "type": "object",
        "properties": {"location": {"type": "string", "description": "The city and state, e.g. San Francisco, CA"}},
        "required": ["location"],
    },
}
_ENDS = ("response.completed", "response.failed", "response.incomplete")
_SECONDS = 30.0
"""What the suite waits for one answer over a web socket."""


def _kinds() -> dict[str, type[BaseModel]]:
    found: dict[str, type[BaseModel]] = {}
    for name, kind in vars(types).items():
        if name.endswith("StreamingEvent"):
            annotation = kind.model_fields["type"].annotation
            for value in get_args(annotation) or [each.value for each in annotation]:
                found[value] = kind
    return found


EVENTS = _kinds()


def red_square() -> str:
    """A picture as a data URL."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 32, 32, 8, 2, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\xff\0\0" * 32) * 32)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return "data:image/png;base64," + b64encode(png).decode()


def message(role: str, content: Any, **more: Any) -> Json:
    """An item of input."""
    return {"type": "message", "role": role, **more, "content": content}


def judged(event: Json) -> Json:
    """The event, once the specification has nothing against it."""
    assert event["type"] in EVENTS, event
    EVENTS[event["type"]].model_validate(event)
    return event


def judged_response(response: Any) -> Json:
    """The same for a whole response."""
    types.ResponseResource.model_validate(response)
    judged: Json = response
    return judged


@dataclass
class Turn:
    """What came for one message on a web socket."""

    events: list[Json] = field(default_factory=list)
    response: Json | None = None
    code: str | None = None


class Socket:
    """One connection."""

    def __init__(self, connection: ClientConnection, model: str) -> None:
        self._connection = connection
        self._model = model

    def turn(self, given: Any, **more: Any) -> Turn:
        """Ask and hear the answer to its end."""
        asked = {"type": "response.create", "model": self._model, **more, "input": given}
        self._connection.send(json.dumps(asked))
        turn = Turn()
        while True:
            event = json.loads(self._connection.recv(_SECONDS))
            if event["type"] == "error":
                types.WebSocketErrorEvent.model_validate(event)
                turn.code = event["error"]["code"]
                return turn
            turn.events.append(judged(event))
            if event["type"] in _ENDS:
                turn.response = judged_response(event["response"])
                turn.code = (event["response"]["error"] or {}).get("code")
                return turn


@dataclass(frozen=True)
class Api:
    """A server that is judged."""

    address: tuple[str, int]
    key: str
    model: str

    def post(self, path: str, body: Json) -> tuple[int, bytes]:
        """Status and body."""
        connection = HTTPConnection(*self.address, timeout=120)
        headers = {"authorization": f"Bearer {self.key}", "content-type": "application/json"}
        connection.request("POST", f"/v1{path}", json.dumps(body), headers)
        answer = connection.getresponse()
        found = answer.status, answer.read()
        connection.close()
        return found

    def create(self, given: Any, **more: Any) -> Json:
        """A whole response."""
        status, body = self.post("/responses", {"model": self.model, **more, "input": given})
        assert status == 200, body
        return judged_response(json.loads(body))

    def stream(self, given: Any, **more: Any) -> list[Json]:
        """The events of a streamed one, its last word aside."""
        status, body = self.post("/responses", {"model": self.model, **more, "input": given, "stream": True})
        assert status == 200, body
        return [judged(json.loads(data)) for data in _events(body) if data != "[DONE]"]

    @contextmanager
    def socket(self) -> Iterator[Socket]:
        """A web socket."""
        host, port = self.address
        headers = {"authorization": f"Bearer {self.key}", "content-type": "application/json"}
        with connect(f"ws://{host}:{port}/v1/responses", additional_headers=headers) as connection:
            yield Socket(connection, self.model)


def _events(body: bytes) -> Iterator[str]:
    """As the suite reads them: the name must be the type."""
    name = data = ""
    for line in body.decode().split("\n"):
        if line.startswith("event:"):
            name = line[6:].strip()
        elif line.startswith("data:"):
            data = line[5:].strip()
        elif not line and data:
            assert data == "[DONE]" or json.loads(data)["type"] == name
            yield data
            name = data = ""


def _completed(response: Json | None) -> None:
    assert response is not None
    assert response["status"] == "completed", response
    assert response["output"]


def basic_response(api: Api) -> None:
    _completed(api.create([message("user", "Say hello in exactly 3 words.")]))


def assistant_phase(api: Api) -> None:
    thought = message("assistant", "I should answer with the saved number.", phase="commentary")
    answer = message("assistant", "The number is four.", phase="final_answer")
    _completed(api.create([thought, answer, message("user", "Repeat only the number.")]))


def streaming_response(api: Api) -> None:
    events = api.stream([message("user", "Count from 1 to 5.")])
    assert events[-1]["type"] == "response.completed"
    _completed(judged_response(events[-1]["response"]))


def system_prompt(api: Api) -> None:
    pirate = message("system", "You are a pirate. Always respond in pirate speak.")
    _completed(api.create([pirate, message("user", "Say hello.")]))


def tool_calling(api: Api) -> None:
    answer = api.create([message("user", "What's the weather like in San Francisco?")], tools=[WEATHER])
    assert [item for item in answer["output"] if item["type"] == "function_call"], answer["output"]


def image_input(api: Api) -> None:
    question = {"type": "input_text", "text": "What do you see in this image? Answer in one sentence."}
    picture = {"type": "input_image", "image_url": red_square()}
    _completed(api.create([message("user", [question, picture])]))


def multi_turn(api: Api) -> None:
    before = [
        message("user", "My name is Alice."),
        message("assistant", "Hello Alice! Nice to meet you. How can I help you today?"),
    ]
    _completed(api.create([*before, message("user", "What is my name?")]))


def compact_response(api: Api) -> None:
    spoken = [
        message("user", "We agreed to launch on Tuesday and notify support first."),
        message("assistant", "Understood. The launch is Tuesday, with support notified beforehand."),
    ]
    body = {"model": api.model, "prompt_cache_key": "openresponses-compact-test", "input": spoken}
    status, raw = api.post("/responses/compact", body)
    assert status == 200, raw
    answer = json.loads(raw)
    types.CompactResource.model_validate(answer)
    assert answer["object"] == "response.compaction"
    assert "compaction" in {item["type"] for item in answer["output"]}


def compact_missing_model(api: Api) -> None:
    status, _ = api.post("/responses/compact", {"input": [message("user", "Compact this conversation.")]})
    assert status in (400, 422)


def websocket_response(api: Api) -> None:
    with api.socket() as socket:
        _completed(socket.turn([message("user", "Count from 1 to 3.")]).response)


def websocket_sequential_responses(api: Api) -> None:
    with api.socket() as socket:
        for word in ("first", "second"):
            _completed(socket.turn(f"Reply with exactly: {word}", store=False).response)


def websocket_continuation(api: Api) -> None:
    with api.socket() as socket:
        first = socket.turn("Remember the code word: cobalt. Reply with OK.", store=False).response
        assert first is not None
        question = "What is the code word? Reply with only the code word."
        second = socket.turn(question, store=False, previous_response_id=first["id"]).response
    _completed(second)
    assert second is not None
    assert second["previous_response_id"] == first["id"]


def websocket_reconnect_store_false_recovery(api: Api) -> None:
    with api.socket() as socket:
        first = socket.turn("Remember the code word: copper. Reply with OK.", store=False).response
    assert first is not None
    with api.socket() as socket:
        again = "Try to continue after reconnect. Reply with exactly: reconnected"
        assert socket.turn(again, store=False, previous_response_id=first["id"]).code == "previous_response_not_found"
        _completed(socket.turn([message("user", "Start a new response and reply with exactly: recovered")], store=False).response)


def websocket_previous_response_not_found(api: Api) -> None:
    with api.socket() as socket:
        turn = socket.turn("This should fail.", store=False, previous_response_id="resp_openresponses_missing_1")
    assert turn.code == "previous_response_not_found"


def websocket_failed_continuation_evicts_cache(api: Api) -> None:
    with api.socket() as socket:
        first = socket.turn("Remember the code word: ember. Reply with OK.", store=False).response
        assert first is not None
        output = {"type": "function_call_output", "call_id": "call_openresponses_missing", "output": "There was no such call."}
        failed = socket.turn([output], store=False, previous_response_id=first["id"])
        assert failed.code is not None
        stale = socket.turn("Reply with exactly: stale", store=False, previous_response_id=first["id"])
    assert stale.code == "previous_response_not_found"


def websocket_compact_new_chain(api: Api) -> None:
    spoken = [
        message("user", [{"type": "input_text", "text": "Remember the compaction code word: slate."}]),
        message("assistant", [{"type": "output_text", "text": "OK."}]),
        message("user", [{"type": "input_text", "text": "Compress this conversation for later continuation."}]),
    ]
    status, raw = api.post("/responses/compact", {"model": api.model, "input": spoken})
    assert status == 200, raw
    with api.socket() as socket:
        asked = [*json.loads(raw)["output"], message("user", "Continue from here. Reply with exactly: compacted")]
        _completed(socket.turn(asked, store=False, tools=[]).response)


CHECKS: dict[str, Callable[[Api], None]] = {
    "basic-response": basic_response,
    "assistant-phase": assistant_phase,
    "streaming-response": streaming_response,
    "websocket-response": websocket_response,
    "websocket-sequential-responses": websocket_sequential_responses,
    "websocket-continuation": websocket_continuation,
    "websocket-reconnect-store-false-recovery": websocket_reconnect_store_false_recovery,
    "websocket-previous-response-not-found": websocket_previous_response_not_found,
    "websocket-failed-continuation-evicts-cache": websocket_failed_continuation_evicts_cache,
    "websocket-compact-new-chain": websocket_compact_new_chain,
    "system-prompt": system_prompt,
    "tool-calling": tool_calling,
    "image-input": image_input,
    "multi-turn": multi_turn,
    "compact-response": compact_response,
    "compact-missing-model": compact_missing_model,
}
