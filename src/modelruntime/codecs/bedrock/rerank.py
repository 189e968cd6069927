"""Rerank: `POST /rerank` of the service `bedrock-agent-runtime`, for every reranking model
(https://docs.aws.amazon.com/bedrock/latest/APIReference/API_agent-runtime_Rerank.html, read 2026-11-28). It takes signed
requests only, no API keys (https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-reference.html, read 2026-11-28)."""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.codecs.bedrock.model_path import at_service, model_arn
from modelruntime.codecs.openai.request import endpoint_url, json_request, merge_into
from modelruntime.codecs.operation import Endpoint, Operation
from modelruntime.codecs.rerank.codec import RerankOperation
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.call import RerankCall
from modelruntime.entities.http import HttpRequest
from modelruntime.entities.rerank_result import RerankResult
from modelruntime.entities.warning import CallWarning

_MOST_DOCUMENTS = 1000


class BedrockRerank:
    """Scores from a model that an ARN names. Parameters go to the model as `additionalModelRequestFields`."""

    name = "bedrock_rerank"

    def invoke(self, call: RerankCall, endpoint: Endpoint) -> Operation[RerankResult]:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        most = min(_MOST_DOCUMENTS, endpoint.profile.rerank_max_documents or _MOST_DOCUMENTS)
        profile = msgspec.structs.replace(endpoint.profile, rerank_max_documents=most)
        reached = msgspec.structs.replace(at_service(endpoint, "bedrock-agent-runtime"), profile=profile)
        return RerankOperation(call, reached, render_request)


def render_request(documents: tuple[str, ...], call: RerankCall, endpoint: Endpoint) -> tuple[HttpRequest, tuple[CallWarning, ...]]:
    """One request for these documents of the call."""
    given: dict[str, Any] = {name: value for name, value in call.parameters.items() if value is not None}
    model: JSON = {"modelArn": model_arn(endpoint), **({"additionalModelRequestFields": given} if given else {})}
    results = min(call.top_n or len(documents), len(documents))
    body: JSON = {
        "queries": [{"type": "TEXT", "textQuery": {"text": call.query}}],
        "sources": [
            {"type": "INLINE", "inlineDocumentSource": {"type": "TEXT", "textDocument": {"text": text}}} for text in documents
        ],
        "rerankingConfiguration": {
            "type": "BEDROCK_RERANKING_MODEL",
            "bedrockRerankingConfiguration": {"numberOfResults": results, "modelConfiguration": model},
        },
    }
    merge_into(body, call.extra)
    return json_request(endpoint, endpoint_url(endpoint, "rerank", "/rerank"), body), ()


CODEC = BedrockRerank()
