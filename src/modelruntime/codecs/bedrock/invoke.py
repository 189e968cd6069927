"""InvokeModel for chat: `POST /model/{model}/invoke` and `/invoke-with-response-stream`, for models that Converse does not
serve (imported ones, marketplace endpoints), and for Nova, whose body is Converse's own
(https://docs.aws.amazon.com/nova/latest/userguide/complete-request-schema.html, read 2026-11-28)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from modelruntime.codecs.bedrock.converse import EVENTS, render_body
from modelruntime.codecs.bedrock.model_path import through_profile
from modelruntime.codecs.bedrock.parse_reply import parse_reply
from modelruntime.codecs.bedrock.prompts import PromptMachine, parse_completion, render_prompt
from modelruntime.codecs.bedrock.stream_machine import ConverseMachine
from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.json_value import as_object
from modelruntime.codecs.machine_decoder import AwsEvents, Machine, MachineStream
from modelruntime.codecs.openai.errors import error_from
from modelruntime.codecs.openai.request import endpoint_url, json_request, merge_into
from modelruntime.codecs.operation import Endpoint, Exchange
from modelruntime.codecs.reply_context import ReplyContext
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.call import LLMCall
from modelruntime.entities.llm_result import LLMResult

_SCHEMA = "messages-v1"
_OTHERS = "additionalModelRequestFields"


class BedrockInvoke:
    """A prompt in the shape that `profile.invoke_prompt` names, or messages in Nova's."""

    name = "bedrock_invoke"

    def invoke(self, call: LLMCall, endpoint: Endpoint) -> Exchange[LLMResult]:
        """One request, one reply. Raises `ParameterInvalid` for a call that cannot be said."""
        body, context = _render(call, endpoint)
        url = endpoint_url(context.endpoint, "invoke", "/model/{model}/invoke")
        parse = parse_reply if call.prompt is None else parse_completion
        return Exchange(json_request(endpoint, url, body), partial(parse, context=context))

    def stream(self, call: LLMCall, endpoint: Endpoint) -> MachineStream:
        """One request whose reply streams. Raises `ParameterInvalid` for a call that cannot be said."""
        body, context = _render(call, endpoint)
        url = endpoint_url(context.endpoint, "invoke_stream", "/model/{model}/invoke-with-response-stream")
        kind: Callable[..., Machine] = ConverseMachine if call.prompt is None else PromptMachine
        request = json_request(endpoint, url, body, EVENTS)
        return MachineStream(request, context.endpoint, AwsEvents, partial(kind, context=context), error_from)


def _render(call: LLMCall, endpoint: Endpoint) -> tuple[JSON, ReplyContext]:
    if call.prompt is None:
        body, context = render_body(call, endpoint)
        others = as_object(body.pop(_OTHERS, None))
        merge_into(body, others)
        return {"schemaVersion": _SCHEMA, **body}, context
    warnings = CallWarnings(call.strict)
    reached, parameters = through_profile(endpoint, call.parameters)
    return render_prompt(call, reached.profile, parameters, warnings), ReplyContext(reached, warnings.all())


CODEC = BedrockInvoke()
