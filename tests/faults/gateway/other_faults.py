"""Rows of the matrix about the model types that are not chat."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec

from tests.faults.gateway.client import Seen
from tests.faults.gateway.fault import Outcome, Pair, fails, passes
from tests.faults.gateway.other_wire import SOUND, judgement, ranking, replied, vectors
from tests.faults.gateway.wire import CANARY
from tests.simulators.raw_server import Script, answer

_BOUNDARY = "=_form"


class Question(msgspec.Struct, frozen=True):
    """What a client asks of one model type. `shown` reads an answer."""

    path: str
    model: str
    body: Callable[[str], bytes]
    shown: Callable[[Seen], Any]
    right: Any
    """What a healthy vendor's answer shows."""
    headers: tuple[str, ...] = ()


def _json(**fields: Any) -> Callable[[str], bytes]:
    return lambda model: json.dumps({"model": model, **fields}).encode()


def _form(model: str) -> bytes:
    fields = f'--{_BOUNDARY}\r\ncontent-disposition: form-data; name="model"\r\n\r\n{model}\r\n'
    file = f'--{_BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="a.wav"\r\ncontent-type: audio/wav\r\n\r\n'
    return fields.encode() + file.encode() + SOUND + f"\r\n--{_BOUNDARY}--\r\n".encode()


VECTORS = Question(
    "/v1/embeddings",
    "vectors",
    _json(input=["a", "b"]),
    lambda seen: [row["embedding"] for row in seen.json["data"]],
    [[1.0, 0.0], [0.0, 1.0]],
)
RANKS = Question(
    "/v1/rerank",
    "ranks",
    _json(query="a", documents=["b", "c"]),
    lambda seen: [row["index"] for row in seen.json["results"]],
    [1, 0],
)
JUDGE = Question("/v1/moderations", "judge", _json(input="a"), lambda seen: seen.json["results"][0]["flagged"], False)
MOUTH = Question("/v1/audio/speech", "mouth", _json(input="Good day"), lambda seen: seen.body, SOUND)
EARS = Question(
    "/v1/audio/transcriptions",
    "ears",
    _form,
    lambda seen: seen.json["text"],
    "Good day",
    (f"content-type: multipart/form-data; boundary={_BOUNDARY}",),
)


class OtherFault(msgspec.Struct, frozen=True, kw_only=True):
    """One way to misbehave, and what is seen: `shows` of an answer that is taken."""

    row: int
    name: str
    does: str
    asks: Question
    plays: Script
    told: Pair
    shows: Any = None
    keeps: bool = True

    def __str__(self) -> str:
        return f"{self.row:02}-{self.name.replace(' ', '-')}"


INVALID = fails(502, "upstream_invalid_response", "ServerUnavailable")


def _vectors(name: str, does: str, *rows: tuple[int | None, list[Any]], told: Pair = INVALID, shows: Any = None) -> OtherFault:
    return OtherFault(row=39, name=name, does=does, asks=VECTORS, plays=vectors(*rows), told=told, shows=shows)


def _ranks(name: str, does: str, *rows: tuple[int, float], told: Pair = INVALID) -> OtherFault:
    return OtherFault(row=40, name=name, does=does, asks=RANKS, plays=ranking(*rows), told=told)


def _judge(name: str, does: str, plays: Script, told: Pair = INVALID, shows: Any = None) -> OtherFault:
    return OtherFault(row=40, name=name, does=does, asks=JUDGE, plays=plays, told=told, shows=shows)


OTHERS: tuple[OtherFault, ...] = (
    _vectors("too few vectors", "gives one vector for two texts", (0, [1.0, 0.0])),
    _vectors("too many vectors", "gives three vectors for two texts", (0, [1.0]), (1, [1.0]), (2, [1.0])),
    _vectors("shuffled", "gives the vectors out of order", (1, [0.0, 1.0]), (0, [1.0, 0.0]), told=passes(), shows=VECTORS.right),
    _vectors("an index twice", "gives an index twice", (0, [1.0, 0.0]), (0, [0.0, 1.0])),
    _vectors("no number", "gives a vector with a text in it", (0, ["x", 0.0]), (1, [0.0, 1.0])),
    _vectors("infinite", "gives a number that no float32 holds", (0, [1e39, 0.0]), (1, [0.0, 1.0])),
    _vectors("two widths", "gives vectors of two widths", (0, [1.0, 0.0]), (1, [0.0])),
    _vectors("empty vector", "gives an empty vector", (0, []), (1, [])),
    _ranks("index out of range", "ranks a document that there is not", (0, 0.5), (7, 0.4)),
    _ranks("missing items", "ranks one document of two", (0, 0.5)),
    _ranks("ranked twice", "ranks one document twice", (0, 0.5), (0, 0.4)),
    _judge("no judgement", "gives a result without a judgement", judgement(id="x")),
    _judge("no results", "gives no results", replied({"id": "m1", "results": []})),
    _judge(
        "unknown category",
        "flags a category that nobody knows",
        judgement(flagged=True, categories={"brand-new": True}, category_scores={"brand-new": 0.9}),
        passes(),
        True,
    ),
    _judge(
        "flag contradicted",
        "says not flagged and flags a category",
        judgement(flagged=False, categories={"x": True}),
        passes(),
        True,
    ),
    OtherFault(
        row=41,
        name="no audio",
        does="answers speech with nothing",
        asks=MOUTH,
        plays=(answer(b"", "Content-Type: audio/wav"),),
        told=INVALID,
    ),
    OtherFault(
        row=41,
        name="an error as audio",
        does="answers speech with a JSON error under the type of audio",
        asks=MOUTH,
        plays=(answer(json.dumps({"error": {"message": CANARY, "code": "server_error"}}).encode(), "Content-Type: audio/wav"),),
        told=fails(502, "upstream_unavailable", "ServerUnavailable"),
    ),
    OtherFault(
        row=41,
        name="speech reset before audio",
        does="resets before the first audio",
        asks=MOUTH,
        plays=(b"HTTP/1.1 200 OK\r\nContent-Type: audio/wav\r\nContent-Length: 100\r\n\r\n", "reset"),
        told=fails(502, "upstream_incomplete", "StreamIncomplete"),
        keeps=False,
    ),
    OtherFault(
        row=41,
        name="cut audio",
        does="breaks off in the middle of the audio",
        asks=MOUTH,
        plays=(answer(SOUND, "Content-Type: audio/wav")[:-500], "reset"),
        told=Pair(
            *[Outcome(code="upstream_incomplete", errors=("StreamIncomplete",), record_status=502)] * 2,
        ),
        keeps=False,
    ),
    OtherFault(
        row=41,
        name="shorter than its own head",
        does="sends a whole body whose WAV head promises more",
        asks=MOUTH,
        plays=(answer(SOUND[:-500], "Content-Type: audio/wav"),),
        told=Pair(
            *[Outcome(code="upstream_incomplete", errors=("StreamIncomplete",), record_status=502)] * 2,
        ),
    ),
    OtherFault(
        row=41,
        name="no transcript",
        does="answers a recording with a reply that has no text",
        asks=EARS,
        plays=replied({"segments": None}),
        told=INVALID,
    ),
    OtherFault(
        row=41,
        name="an empty transcript",
        does="hears nothing in a recording: silence is an answer",
        asks=EARS,
        plays=replied({"text": ""}),
        told=passes(),
        shows="",
    ),
)
