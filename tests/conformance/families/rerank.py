"""The rerank shape that Cohere, Jina and others share. Judged by rules of our own: no package has types for all of them."""

from __future__ import annotations

from typing import Any

from mixedbread.types import ClientRerankParams

from modelruntime.schema.profile import Profile
from tests.conformance import facts
from tests.conformance.case import Case
from tests.conformance.exchange import Answer, Seen, as_json
from tests.conformance.families.openai import FAULTS
from tests.conformance.family import Evidence
from tests.conformance.type_judge import complaints
from tests.conformance.want import Want

OWN_TYPES: dict[str, Any] = {"mixedbread": ClientRerankParams}
"""Vendors whose own package has types."""


class RerankFamily:
    """`{model, query, documents, top_n}` → rows with index and relevance_score."""

    evidence: Evidence = "simulator"

    def judge(self, seen: Seen, case: Case, profile: Profile) -> list[str]:
        """The four fields, under the names that the profile says, and none but declared ones beside them."""
        if own := OWN_TYPES.get(case.provider.provider):
            return complaints(seen.json(), own)
        body = _inside(seen.json(), profile.rerank_documents_field)
        name_of_documents = profile.rerank_documents_field.rpartition("/")[2]
        declared = {rule.maps_to or rule.name for rule in case.model.parameter_rules}
        known = {
            "model",
            "query",
            "return_documents",
            profile.rerank_documents_field.rpartition("/")[2],
            profile.rerank_top_n_field,
        }
        known |= declared | set(profile.constants) | {"input", "parameters"}
        found = [f"body.{name}: nobody declares it" for name in body if name not in known]
        if isinstance(seen.json().get("query"), dict) != (profile.rerank_query_as == "object"):
            found.append("body.query: a text or an object, as the profile says")
        documents = body.get(name_of_documents)
        if not isinstance(documents, list) or len(documents) != len({str(document) for document in documents}):
            found.append("body.documents: a list of the documents is wanted")
        return found

    def answer(self, seen: Seen, case: Case, profile: Profile, want: Want) -> Answer:
        """The best first, as the vendors do."""
        if want.fault in FAULTS:
            return FAULTS[want.fault]
        body = _inside(seen.json(), profile.rerank_documents_field)
        top = body.get(profile.rerank_top_n_field) or 2
        rows: Any = [{"index": at, "relevance_score": facts.SCORES[at]} for at in (1, 0)][:top]
        for name in reversed(profile.rerank_rows_field.strip("/").split("/")):
            rows = {name: rows}
        return as_json({"id": "r", "model": "m", "usage": {"total_tokens": 3}, **rows})


def _inside(body: dict[str, Any], pointer: str) -> dict[str, Any]:
    """The object that holds the field a pointer names."""
    for name in pointer.strip("/").split("/")[:-1]:
        body = body[name]
    return body


FAMILY = RerankFamily()
