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

METRICS = {"input_token_count": facts.INPUT_TOKENS, "output_token_count": facts.OUTPUT_TOKENS, "predict_time": 0.5}


class ReplicateFamily:
    """The first answer is always `starting`, so that every call polls or streams."""

    evidence: Evidence = "simulator"

    def judge(self, seen: Seen, case: Case, profile: Profile) -> list[str]:
        """A prediction of the model has an input; what follows names it by its id, and a stream is read without a key."""
        if seen.method == "GET":
            streams = "event-stream" in seen.headers.get("accept", "")
            found = [] if seen.path.startswith("/stream" if streams else "/predictions/p") else [f"the path is {seen.path}"]
            return found + ["a key follows an address of the vendor's"] * (streams and "authorization" in seen.headers)
        if seen.path.startswith("/predictions/p") and seen.path.endswith("/cancel"):
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
            given = seen.json().get("input", {}).get("texts", "[]")
            return as_json(_prediction("p" + given.encode().hex(), "starting", None, f"http://{seen.headers['host']}/stream"), 201)
        if seen.path == "/stream":
            return _events(want)
        name = seen.path.rpartition("/")[2]
        vectors = [facts.vector_of(text) for text in json.loads(bytes.fromhex(name[1:]))]
        output: Any = vectors if case.codec == "replicate_embeddings" else re.findall(r".{1,9}", want.text or "", re.DOTALL)
        return as_json(_prediction(name, "succeeded", output, None))


def _prediction(name: str, status: str, output: Any, stream: str | None) -> dict[str, Any]:
    """Its id holds the texts, so that the family remembers nothing."""
    urls = {"get": "http://127.0.0.1:1/get", "cancel": "http://127.0.0.1:1/cancel", **({"stream": stream} if stream else {})}
    facts_of_it = {"id": name, "model": "a/b", "version": "v", "error": None, "metrics": METRICS}
    return {**facts_of_it, "status": status, "output": output, "urls": urls}


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
