"""Language models. Awaited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from modelruntime.entities.llm_result import LLMResult
from modelruntime.entities.messages import Message
from modelruntime.entities.model_type import ModelType
from modelruntime.entities.tools import HostedTool, Tool, ToolChoice
from modelruntime.runtime.attempts import invoke_plan, stream_plan
from modelruntime.runtime.drive_async import AsyncDriver
from modelruntime.runtime.llm_job import LLM_STREAM, llm_job, llm_request, parsed
from modelruntime.runtime.model_handle import ModelHandle
from modelruntime.runtime.model_reference import ModelReference
from modelruntime.runtime.stream import AsyncLLMStream
from modelruntime.runtime.structured_output import structured_output
from modelruntime.runtime.token_count import TokenCount, count_messages_plan
from modelruntime.transports.contract import Timeouts

if TYPE_CHECKING:
    from modelruntime.runtime.async_runtime import AsyncRuntime

Messages = str | Message | Sequence[Message | Mapping[str, Any]]
Tools = Sequence[Tool | HostedTool | Mapping[str, Any]]


class AsyncLLM(ModelHandle):
    """The same as `LLM`, awaited."""

    model_type = ModelType.LLM

    def __init__(self, runtime: AsyncRuntime, reference: ModelReference) -> None:
        super().__init__(runtime.core, reference)
        self._runtime = runtime

    async def invoke(
        self,
        messages: Messages,
        *,
        tools: Tools = (),
        tool_choice: ToolChoice | str | Mapping[str, Any] | None = None,
        output: Any = None,
        credentials: Mapping[str, Any] | None = None,
        timeout: float | Timeouts | None = None,
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
        fallbacks: Sequence[str] = (),
        strict: bool = False,
        parameters: Mapping[str, Any] | None = None,
        **named: Any,
    ) -> LLMResult:
        """One answer. `messages` is a text, messages, or OpenAI-style dicts; further keywords, and `parameters` for names
        that are no identifiers, are model parameters; `output` is a JSON Schema, a Struct, a dataclass or a pydantic model.
        Raises `ParameterInvalid`, `CredentialsInvalid`, or an `InvokeError` of the vendor."""
        options = self._options(credentials, timeout, headers, extra, fallbacks, strict, parameters, named)
        wanted = None if output is None else structured_output(output)
        request = llm_request(messages, tools, tool_choice, wanted, stream=False)
        job = llm_job(request, options, self._targets(options), self._core.settings.observers)
        return await AsyncDriver(self._runtime.world).run(invoke_plan(job))

    def stream(
        self,
        messages: Messages,
        *,
        tools: Tools = (),
        tool_choice: ToolChoice | str | Mapping[str, Any] | None = None,
        output: Any = None,
        credentials: Mapping[str, Any] | None = None,
        timeout: float | Timeouts | None = None,
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
        fallbacks: Sequence[str] = (),
        strict: bool = False,
        parameters: Mapping[str, Any] | None = None,
        **named: Any,
    ) -> AsyncLLMStream:
        """The answer as typed events. Arguments as in `invoke`; what is wrong with them is raised here, what fails later
        is raised from the iteration. Closing the stream closes the socket."""
        options = self._options(credentials, timeout, headers, extra, fallbacks, strict, parameters, named)
        wanted = None if output is None else structured_output(output)
        request = llm_request(messages, tools, tool_choice, wanted, stream=True)
        job = llm_job(request, options, self._targets(options), self._core.settings.observers)
        batches = AsyncDriver(self._runtime.world).batches(stream_plan(job, LLM_STREAM))
        return AsyncLLMStream(batches, partial(parsed, wanted))

    async def count_tokens(self, messages: Messages, *, tools: Tools = (), ask_vendor: bool = False) -> TokenCount:
        """Tokens of a prompt, counted offline: exact where the tokenizer is public or the model is local, else an
        estimate that says so (`estimated`). `ask_vendor` uses the vendor's counting endpoint instead."""
        request = llm_request(messages, tools, None, None, stream=False)
        timeouts = self._core.settings.timeouts
        plan = count_messages_plan(self._default_target(), request, timeouts, ask_vendor=ask_vendor)
        return await AsyncDriver(self._runtime.world).run(plan)

    def __reduce__(self) -> tuple[Any, ...]:
        return AsyncLLM, (self._runtime, self._reference)
