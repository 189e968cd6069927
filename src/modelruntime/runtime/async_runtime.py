"""The async runtime: the same names, awaited."""

from __future__ import annotations

import os
from types import TracebackType
from typing import TYPE_CHECKING, Self, Unpack

from modelruntime.entities.model_type import ModelType
from modelruntime.runtime.factory import Factory, RuntimeArguments
from modelruntime.transports.contract import AsyncTransport

if TYPE_CHECKING:
    from modelruntime.runtime.async_llm import AsyncLLM
    from modelruntime.runtime.async_moderation import AsyncModeration
    from modelruntime.runtime.async_provider import AsyncProvider
    from modelruntime.runtime.async_rerank import AsyncRerank
    from modelruntime.runtime.async_speech2text import AsyncSpeech2Text
    from modelruntime.runtime.async_text_embedding import AsyncTextEmbedding
    from modelruntime.runtime.async_tts import AsyncTTS
    from modelruntime.runtime.core import Core
    from modelruntime.runtime.world import AsyncWorld


class AsyncRuntime(Factory):
    """The same names, awaited. `await runtime.aclose()` or use it in `async with`."""

    def __init__(self, *, transport: AsyncTransport | None = None, **arguments: Unpack[RuntimeArguments]) -> None:
        super().__init__(**arguments)
        self._transport = transport
        self._world: AsyncWorld | None = None
        self._lender: AsyncRuntime | None = None
        self._pid = os.getpid()

    def sharing(self, core: Core) -> AsyncRuntime:
        """A runtime that knows other things but uses this one's connections and tokens. Only this one closes them."""
        other = AsyncRuntime()
        other.core = core
        other._lender = self
        return other

    @property
    def world(self) -> AsyncWorld:
        """The shared connections; a forked child gets its own."""
        if self._lender is not None:
            return self._lender.world
        if self._world is None or self._pid != os.getpid():
            from modelruntime.runtime.world import AsyncWorld

            self._world = AsyncWorld(self.core.settings.transport_options, self._transport)
            self._pid = os.getpid()
        return self._world

    def provider(self, name: str) -> AsyncProvider:
        """A provider by id. Raises `ModelNotFound` for one nobody declares."""
        from modelruntime.runtime.async_provider import AsyncProvider

        return AsyncProvider(self, name)

    def llm(self, name: str) -> AsyncLLM:
        """A language model, `provider/model`."""
        from modelruntime.runtime.async_llm import AsyncLLM

        return AsyncLLM(self, self.core.reference(name, ModelType.LLM))

    def text_embedding(self, name: str) -> AsyncTextEmbedding:
        """An embedding model."""
        from modelruntime.runtime.async_text_embedding import AsyncTextEmbedding

        return AsyncTextEmbedding(self, self.core.reference(name, ModelType.TEXT_EMBEDDING))

    def rerank(self, name: str) -> AsyncRerank:
        """A rerank model."""
        from modelruntime.runtime.async_rerank import AsyncRerank

        return AsyncRerank(self, self.core.reference(name, ModelType.RERANK))

    def speech2text(self, name: str) -> AsyncSpeech2Text:
        """A transcription model."""
        from modelruntime.runtime.async_speech2text import AsyncSpeech2Text

        return AsyncSpeech2Text(self, self.core.reference(name, ModelType.SPEECH2TEXT))

    def tts(self, name: str) -> AsyncTTS:
        """A speech model."""
        from modelruntime.runtime.async_tts import AsyncTTS

        return AsyncTTS(self, self.core.reference(name, ModelType.TTS))

    def moderation(self, name: str) -> AsyncModeration:
        """A moderation model."""
        from modelruntime.runtime.async_moderation import AsyncModeration

        return AsyncModeration(self, self.core.reference(name, ModelType.MODERATION))

    async def aclose(self) -> None:
        """Close the connections. Local models belong to the process and stay loaded."""
        if self._world is not None:
            world, self._world = self._world, None
            await world.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.aclose()
