"""Codecs by name. A name is imported when it is first used."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, cast

from modelruntime.entities.errors import DeclarationInvalid

CODECS: dict[str, str] = {
    "anthropic_bedrock": "modelruntime.codecs.anthropic.messages:ON_BEDROCK",
    "anthropic_messages": "modelruntime.codecs.anthropic.messages:CODEC",
    "anthropic_models": "modelruntime.codecs.anthropic.models:CODEC",
    "anthropic_vertex": "modelruntime.codecs.anthropic.messages:ON_VERTEX",
    "gemini": "modelruntime.codecs.gemini.generate:CODEC",
    "gemini_embeddings": "modelruntime.codecs.gemini.embeddings:CODEC",
    "gemini_models": "modelruntime.codecs.gemini.models:CODEC",
    "gemini_speech": "modelruntime.codecs.gemini.speech:CODEC",
    "gemini_transcriptions": "modelruntime.codecs.gemini.transcriptions:CODEC",
    "vertex_embeddings": "modelruntime.codecs.gemini.embeddings:ON_VERTEX",
    "openai_chat": "modelruntime.codecs.openai.chat:CODEC",
    "openai_completions": "modelruntime.codecs.openai.completions:CODEC",
    "openai_embeddings": "modelruntime.codecs.openai.embeddings:CODEC",
    "openai_transcriptions": "modelruntime.codecs.openai.transcriptions:CODEC",
    "openai_responses": "modelruntime.codecs.openai_responses.responses:CODEC",
    "openai_speech": "modelruntime.codecs.openai.speech:CODEC",
    "openai_moderations": "modelruntime.codecs.openai.moderations:CODEC",
    "openai_models": "modelruntime.codecs.openai.models:CODEC",
    "rerank": "modelruntime.codecs.rerank.codec:CODEC",
}

_loaded: dict[str, Any] = {}


def load_codec(name: str) -> Any:
    """The codec of that name, or of `module:object` for a provider's own. Raises `DeclarationInvalid` for an unknown one."""
    location = CODECS.get(name, name if ":" in name else None)
    if location is None:
        raise DeclarationInvalid(f"no codec is called {name!r}; there are {', '.join(sorted(CODECS))}")
    return _load(location)


def load_dialect(location: str) -> Mapping[str, Any]:
    """A provider's own codecs, by model type (`models`: its listing), as `module:object` names them. Raises
    `DeclarationInvalid` when there is no such mapping."""
    found = _load(location)
    if not isinstance(found, Mapping):
        raise DeclarationInvalid(f"{location} is no mapping of model types to codecs")
    return cast("Mapping[str, Any]", found)


def _load(location: str) -> Any:
    if location not in _loaded:
        module, _, attribute = location.partition(":")
        try:
            _loaded[location] = getattr(import_module(module), attribute)
        except (ImportError, AttributeError, ValueError) as cause:
            raise DeclarationInvalid(f"the codec {location} cannot be loaded: {cause}") from cause
    return _loaded[location]
