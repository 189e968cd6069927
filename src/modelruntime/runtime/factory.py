"""The factory: the top layer. `blocking_runtime.py` and `async_runtime.py` give it its two colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from modelruntime.entities.model_type import ModelType
from modelruntime.runtime.core import Core, Settings
from modelruntime.runtime.credential_source import CredentialSource, CustomModel
from modelruntime.runtime.model_reference import model_type_of
from modelruntime.runtime.observers import Observer
from modelruntime.transports.contract import Timeouts, TransportOptions

if TYPE_CHECKING:
    from modelruntime.runtime.listing import ModelInfo, ProviderInfo


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
    """In place of the four standard credential sources."""
    environ: Mapping[str, str]
    """In place of the process environment."""


MAKERS = {
    ModelType.LLM: "llm",
    ModelType.TEXT_EMBEDDING: "text_embedding",
    ModelType.RERANK: "rerank",
    ModelType.SPEECH2TEXT: "speech2text",
    ModelType.TTS: "tts",
    ModelType.MODERATION: "moderation",
}
"""Model type → the runtime's method that makes its model object."""


class Factory:
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

    def model(self, model_type: ModelType | str, name: str) -> Any:
        """The model object of any type, e.g. `runtime.model("rerank", "provider/model")`."""
        return getattr(self, MAKERS[model_type_of(model_type)])(name)

    def unload(self, model: str | None = None) -> tuple[str, ...]:
        """Free the memory of a local model (`provider/model`), or of all; they load again when next called. Returns what
        was freed. Waits for the calls they have accepted."""
        from modelruntime.engines.host import default_host

        return default_host().unload(model)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.core.settings)


def _rebuild(kind: type[Factory], settings: Settings) -> Factory:
    """Pickle support: a runtime is its settings (a transport of one's own is not carried)."""
    runtime = kind()
    runtime.core = Core(settings)
    return runtime
