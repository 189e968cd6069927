"""The six kinds of models."""

from __future__ import annotations

from enum import StrEnum


class ModelType(StrEnum):
    """What a model does. Values are the wire words of declarations and of the HTTP API."""

    LLM = "llm"
    TEXT_EMBEDDING = "text-embedding"
    RERANK = "rerank"
    SPEECH2TEXT = "speech2text"
    TTS = "tts"
    MODERATION = "moderation"


ORIGIN_ALIASES = {"text-generation": ModelType.LLM, "embeddings": ModelType.TEXT_EMBEDDING, "reranking": ModelType.RERANK}
"""Other spellings that existing declarations use."""
