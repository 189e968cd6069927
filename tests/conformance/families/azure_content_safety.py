"""Azure AI Content Safety, judged by the models of `azure-ai-contentsafety`: what they do not have is refused."""

from __future__ import annotations

from typing import Any

from azure.ai.contentsafety import models

from modelruntime.schema.profile import Profile
from tests.conformance.case import Case
from tests.conformance.exchange import Answer, Seen, as_json
from tests.conformance.family import Evidence
from tests.conformance.want import RETRY_AFTER, Want

OPTIONS: dict[str, Any] = {"text:analyze": models.AnalyzeTextOptions, "image:analyze": models.AnalyzeImageOptions}


def _error(code: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message}}


FAULTS = {
    "refused key": as_json(_error("401", "Access denied due to invalid subscription key or wrong API endpoint."), 401),
    "rate limit": as_json(_error("429", "Requests have exceeded rate limit."), 429, retry_after=str(RETRY_AFTER)),
    "outage": as_json(_error("InternalServerError", "Something went wrong."), 500),
}


class ContentSafetyFamily:
    """Texts and images."""

    evidence: Evidence = "vendor types"

    def judge(self, seen: Seen, case: Case, profile: Profile) -> list[str]:
        """The fields of the package's models, and the version in the query."""
        options = OPTIONS[seen.path.rpartition("/")[2]]
        known = {field._rest_name for field in options({})._attr_to_rest_field.values()}
        found = [f"body.{name}: unknown" for name in seen.json() if name not in known]
        return found if seen.query.startswith("api-version=20") else [*found, "the query names no version"]

    def answer(self, seen: Seen, case: Case, profile: Profile, want: Want) -> Answer:
        """Violence of the highest severity."""
        if want.fault in FAULTS:
            return FAULTS[want.fault]
        rows = [{"category": name, "severity": 6 * (name == "Violence")} for name in ("Hate", "SelfHarm", "Sexual", "Violence")]
        return as_json({"blocklistsMatch": [], "categoriesAnalysis": rows})


FAMILY = ContentSafetyFamily()
