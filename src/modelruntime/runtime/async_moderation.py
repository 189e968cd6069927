"""Moderation. Awaited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from modelruntime.entities.model_type import ModelType
from modelruntime.entities.moderation_result import ModerationResult
from modelruntime.entities.parts import ImagePart, TextPart
from modelruntime.runtime.attempts import invoke_plan
from modelruntime.runtime.drive_async import AsyncDriver
from modelruntime.runtime.model_handle import ModelHandle
from modelruntime.runtime.model_reference import ModelReference
from modelruntime.runtime.moderation_job import moderation_job
from modelruntime.transports.contract import Timeouts

if TYPE_CHECKING:
    from modelruntime.runtime.async_runtime import AsyncRuntime


class AsyncModeration(ModelHandle):
    """The same as `Moderation`, awaited."""

    model_type = ModelType.MODERATION

    def __init__(self, runtime: AsyncRuntime, reference: ModelReference) -> None:
        super().__init__(runtime.core, reference)
        self._runtime = runtime

    async def invoke(
        self,
        text: str | Sequence[str | TextPart | ImagePart],
        *,
        credentials: Mapping[str, Any] | None = None,
        timeout: float | Timeouts | None = None,
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
        fallbacks: Sequence[str] = (),
        strict: bool = False,
        parameters: Mapping[str, Any] | None = None,
        **named: Any,
    ) -> ModerationResult:
        """Is the text (or the parts together) flagged, and in which categories.
        Raises `ParameterInvalid`, `CredentialsInvalid`, or an `InvokeError` of the vendor."""
        options = self._options(credentials, timeout, headers, extra, fallbacks, strict, parameters, named)
        job = moderation_job(text, options, self._targets(options), self._core.settings.observers)
        return await AsyncDriver(self._runtime.world).run(invoke_plan(job))

    def __reduce__(self) -> tuple[Any, ...]:
        return AsyncModeration, (self._runtime, self._reference)
