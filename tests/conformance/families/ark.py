"""Ark's multimodal embeddings, judged by rules of our own; errors are OpenAI's."""

from __future__ import annotations

from modelruntime.schema.profile import Profile
from tests.conformance import facts
from tests.conformance.case import Case
from tests.conformance.exchange import Answer, Seen, as_json
from tests.conformance.families.openai import FAULTS
from tests.conformance.family import Evidence
from tests.conformance.want import Want


class ArkFamily:
    """One input a request, one vector a reply."""

    evidence: Evidence = "simulator"

    def judge(self, seen: Seen, case: Case, profile: Profile) -> list[str]:
        """The path, the model, and one input with a type."""
        body = seen.json()
        found = [] if seen.path == "/embeddings/multimodal" else [f"the path is {seen.path}"]
        found += [] if body.get("model") == case.wire_model else [f"body.model is {body.get('model')!r}"]
        found += [f"body.{name}: unknown" for name in body.keys() - {"model", "input", "encoding_format", "dimensions"}]
        return found if [part["type"] for part in body["input"]] == ["text"] else [*found, "body.input: one text is wanted"]

    def answer(self, seen: Seen, case: Case, profile: Profile, want: Want) -> Answer:
        """The vector of the text."""
        if want.fault in FAULTS:
            return FAULTS[want.fault]
        text = seen.json()["input"][0]["text"]
        return as_json(
            {"model": "m", "data": {"embedding": facts.vector_of(text)}, "usage": {"prompt_tokens": 1, "total_tokens": 1}}
        )


FAMILY = ArkFamily()
