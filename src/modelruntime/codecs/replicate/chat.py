"""Language models."""

from __future__ import annotations

from functools import partial

from modelruntime.codecs.openai.errors import unreadable_reply
from modelruntime.codecs.operation import Endpoint
from modelruntime.codecs.replicate.family import FAMILY, JSON, create_request, metrics_of, text_of
from modelruntime.codecs.replicate.prediction import Prediction
from modelruntime.codecs.replicate.render_input import render_input
from modelruntime.codecs.replicate.stream import PredictionStream
from modelruntime.codecs.replicate.usage import usage_of
from modelruntime.codecs.reply_context import ReplyContext
from modelruntime.codecs.vendor_metadata import metadata_of
from modelruntime.entities.call import LLMCall
from modelruntime.entities.finish import Finish
from modelruntime.entities.http import HttpResponse
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.messages import AssistantMessage
from modelruntime.entities.parts import TextPart
from modelruntime.entities.raw_reply import RawReply


class ReplicateChat:
    """A prompt in, text out."""

    name = "replicate"

    def invoke(self, call: LLMCall, endpoint: Endpoint) -> Prediction[LLMResult]:
        """A prediction, polled. Raises `ParameterInvalid` for a call that cannot be said."""
        given, warnings = render_input(call, endpoint)
        parse = partial(parse_result, context=ReplyContext(endpoint, warnings))
        return Prediction(create_request(endpoint, given), endpoint, parse)

    def stream(self, call: LLMCall, endpoint: Endpoint) -> PredictionStream:
        """A prediction, read as it grows. Raises `ParameterInvalid` for a call that cannot be said."""
        given, warnings = render_input(call, endpoint)
        context = ReplyContext(endpoint, warnings)
        return PredictionStream(create_request(endpoint, given), context, partial(parse_result, context=context))


def parse_result(body: JSON, response: HttpResponse, context: ReplyContext) -> LLMResult:
    """The result of a prediction that succeeded. Raises `InvokeError` for an output that is no text."""
    text = text_of(body.get("output"))
    if text is None:
        raise unreadable_reply(response, context.endpoint, "an output that is no text")
    facts = {"version": body.get("version"), "metrics": metrics_of(body) or None}
    return LLMResult(
        model=context.endpoint.model,
        message=AssistantMessage((TextPart(text),)),
        finish=Finish("stop", body["status"]),
        usage=usage_of(body),
        warnings=context.warnings,
        request_id=response.head.request_id,
        response_id=body["id"],
        provider_metadata=metadata_of(FAMILY, facts),
        raw=RawReply(response.body),
    )


CODEC = ReplicateChat()
