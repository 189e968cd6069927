"""The blocking runtime: the front door of the library."""

from __future__ import annotations

import os
import threading
from types import TracebackType
from typing import TYPE_CHECKING, Self, Unpack

from modelruntime.entities.model_type import ModelType
from modelruntime.runtime.factory import Factory, RuntimeArguments
from modelruntime.transports.contract import Transport

if TYPE_CHECKING:
    from modelruntime.runtime.llm import LLM
    from modelruntime.runtime.moderation import Moderation
    from modelruntime.runtime.provider import Provider
    from modelruntime.runtime.rerank import Rerank
    from modelruntime.runtime.speech2text import Speech2Text
    from modelruntime.runtime.text_embedding import TextEmbedding
    from modelruntime.runtime.tts import TTS
    from modelruntime.runtime.world import World


_opening = threading.Lock()


class Runtime(Factory):
    """Every model behind one schema, blocking. Thread safe; survives fork; `close()` it or use it in `with`."""

    def __init__(self, *, transport: Transport | None = None, **arguments: Unpack[RuntimeArguments]) -> None:
        super().__init__(**arguments)
        self._transport = transport
        self._world: World | None = None
        self._pid = os.getpid()

    @property
    def world(self) -> World:
        """The shared connections; a forked child gets its own."""
        world = self._world
        if world is None or self._pid != os.getpid():
            world = self._open()
        return world

    def _open(self) -> World:
        from modelruntime.runtime.world import World

        with _opening:
            if self._world is None or self._pid != os.getpid():
                self._world = World(self.core.settings.transport_options, self._transport)
                self._pid = os.getpid()
            return self._world

    def provider(self, name: str) -> Provider:
        """A provider by id. Raises `ModelNotFound` for one nobody declares."""
        from modelruntime.runtime.provider import Provider

        return Provider(self, name)

    def llm(self, name: str) -> LLM:
        """A language model, `provider/model`."""
        from modelruntime.runtime.llm import LLM

        return LLM(self, self.core.reference(name, ModelType.LLM))

    def text_embedding(self, name: str) -> TextEmbedding:
        """An embedding model."""
        from modelruntime.runtime.text_embedding import TextEmbedding

        return TextEmbedding(self, self.core.reference(name, ModelType.TEXT_EMBEDDING))

    def rerank(self, name: str) -> Rerank:
        """A rerank model."""
        from modelruntime.runtime.rerank import Rerank

        return Rerank(self, self.core.reference(name, ModelType.RERANK))

    def speech2text(self, name: str) -> Speech2Text:
        """A transcription model."""
        from modelruntime.runtime.speech2text import Speech2Text

        return Speech2Text(self, self.core.reference(name, ModelType.SPEECH2TEXT))

    def tts(self, name: str) -> TTS:
        """A speech model."""
        from modelruntime.runtime.tts import TTS

        return TTS(self, self.core.reference(name, ModelType.TTS))

    def moderation(self, name: str) -> Moderation:
        """A moderation model."""
        from modelruntime.runtime.moderation import Moderation

        return Moderation(self, self.core.reference(name, ModelType.MODERATION))

    def close(self) -> None:
        """Close the connections. Local models belong to the process and stay loaded."""
        if self._world is not None:
            self._world.close()
            self._world = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
