"""From what a caller says to an LLM to a job."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from modelruntime.codecs.openai.inbound.messages import messages_from, tool_choice_from, tools_from
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import InvokeError, ParameterInvalid
from modelruntime.entities.events import SEMANTIC_EVENTS, ErrorEvent, FinishEvent, ReasoningEnd, StreamStart, TextEnd
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.messages import Message, UserMessage, text_of
from modelruntime.entities.model_type import ModelType
from modelruntime.entities.tools import HostedTool, Tool, ToolChoice
from modelruntime.entities.warning import CallWarning
from modelruntime.runtime.attachments import resolve_messages
from modelruntime.runtime.attempts import StreamShape
from modelruntime.runtime.effects import Plan
from modelruntime.runtime.features import feature_warnings
from modelruntime.runtime.job import Job, Prepared
from modelruntime.runtime.observers import Observer
from modelruntime.runtime.options import CallOptions
from modelruntime.runtime.relaying import RelayAsk, relay_codec
from modelruntime.runtime.structured_output import StructuredOutput, read_answer
from modelruntime.runtime.target import Target
from modelruntime.schema.parameter_policy import apply_rules, declared_names
from modelruntime.schema.pricing import cost_of


class LLMRequest(msgspec.Struct, frozen=True):
    """What the caller said, independent of any model."""

    messages: tuple[Message, ...]
    tools: tuple[Tool | HostedTool, ...]
    tool_choice: ToolChoice | None
    output: StructuredOutput | None
    stream: bool
    relay: RelayAsk | None = None
    """The client's own words, where it may speak the vendor's family."""


def llm_request(messages: Any, tools: Any, tool_choice: Any, output: StructuredOutput | None, *, stream: bool) -> LLMRequest:
    """Normal form of the arguments. Raises `ParameterInvalid` that names the message or tool at fault."""
    normal = messages_from(messages)
    if not normal or messages == "":
        raise ParameterInvalid("messages is empty: give a text or at least one message", field="messages")
    return LLMRequest(normal, tools_from(tools) if tools else (), tool_choice_from(tool_choice), output, stream)


def llm_job(
    request: LLMRequest,
    options: CallOptions,
    targets: Sequence[Callable[[], Target]],
    observers: Sequence[Observer],
) -> Job[LLMResult]:
    """The job: rendering for each target by its own rules, cost by its own price."""

    def prepare(target: Target) -> Plan[Prepared]:
        parameters, extra, changed = options.parameters, options.extra, list[CallWarning]()
        if options.family is not None and options.family.fields:
            codec = target.codec.name if target.codec is not None else None
            parameters, extra, changed = options.split_for(codec, declared_names(target.schema))
        applied = apply_rules(target.schema, parameters, strict=options.strict)
        messages = request.messages
        parts = [part for message in messages if not isinstance(message.content, str) for part in message.content]
        warnings = applied.warnings + feature_warnings(target, request.tools, parts, options)
        if parts:
            messages = yield from resolve_messages(messages, target.profile, options.timeout)
        call = LLMCall(
            model=target.schema.model,
            messages=messages,
            parameters=applied.parameters,
            tools=request.tools,
            tool_choice=request.tool_choice,
            output=request.output.format if request.output else None,
            stream=request.stream,
            strict=options.strict,
            extra={**target.extra, **extra},
        )
        if target.schema.mode == "completion" or getattr(target.codec, "takes_prompt", False):
            call = replace(call, prompt=_prompt_of(messages), messages=())
        speaker = relay_codec(request.relay, target, call)
        if speaker is not None and request.relay is not None and request.relay.inbound.choices > 1:
            call = replace(call, extra={**call.extra, "n": request.relay.inbound.choices})
        return Prepared(call, (*changed, *warnings) if changed else warnings, speaker)

    finish = _finish_event if request.stream else _finish_result(request)
    return Job(ModelType.LLM, targets, prepare, finish, options.timeout, observers)


def _prompt_of(messages: tuple[Message, ...]) -> str:
    """A completion model takes one text: several messages are joined by blank lines."""
    if len(messages) == 1 and isinstance(messages[0], UserMessage):
        return text_of(messages[0].content)
    return "\n\n".join(text_of(message.content) for message in messages)


def _finish_result(request: LLMRequest) -> Callable[[Target, Prepared, LLMResult], LLMResult]:
    def finish(target: Target, prepared: Prepared, result: LLMResult) -> LLMResult:
        cost = cost_of(target.schema.pricing, result.usage) if result.cost is None else result.cost
        result = replace(result, cost=cost, warnings=prepared.warnings + result.warnings)
        return result if request.output is None else parsed(request.output, result)

    return finish


def parsed(output: StructuredOutput | None, result: LLMResult) -> LLMResult:
    """The result with its typed object. An answer that was cut or refused, or that does not fit, keeps `parsed` None and
    gets a warning: the text is there to look at."""
    if output is None or result.tool_calls:
        return result
    try:
        return replace(result, parsed=read_answer(output, result.text))
    except ValueError as cause:
        warning = CallWarning("incomplete", f"the answer does not fit the wanted output: {cause}", "output")
        return replace(result, warnings=(*result.warnings, warning))


def _finish_event(target: Target, prepared: Prepared, event: Any) -> Any:
    if type(event) is StreamStart:
        return replace(event, warnings=prepared.warnings + event.warnings) if prepared.warnings else event
    if type(event) is FinishEvent and event.cost is None:
        return replace(event, cost=cost_of(target.schema.pricing, event.usage))
    return event


def _failure_of(item: Any) -> InvokeError | None:
    return item.error if type(item) is ErrorEvent else None


def _is_semantic(item: Any) -> bool:
    """A part that ends as empty as it began shows nothing: what is cut before its first word may still fail over."""
    if type(item) in SEMANTIC_EVENTS:
        return not isinstance(item, TextEnd | ReasoningEnd) or bool(item.part.text or item.part.provider_metadata)
    return False


def _is_final(item: Any) -> bool:
    return type(item) is FinishEvent


LLM_STREAM = StreamShape(_failure_of, _is_semantic, _is_final)
