"""Engines by name. A name is imported when its first model is loaded."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from modelruntime.engines.contract import EngineFactory
from modelruntime.entities.errors import DeclarationInvalid

ENGINES: dict[str, str] = {
    "llama_cpp": "modelruntime.engines.llama_cpp.engine:load",
    "llama_cpp_embedding": "modelruntime.engines.llama_cpp.embedding:load",
    "onnx_embedding": "modelruntime.engines.onnx_embedding.engine:load",
    "use_embedding": "modelruntime.engines.use_embedding.engine:load",
    "pointwise_rerank": "modelruntime.engines.pointwise_rerank.engine:load",
    "whisper": "modelruntime.engines.whisper.engine:load",
    "hibari": "modelruntime.engines.hibari.engine:load",
    "kokoro": "modelruntime.engines.kokoro.engine:load",
    "moderation": "modelruntime.engines.moderation.engine:load",
}
"""Engine name → `module:factory`."""


def load_factory(name: str | None) -> EngineFactory:
    """The factory of that engine, or of `module:factory` for a provider's own.

    Raises `DeclarationInvalid` for a name nobody knows, `ImportError` when a package of the engine is missing.
    """
    location = ENGINES.get(name or "", name if name and ":" in name else None)
    if location is None:
        raise DeclarationInvalid(f"no engine is called {name!r}; there are {', '.join(sorted(ENGINES))}")
    module, _, attribute = location.partition(":")
    return cast("EngineFactory", getattr(import_module(module), attribute))
