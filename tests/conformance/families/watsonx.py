"""IBM watsonx.ai: chat judged by OpenAI's types once its few own names are put back, the rest by rules of our own."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from modelruntime.schema.profile import Profile
from tests.conformance import facts
from tests.conformance.case import Case
from tests.conformance.exchange import Answer, Seen, as_events, as_json
from tests.conformance.families import openai
from tests.conformance.family import Evidence
from tests.conformance.want import RETRY_AFTER, Want

PATHS = {
    "watsonx_chat": ("/ml/v1/text/chat", "/ml/v1/text/chat_stream"),
    "watsonx_embeddings": ("/ml/v1/text/embeddings",),
    "watsonx_rerank": ("/ml/v1/text/rerank",),
}


class WatsonxFamily:
    """Chat, its stream by a path of its own, embeddings and rerank."""

    evidence: Evidence = "vendor types"

    def judge(self, seen: Seen, case: Case, profile: Profile) -> list[str]:
        """The path, the version of the API, and a body that names the model and who pays."""
        body = seen.json()
        found = [] if seen.path in PATHS[case.codec] else [f"the path is {seen.path}"]
        found += [] if seen.query.startswith("version=20") else [f"the query is {seen.query!r}"]
        if not (body.pop("project_id", None) or body.pop("space_id", None)):
            found.append("body.project_id: missing")
        if case.codec == "watsonx_chat":
            plain: dict[str, Any] = {"model": body.pop("model_id"), **body}
            if "tool_choice_option" in plain:
                plain["tool_choice"] = plain.pop("tool_choice_option")
            if seen.path.endswith("_stream"):
                plain["stream"] = True
            inner = replace(seen, body=json.dumps(plain).encode())
            return found + openai.FAMILY.judge(inner, replace(case, codec="openai_chat"), profile)
        known = {"model_id", "inputs", "parameters"} | ({"query"} if case.codec == "watsonx_rerank" else set())
        return found + [f"body.{name}: unknown" for name in body.keys() - known]

    def answer(self, seen: Seen, case: Case, profile: Profile, want: Want) -> Answer:
        """OpenAI's answers, with errors in a list."""
        if want.fault in FAULTS:
            return FAULTS[want.fault]
        body = seen.json()
        if case.codec == "watsonx_embeddings":
            rows = [{"embedding": facts.vector_of(text)} for text in body["inputs"]]
            return as_json({"model_id": "m", "results": rows, "input_token_count": 3})
        if case.codec == "watsonx_rerank":
            top = body.get("parameters", {}).get("return_options", {}).get("top_n") or 2
            ranked = [{"index": at, "score": facts.SCORES[at]} for at in (1, 0)][:top]
            return as_json({"model_id": "m", "results": ranked, "input_token_count": 3})
        if not seen.path.endswith("_stream"):
            return openai._chat(profile, want)
        if want.fault != "error in stream":
            told = openai._streamed_chat({"stream_options": {"include_usage": True}}, profile, want)
            return replace(
                told, body=told.body.replace(b"data: [DONE]\n\n", b"").replace(b"data:", b"id: 1\nevent: message\ndata:")
            )
        chunk = openai._chunk({"content": "x"})
        return as_events(
            chunk, {"errors": [{"code": "downstream_issue", "message": facts.ERROR_MESSAGE}], "status_code": 500}, done=None
        )


def _error(code: str, status: int, **headers: str) -> Answer:
    return as_json(
        {"errors": [{"code": code, "message": facts.ERROR_MESSAGE}], "trace": "t", "status_code": status}, status, **headers
    )


FAULTS = {
    "refused key": _error("authentication_token_not_valid", 401),
    "rate limit": _error("rate_limit_reached_requests", 429, retry_after=str(RETRY_AFTER)),
    "outage": _error("downstream_request_failed", 503),
}

FAMILY = WatsonxFamily()
