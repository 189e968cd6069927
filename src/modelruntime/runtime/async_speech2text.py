"""Speech to text. Awaited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from modelruntime.entities.model_type import ModelType
from modelruntime.entities.transcription_result import TranscriptionResult
from modelruntime.runtime.attempts import invoke_plan
from modelruntime.runtime.drive_async import AsyncDriver
from modelruntime.runtime.model_handle import ModelHandle
from modelruntime.runtime.model_reference import ModelReference
from modelruntime.runtime.speech2text_job import AudioFile, Task, speech2text_job
from modelruntime.transports.contract import Timeouts

if TYPE_CHECKING:
    from modelruntime.runtime.async_runtime import AsyncRuntime


class AsyncSpeech2Text(ModelHandle):
    """The same as `Speech2Text`, awaited."""

    model_type = ModelType.SPEECH2TEXT

    def __init__(self, runtime: AsyncRuntime, reference: ModelReference) -> None:
        super().__init__(runtime.core, reference)
        self._runtime = runtime

    async def invoke(
        self,
        file: AudioFile,
        *,
        task: Task = "transcribe",
        credentials: Mapping[str, Any] | None = None,
        timeout: float | Timeouts | None = None,
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
        fallbacks: Sequence[str] = (),
        strict: bool = False,
        parameters: Mapping[str, Any] | None = None,
        **named: Any,
    ) -> TranscriptionResult:
        """The text of a recording given as bytes, a path or a binary file.
        Raises `ParameterInvalid`, `CredentialsInvalid`, or an `InvokeError` of the vendor."""
        options = self._options(credentials, timeout, headers, extra, fallbacks, strict, parameters, named)
        job = speech2text_job(file, task, options, self._targets(options), self._core.settings.observers)
        return await AsyncDriver(self._runtime.world).run(invoke_plan(job))

    def __reduce__(self) -> tuple[Any, ...]:
        return AsyncSpeech2Text, (self._runtime, self._reference)
