"""Rerank: `{model, input: {query, documents}, parameters}` (https://www.alibabacloud.com/help/en/model-studio/text-rerank-api,
read 2026-11-28). What that page serves at `/compatible-api/v1/reranks` is flat: the codec `rerank` under that path."""

from __future__ import annotations

from functools import partial

from msgspec.structs import replace

from modelruntime.codecs.operation import Endpoint, Operation
from modelruntime.codecs.rerank.codec import RerankOperation
from modelruntime.codecs.rerank.render import render_documents
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.call import RerankCall
from modelruntime.entities.rerank_result import RerankResult

PATH = "/api/v1/services/rerank/text-rerank/text-rerank"
_INPUT = ("query", "documents")


def wrap(flat: JSON) -> JSON:
    """Query and documents are the input, the rest parameters."""
    parameters = {name: value for name, value in flat.items() if name not in ("model", *_INPUT)}
    body: JSON = {"model": flat["model"], "input": {name: flat[name] for name in _INPUT}}
    return body | ({"parameters": parameters} if parameters else {})


class DashScopeRerank:
    """Texts; images and videos as documents go through `extra`."""

    name = "dashscope_rerank"

    def invoke(self, call: RerankCall, endpoint: Endpoint) -> Operation[RerankResult]:
        """Raises `ParameterInvalid` for a call that cannot be said."""
        native = replace(endpoint, profile=replace(endpoint.profile, rerank_rows_field="/output/results"))
        return RerankOperation(call, native, partial(render_documents, path=PATH, wrap=wrap))


CODEC = DashScopeRerank()
