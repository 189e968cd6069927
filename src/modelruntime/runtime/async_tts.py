"""Text to speech. Awaited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from modelruntime.entities.model_type import ModelType
from modelruntime.entities.speech_result import SpeechResult, Voice
from modelruntime.runtime.attempts import invoke_plan, stream_plan
from modelruntime.runtime.drive_async import AsyncDriver
from modelruntime.runtime.model_handle import ModelHandle
from modelruntime.runtime.model_reference import ModelReference
from modelruntime.runtime.stream import AsyncStream
from modelruntime.runtime.tts_job import TTS_STREAM, tts_job
from modelruntime.runtime.voices import voices_of
from modelruntime.transports.contract import Timeouts

if TYPE_CHECKING:
    from modelruntime.runtime.async_runtime import AsyncRuntime


class AsyncTTS(ModelHandle):
    """The same as `TTS`, awaited."""

    model_type = ModelType.TTS

    def __init__(self, runtime: AsyncRuntime, reference: ModelReference) -> None:
        super().__init__(runtime.core, reference)
        self._runtime = runtime

    async def invoke(
        self,
        text: str,
        *,
        voice: str | None = None,
        credentials: Mapping[str, Any] | None = None,
        timeout: float | Timeouts | None = None,
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
        fallbacks: Sequence[str] = (),
        strict: bool = False,
        parameters: Mapping[str, Any] | None = None,
        **named: Any,
    ) -> SpeechResult:
        """The spoken text, whole.
        Raises `ParameterInvalid`, `CredentialsInvalid`, or an `InvokeError` of the vendor."""
        options = self._options(credentials, timeout, headers, extra, fallbacks, strict, parameters, named)
        job = tts_job(text, voice, options, self._targets(options), self._core.settings.observers, stream=False)
        result: SpeechResult = await AsyncDriver(self._runtime.world).run(invoke_plan(job))
        return result

    def stream(
        self,
        text: str,
        *,
        voice: str | None = None,
        credentials: Mapping[str, Any] | None = None,
        timeout: float | Timeouts | None = None,
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
        fallbacks: Sequence[str] = (),
        strict: bool = False,
        parameters: Mapping[str, Any] | None = None,
        **named: Any,
    ) -> AsyncStream[bytes]:
        """Audio bytes as they come. Raises as `invoke` does, from the iteration."""
        options = self._options(credentials, timeout, headers, extra, fallbacks, strict, parameters, named)
        job = tts_job(text, voice, options, self._targets(options), self._core.settings.observers, stream=True)
        return AsyncStream(AsyncDriver(self._runtime.world).batches(stream_plan(job, TTS_STREAM)))

    async def voices(self, language: str | None = None) -> tuple[Voice, ...]:
        """The voices, or those that speak `language` (BCP 47; `en` also finds `en-GB`)."""
        return voices_of(self.schema, language)

    def __reduce__(self) -> tuple[Any, ...]:
        return AsyncTTS, (self._runtime, self._reference)
