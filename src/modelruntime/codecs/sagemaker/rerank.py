"""Rerank, in the words of the container."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from modelruntime.codecs.body_parameters import render_body
from modelruntime.codecs.openai.request import endpoint_url, json_request
from modelruntime.codecs.operation import Endpoint, Operation
from modelruntime.codecs.rerank.codec import RerankOperation
from modelruntime.codecs.rerank.render import Warnings, render_documents
from modelruntime.codecs.sagemaker.location import located
from modelruntime.entities.call import RerankCall
from modelruntime.entities.http import HttpRequest
from modelruntime.entities.rerank_result import RerankResult

_FACTS: dict[str, dict[str, Any]] = {
    "sample": {"rerank_rows_field": "scores", "rerank_rows_as": "scores"},
    "huggingface": {"rerank_documents_field": "texts", "drop": ("model", "top_n")},
    "compatible": {},
}
"""Container → what its wire says, in the words of profiles. https://huggingface.github.io/text-embeddings-inference/ (unverified);
the samples: https://github.com/langgenius/dify-official-plugins, models/sagemaker (read 2026-11-28)."""


class SageMakerRerank:
    """Scores of one document each, or rows as most vendors have them."""

    name = "sagemaker_rerank"

    def invoke(self, call: RerankCall, endpoint: Endpoint) -> Operation[RerankResult]:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        reached = located(endpoint, "rerank")
        facts = _FACTS[reached.profile.container]
        facts = {**facts, "drop": (*reached.profile.drop, *facts.get("drop", ()))}
        reached = replace(reached, profile=replace(reached.profile, **facts))
        sample = reached.profile.container == "sample"
        return RerankOperation(call, reached, render_pairs if sample else render_documents)


def render_pairs(documents: tuple[str, ...], call: RerankCall, endpoint: Endpoint) -> tuple[HttpRequest, Warnings]:
    """The query beside each document."""
    body, warnings = render_body({"inputs": [call.query] * len(documents), "docs": list(documents)}, call, endpoint.profile)
    return json_request(endpoint, endpoint_url(endpoint, "rerank", ""), body), warnings


CODEC = SageMakerRerank()
