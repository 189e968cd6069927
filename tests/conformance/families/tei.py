"""Text Embeddings Inference. Judged by rules of our own, after the server's OpenAPI document (version 1.6.0,
https://github.com/huggingface/text-embeddings-inference/blob/main/docs/openapi.json, read 2026-11-28)."""

from __future__ import annotations

from modelruntime.schema.profile import Profile
from tests.conformance import facts
from tests.conformance.case import Case
from tests.conformance.exchange import Answer, Seen, as_json
from tests.conformance.family import Evidence
from tests.conformance.want import RETRY_AFTER, Want

KINDS: dict[str, tuple[type, ...]] = {
    "normalize": (bool,),
    "prompt_name": (str,),
    "truncate": (bool,),
    "truncation_direction": (str,),
    "dimensions": (int,),
}


class TeiFamily:
    """`{inputs}` → a bare array of vectors, their tokens in a header."""

    evidence: Evidence = "simulator"

    def judge(self, seen: Seen, case: Case, profile: Profile) -> list[str]:
        """The fields of `EmbedRequest`, and at most as many inputs as a server takes by default."""
        body = seen.json()
        inputs = body.pop("inputs", None)
        found = [f"body.{name}: not what EmbedRequest has" for name in body if not isinstance(body[name], KINDS.get(name, ()))]
        if not isinstance(inputs, list) or not all(isinstance(text, str) for text in inputs):
            found.append("body.inputs: a list of texts is wanted")
        elif len(inputs) > 32:
            found.append("body.inputs: more than a server takes by default")
        return found

    def answer(self, seen: Seen, case: Case, profile: Profile, want: Want) -> Answer:
        """A vector a text."""
        if want.fault in FAULTS:
            return FAULTS[want.fault]
        return as_json([facts.vector(at) for at in range(len(seen.json()["inputs"]))], x_compute_tokens="3")


FAULTS = {
    "refused key": as_json({"error": "unauthorized", "error_type": "unauthorized"}, 401),
    "rate limit": as_json({"error": "Model is overloaded", "error_type": "overloaded"}, 429, retry_after=str(RETRY_AFTER)),
    "outage": as_json({"error": "unhealthy", "error_type": "unhealthy"}, 503),
}

FAMILY = TeiFamily()
