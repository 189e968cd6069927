"""The factory: the top layer, and the front door of the library."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypedDict, Unpack

from modelruntime.entities.model_type import ModelType
from modelruntime.runtime.core import Core, Settings
from modelruntime.runtime.credential_source import CredentialSource, CustomModel
from modelruntime.runtime.model_reference import model_type_of
from modelruntime.runtime.observers import Observer
from modelruntime.transports.contract import AsyncTransport, Timeouts, Transport, TransportOptions

if TYPE_CHECKING:
    from modelruntime.runtime.async_llm import AsyncLLM
    from modelruntime.runtime.async_moderation import AsyncModeration
    from modelruntime.runtime.async_provider import AsyncProvider
    from modelruntime.runtime.async_rerank import AsyncRerank
    from modelruntime.runtime.async_speech2text import AsyncSpeech2Text
    from modelruntime.runtime.async_text_embedding import AsyncTextEmbedding
    from modelruntime.runtime.async_tts import AsyncTTS
    from modelruntime.runtime.listing import ModelInfo, ProviderInfo
    from modelruntime.runtime.llm import LLM
    from modelruntime.runtime.moderation import Moderation
    from modelruntime.runtime.provider import Provider
    from modelruntime.runtime.rerank import Rerank
    from modelruntime.runtime.speech2text import Speech2Text
    from modelruntime.runtime.text_embedding import TextEmbedding
    from modelruntime.runtime.tts import TTS
    from modelruntime.runtime.world import AsyncWorld, World


class RuntimeArguments(TypedDict, total=False):
    """What both runtimes take; all optional."""

    credentials: Mapping[str, Mapping[str, Any]]
    """`{"provider": {…}}` or `{"provider/model": {…}}`, by form variable; before the TOML file and the environment."""
    models: Sequence[CustomModel]
    """Customizable models with their filled forms."""
    providers: Sequence[Path | str]
    """Folders with further provider declarations or overlays."""
    documents: Sequence[str]
    """The same as YAML text."""
    endpoints: Mapping[str, str]
    """Base URLs that replace a provider's declared one, e.g. `{"some-provider": "http://127.0.0.1:9000/v1"}`."""
    headers: Mapping[str, Mapping[str, str]]
    """Headers of every call, by provider or `provider/model`."""
    extra: Mapping[str, Mapping[str, Any]]
    """Body fields of every call, by provider or `provider/model`."""
    observers: Sequence[Observer]
    """Who watches calls."""
    timeouts: Timeouts | float
    """Seconds of connect, first byte, idle, total; a number is the total."""
    transport_options: TransportOptions
    """Proxy, CA, TLS, connection limits."""
    sources: Sequence[CredentialSource]
    """In place of the three standard credential sources."""
    environ: Mapping[str, str]
    """In place of the process environment."""


class _Factory:
    """What both runtimes have: settings and listings. Costs nothing until a provider or model is named."""

    def __init__(self, **arguments: Unpack[RuntimeArguments]) -> None:
        given: dict[str, Any] = dict(arguments)
        timeouts = given.pop("timeouts", None)
        if timeouts is not None:
            given["timeouts"] = timeouts if isinstance(timeouts, Timeouts) else Timeouts(total=float(timeouts))
        for name in ("models", "documents", "observers", "sources", "providers"):
            if given.get(name) is not None:
                given[name] = tuple(given[name])
        given["providers"] = tuple(Path(folder) for folder in given.get("providers", ()))
        self.core = Core(Settings(**{name: value for name, value in given.items() if value is not None}))

    def providers(self) -> list[ProviderInfo]:
        """Every provider: labels, icon, types, methods, forms, status."""
        from modelruntime.runtime.listing import Listing

        return Listing(self.core).providers()

    def models(self, model_type: ModelType | str | None = None, provider: str | None = None) -> list[ModelInfo]:
        """Every model of a type (or all), unconfigured ones with the reason; asks no network."""
        from modelruntime.runtime.listing import Listing

        return Listing(self.core).models(None if model_type is None else model_type_of(model_type), provider)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.core.settings)


class Runtime(_Factory):
    """Every model behind one schema, blocking. Thread safe; survives fork; `close()` it or use it in `with`."""

    def __init__(self, *, transport: Transport | None = None, **arguments: Unpack[RuntimeArguments]) -> None:
        super().__init__(**arguments)
        self._transport = transport
        self._world: World | None = None
        self._pid = os.getpid()

    @property
    def world(self) -> World:
        """The shared connections; a forked child gets its own."""
        if self._world is None or self._pid != os.getpid():
            from modelruntime.runtime.world import World

            self._world = World(self.core.settings.transport_options, self._transport)
            self._pid = os.getpid()
        return self._world

    def model(self, model_type: ModelType | str, name: str) -> Any:
        """The model object of any type."""
        makers = {
            ModelType.LLM: self.llm,
            ModelType.TEXT_EMBEDDING: self.text_embedding,
            ModelType.RERANK: self.rerank,
            ModelType.SPEECH2TEXT: self.speech2text,
            ModelType.TTS: self.tts,
            ModelType.MODERATION: self.moderation,
        }
        return makers[model_type_of(model_type)](name)

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


class AsyncRuntime(_Factory):
    """The same names, awaited. `await runtime.aclose()` or use it in `async with`."""

    def __init__(self, *, transport: AsyncTransport | None = None, **arguments: Unpack[RuntimeArguments]) -> None:
        super().__init__(**arguments)
        self._transport = transport
        self._world: AsyncWorld | None = None
        self._pid = os.getpid()

    @property
    def world(self) -> AsyncWorld:
        """The shared connections; a forked child gets its own."""
        if self._world is None or self._pid != os.getpid():
            from modelruntime.runtime.world import AsyncWorld

            self._world = AsyncWorld(self.core.settings.transport_options, self._transport)
            self._pid = os.getpid()
        return self._world

    def model(self, model_type: ModelType | str, name: str) -> Any:
        """The model object of any type."""
        makers = {
            ModelType.LLM: self.llm,
            ModelType.TEXT_EMBEDDING: self.text_embedding,
            ModelType.RERANK: self.rerank,
            ModelType.SPEECH2TEXT: self.speech2text,
            ModelType.TTS: self.tts,
            ModelType.MODERATION: self.moderation,
        }
        return makers[model_type_of(model_type)](name)

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


def _rebuild(kind: type[_Factory], settings: Settings) -> _Factory:
    """Pickle support: a runtime is its settings (a transport of one's own is not carried)."""
    runtime = kind()
    runtime.core = Core(settings)
    return runtime
