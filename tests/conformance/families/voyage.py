"""Voyage's chunks in context, judged by rules of our own that were read off the vendor's client (release 0.5.0)."""

from __future__ import annotations

from modelruntime.schema.profile import Profile
from tests.conformance import facts
from tests.conformance.case import Case
from tests.conformance.exchange import Answer, Seen, as_json
from tests.conformance.families.openai import FAULTS
from tests.conformance.family import Evidence
from tests.conformance.want import Want

KNOWN = {"inputs", "model", "input_type", "output_dtype", "output_dimension", "encoding_format"}


class VoyageFamily:
    """`{inputs: [[chunk]], model}` → vectors nested likewise."""

    evidence: Evidence = "simulator"

    def judge(self, seen: Seen, case: Case, profile: Profile) -> list[str]:
        """Known fields alone, and documents that are lists of chunks."""
        body = seen.json()
        found = [f"body.{name}: unknown" for name in body if name not in KNOWN]
        if body.get("model") != case.wire_model:
            found.append(f"body.model is {body.get('model')!r}")
        if not all(isinstance(document, list) and all(isinstance(chunk, str) for chunk in document) for document in body["inputs"]):
            found.append("body.inputs: a list of lists of texts is wanted")
        return found

    def answer(self, seen: Seen, case: Case, profile: Profile, want: Want) -> Answer:
        """One list of vectors a document."""
        if want.fault in FAULTS:
            return FAULTS[want.fault]
        data, number = [], 0
        for at, document in enumerate(seen.json()["inputs"]):
            rows = [{"object": "embedding", "embedding": facts.vector(number + i), "index": i} for i in range(len(document))]
            number += len(document)
            data.append({"object": "list", "data": rows, "index": at})
        return as_json({"object": "list", "data": data, "model": "m", "usage": {"total_tokens": 3}})


FAMILY = VoyageFamily()
