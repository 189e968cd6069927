"""What a vendor that is well answers for every model type."""

from __future__ import annotations

import json
from typing import Any

from tests.faults.gateway.wire import OPENAI
from tests.simulators.openai_family import speech
from tests.simulators.raw_server import Script, answer

SOUND = speech("Good day")


def well(request: bytes) -> Script:
    """The answer for the path that was asked."""
    path = request.split(b" ")[1].decode()
    made = next((make for end, make in _BY_PATH.items() if path.endswith(end)), None)
    return made() if made is not None else OPENAI.well(request)


def replied(fields: Any) -> Script:
    """A whole JSON reply."""
    return (answer(json.dumps(fields).encode(), "Content-Type: application/json"),)


def vectors(*rows: tuple[int | None, list[Any]]) -> Script:
    """An embeddings reply with these rows."""
    data = [{"object": "embedding", "embedding": row, **({} if at is None else {"index": at})} for at, row in rows]
    return replied({"object": "list", "model": "vectors", "data": data, "usage": {"prompt_tokens": 4, "total_tokens": 4}})


def ranking(*rows: tuple[int, float]) -> Script:
    """A rerank reply with these rows."""
    return replied({"model": "ranks", "results": [{"index": at, "relevance_score": score} for at, score in rows]})


def judgement(**result: Any) -> Script:
    """A moderation reply with one result."""
    return replied({"id": "m1", "model": "judge", "results": [result]})


_BY_PATH = {
    "/embeddings": lambda: vectors((0, [1.0, 0.0]), (1, [0.0, 1.0])),
    "/rerank": lambda: ranking((1, 0.9), (0, 0.1)),
    "/moderations": lambda: judgement(flagged=False, categories={"violence": False}, category_scores={"violence": 0.01}),
    "/audio/transcriptions": lambda: replied({"text": "Good day"}),
    "/audio/speech": lambda: (answer(SOUND, "Content-Type: audio/wav"),),
}
