"""Chat with a GGUF model: streaming, JSON-schema answers and tool calls by grammar, exact token counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from modelruntime.engines.contract import EngineContext, EngineSpec
from modelruntime.engines.llama_cpp.answer_decoder import AnswerDecoder
from modelruntime.engines.llama_cpp.answer_events import AnswerEvents, too_long
from modelruntime.engines.llama_cpp.generation import pull_chunks
from modelruntime.engines.llama_cpp.gguf_file import find_gguf
from modelruntime.engines.llama_cpp.prompt import Turn, render_messages
from modelruntime.engines.llama_cpp.sampling import render_sampling
from modelruntime.engines.llama_cpp.server import LlamaServer
from modelruntime.engines.llama_cpp.tool_grammar import answer_schema, must_call, usable_tools
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import CredentialsInvalid, ParameterInvalid
from modelruntime.entities.events import FinishEvent, StreamEvent, StreamStart, TextEnd, ToolCallEnd
from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.messages import AssistantMessage
from modelruntime.entities.output import OutputFormat
from modelruntime.entities.parts import TextPart, ToolCallPart
from modelruntime.entities.tools import Tool
from modelruntime.entities.warning import CallWarning

DEFAULT_CONTEXT = 4096
_LONGEST_TOKEN = 512
"""No vocabulary holds longer tokens, in bytes: a text beyond context × this need not be tokenized to be refused."""


def load(spec: EngineSpec, context: EngineContext) -> LlamaChat:
    """Load the GGUF file of the spec.

    Options: `model_path` (the user's own file), `context_size` (tokens; else `context_size` of the model's properties,
    else its declared context, else 4,096), `system_prompt` (used when a call brings no system message; else
    `system_prompt` of the model's properties), `chat_template` (Jinja, in place of the file's own).
    """
    path = find_gguf(spec)
    size = context_size(spec)
    template = spec.options.get("chat_template")

    def configure(params: Any) -> None:
        if template:
            params.chat_template = str(template)

    server = LlamaServer(path, context=size, threads=context.threads, configure=configure)
    prompt = spec.options.get("system_prompt") or spec.schema.model_properties.get("system_prompt")
    return LlamaChat(server, context=size, system_prompt=str(prompt) if prompt else None, should_stop=context.should_stop)


def context_size(spec: EngineSpec) -> int:
    """Tokens of context to load the model with. Raises `CredentialsInvalid` for an option that is no positive whole number."""
    chosen = spec.options.get("context_size")
    if chosen not in (None, ""):
        text = str(chosen).strip()
        if not text.isdecimal() or int(text) < 1:
            raise CredentialsInvalid(f"context_size must be a whole number of tokens, not {text[:20]!r}", field="context_size")
        return int(text)
    return int(spec.schema.model_properties.get("context_size") or spec.schema.limits.context or DEFAULT_CONTEXT)


class _Request(msgspec.Struct, frozen=True):
    body: dict[str, Any]
    prompt: str
    warnings: tuple[CallWarning, ...]
    decoder: AnswerDecoder | None = None
    is_chat: bool = True


class LlamaChat:
    """One loaded chat model."""

    def __init__(
        self, server: LlamaServer, *, context: int, system_prompt: str | None, should_stop: Callable[[], bool] = lambda: False
    ) -> None:
        self._server = server
        self._context = context
        self._system_prompt = system_prompt
        self._should_stop = should_stop

    def invoke(self, call: LLMCall) -> LLMResult:
        """The whole answer. Raises `ContextLengthExceeded` before running, `ParameterInvalid` for what cannot be said."""
        parts: list[TextPart | ToolCallPart] = []
        warnings: tuple[CallWarning, ...] = ()
        end: FinishEvent | None = None
        for event in self.stream(call, self._should_stop):
            if isinstance(event, StreamStart):
                warnings = event.warnings
            elif isinstance(event, TextEnd | ToolCallEnd):
                parts.append(event.part)
            elif isinstance(event, FinishEvent):
                end = event
        assert end is not None
        return LLMResult(
            call.model, AssistantMessage(tuple(parts)), end.finish, end.usage, warnings=warnings, logprobs=end.logprobs
        )

    def stream(self, call: LLMCall, should_stop: Callable[[], bool]) -> Iterator[StreamEvent]:
        """The answer as events. A true `should_stop()` ends it within a token, or a batch of the prompt, with what came so far."""
        request = self._render(call)
        self._check_length(request)
        yield StreamStart(call.model, warnings=request.warnings)
        events = AnswerEvents(request.decoder)
        start = self._server.chat if request.is_chat else self._server.complete
        for chunk in pull_chunks(start, request.body, should_stop):
            yield from events.feed(chunk)
        yield from events.close()

    def count_tokens(self, call: LLMCall) -> int:
        """Tokens of the prompt as the model will read it, chat template and tool instructions included."""
        return self._count(self._render(call))

    @property
    def address(self) -> str:
        """Where llama.cpp's own interface listens, see `server.py`."""
        return self._server.address

    def close(self) -> None:
        """Free the model."""
        self._server.close()

    def _render(self, call: LLMCall) -> _Request:
        body, warnings = render_sampling(call)
        body |= {"stream": True, "stream_options": {"include_usage": True}, "return_progress": True}
        if call.prompt is not None:
            return _Request({**body, "prompt": call.prompt, **call.extra}, call.prompt, warnings, is_chat=False)
        known, more = _own_tools(call)
        tools = usable_tools(known, call.tool_choice)
        forced = bool(tools) and must_call(call.tool_choice)
        turns, dropped = render_messages(call, default_system=self._system_prompt, tools=tools, forced=forced)
        schema = _schema_of(call.output)
        if tools:
            body.setdefault("temperature", 0.0)  # unless the caller wants it so, chance does not decide whether a tool is called
            schema = answer_schema(tools, call.tool_choice, schema)
        if schema is not None:
            body["response_format"] = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}
        return _Request(
            {**body, "messages": turns, **call.extra},
            self._template(turns, call.model),
            (*warnings, *more, *dropped),
            AnswerDecoder() if tools else None,
        )

    def _template(self, turns: list[Turn], model: str) -> str:
        room = self._context * _LONGEST_TOKEN
        size = sum(len(turn["content"]) for turn in turns)
        if size > room:
            raise too_long(size // _LONGEST_TOKEN, self._context)
        return self._server.apply_template(turns)

    def _count(self, request: _Request) -> int:
        return self._server.count_tokens(request.prompt, add_special=not request.is_chat)

    def _check_length(self, request: _Request) -> None:
        tokens = self._count(request)
        if tokens >= self._context:
            raise too_long(tokens, self._context)


def _own_tools(call: LLMCall) -> tuple[tuple[Tool, ...], tuple[CallWarning, ...]]:
    own = tuple(tool for tool in call.tools if isinstance(tool, Tool))
    hosted = [tool.kind for tool in call.tools if not isinstance(tool, Tool)]
    if hosted and call.strict:
        raise ParameterInvalid(f"a local model has no hosted tool {hosted[0]!r}: remove it", field="tools", model=call.model)
    said = "a local model has no hosted tool {!r}; it was left out"
    return own, tuple(CallWarning("unsupported", said.format(kind), "tools") for kind in hosted)


def _schema_of(output: OutputFormat | None) -> dict[str, Any] | None:
    if output is None or output.kind == "text":
        return None
    return output.schema if output.kind == "json_schema" and output.schema else {"type": "object"}
