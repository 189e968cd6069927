"""Replicate's predictions: created, polled, streamed from another address. Judged by rules of our own."""

from __future__ import annotations

import json
import re
from typing import Any

from modelruntime.schema.profile import Profile
from tests.conformance import facts
from tests.conformance.case import Case
from tests.conformance.exchange import Answer, Seen, as_json
from tests.conformance.family import Evidence
from tests.conformance.want import RETRY_AFTER, Want

ID = "p1"
METRICS = {"input_token_count": facts.INPUT_TOKENS, "output_token_count": facts.OUTPUT_TOKENS, "predict_time": 0.5}


class ReplicateFamily:
    """The first answer is always `starting`, so that every call polls or streams."""

    evidence: Evidence = "simulator"

    def judge(self, seen: Seen, case: Case, profile: Profile) -> list[str]:
        """A prediction of the model has an input; what follows names it by its id, and a stream is read without a key."""
        if seen.method == "GET":
            wanted = "/stream" if "event-stream" in seen.headers.get("accept", "") else f"/predictions/{ID}"
            found = [] if seen.path == wanted else [f"the path is {seen.path}"]
            return found + ["a key follows an address of the vendor's"] * (wanted == "/stream" and "authorization" in seen.headers)
        if seen.path == f"/predictions/{ID}/cancel":
            return []
        body = seen.json()
        found = [] if seen.path == f"/models/{case.wire_model}/predictions" else [f"the path is {seen.path}"]
        found += [f"body.{name}: unknown" for name in body.keys() - {"input", "version"}]
        return found if isinstance(body.get("input"), dict) and body["input"] else [*found, "body.input: an object is wanted"]

    def answer(self, seen: Seen, case: Case, profile: Profile, want: Want) -> Answer:
        """A prediction that starts, one that succeeded, or its events."""
        if want.fault in FAULTS:
            return FAULTS[want.fault]
        if seen.method == "POST":
            self.texts = json.loads(seen.json().get("input", {}).get("texts", "[]"))
            return as_json(_prediction("starting", None, f"http://{seen.headers['host']}/stream"), 201)
        if seen.path == "/stream":
            return _events(want)
        vectors = [facts.vector(at) for at in range(len(self.texts))]
        output: Any = vectors if case.codec == "replicate_embeddings" else re.findall(r".{1,9}", want.text or "", re.DOTALL)
        return as_json(_prediction("succeeded", output, None))


def _prediction(status: str, output: Any, stream: str | None) -> dict[str, Any]:
    urls = {
        "get": f"http://127.0.0.1:1/{ID}",
        "cancel": f"http://127.0.0.1:1/{ID}/cancel",
        **({"stream": stream} if stream else {}),
    }
    return {
        "id": ID,
        "model": "a/b",
        "version": "v",
        "status": status,
        "output": output,
        "error": None,
        "urls": urls,
        "metrics": METRICS,
    }


def _events(want: Want) -> Answer:
    frames = [
        f"event: output\nid: {at}\ndata: {piece}\n\n" for at, piece in enumerate(re.findall(r".{1,9}", want.text or "", re.DOTALL))
    ]
    if want.fault == "error in stream":
        frames = [frames[0], f'event: error\ndata: {{"detail": "{facts.ERROR_MESSAGE}"}}\n\n']
    elif want.fault == "cut":
        frames.pop()
    else:
        frames.append("event: done\nid: z\ndata: {}\n\n")
    body = "".join(frames).encode()
    return Answer(body, headers={"content-type": "text/event-stream"}, cut=want.fault == "cut", streamed=True)


def _error(title: str, status: int, **headers: str) -> Answer:
    return as_json({"title": title, "detail": facts.ERROR_MESSAGE, "status": status}, status, **headers)


FAULTS = {
    "refused key": _error("Unauthenticated", 401),
    "rate limit": _error("Too many requests", 429, retry_after=str(RETRY_AFTER)),
    "outage": _error("Service unavailable", 503),
}

FAMILY = ReplicateFamily()
