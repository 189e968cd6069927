"""Rerank: `POST /ml/v1/text/rerank`, the shape that most vendors share under other names."""

from __future__ import annotations

from msgspec.structs import replace

from modelruntime.codecs.operation import Endpoint
from modelruntime.codecs.rerank.codec import RerankOperation
from modelruntime.codecs.watsonx.family import scoped
from modelruntime.entities.call import RerankCall


class WatsonxRerank:
    """Documents best first."""

    name = "watsonx_rerank"

    def invoke(self, call: RerankCall, endpoint: Endpoint) -> RerankOperation:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        known = scoped(endpoint)
        profile = replace(
            known.profile,
            paths={"rerank": "/ml/v1/text/rerank", **known.profile.paths},
            rerank_documents_field="inputs",
            rerank_documents_as="objects",
            rerank_top_n_field="parameters.return_options.top_n",
            rerank_tokens_pointers=("/input_token_count",),
        )
        return RerankOperation(call, replace(known, profile=profile))


CODEC = WatsonxRerank()
