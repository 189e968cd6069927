"""Where vendors put facts into the rows of their model lists, and what their words mean here.

Only a vendor's own fields count; nothing is guessed from a name. Sources (unverified):
https://openrouter.ai/docs/api-reference/list-available-models (architecture, supported_parameters, top_provider),
https://docs.mistral.ai/api/endpoint/models (capabilities, max_context_length),
https://console.groq.com/docs/api-reference#models (context_window, max_completion_tokens),
https://docs.together.ai/reference/models-1 (type, context_length), https://docs.vllm.ai (max_model_len),
https://inference.readthedocs.io (model_type, model_ability), https://lmstudio.ai/docs/api/rest-api (type,
max_context_length, loaded_context_length), https://docs.cohere.com/reference/list-models (endpoints),
https://github.com/ggml-org/llama.cpp/tree/master/tools/server (capabilities, meta).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from modelruntime.codecs.json_value import as_array, as_count, as_object, as_text, at_pointer, is_array, is_object
from modelruntime.entities.model_type import ModelType

_CONTEXT = (
    "/context_length",
    "/context_window",
    "/max_model_len",
    "/loaded_context_length",
    "/max_context_length",
    "/context_size",
    "/max_input_tokens",
    "/top_provider/context_length",
    "/meta/n_ctx",
)
_OUTPUT = (
    "/max_completion_tokens",
    "/max_output_tokens",
    "/max_output_length",
    "/output_token_limit",
    "/top_provider/max_completion_tokens",
)
_TYPE_FIELDS = ("model_type", "type", "task", "kind", "sub_type")
_TYPES: dict[str, ModelType] = {
    **dict.fromkeys(("llm", "vlm", "chat", "language", "text-generation", "chat-completion", "completion"), ModelType.LLM),
    **dict.fromkeys(("embedding", "embeddings", "text-embedding", "text-embeddings"), ModelType.TEXT_EMBEDDING),
    **dict.fromkeys(("rerank", "reranker", "reranking"), ModelType.RERANK),
    **dict.fromkeys(
        (
            "speech2text",
            "speech-to-text",
            "transcribe",
            "transcription",
            "audio2text",
            "asr",
            "stt",
            "automatic-speech-recognition",
        ),
        ModelType.SPEECH2TEXT,
    ),
    **dict.fromkeys(("tts", "text-to-speech", "text2audio", "speech"), ModelType.TTS),
    **dict.fromkeys(("moderation", "text-moderation"), ModelType.MODERATION),
}
_FOREIGN_TYPES = frozenset(
    ("image", "image-generation", "text-to-image", "image-to-image", "video", "text-to-video", "image-to-video")
)
_FOREIGN_OUTPUTS = frozenset(("image", "video"))
_ABILITIES: tuple[tuple[str, ModelType], ...] = (
    ("completion_chat", ModelType.LLM),
    ("completion_fim", ModelType.LLM),
    ("chat", ModelType.LLM),
    ("generate", ModelType.LLM),
    ("completion", ModelType.LLM),
    ("embed", ModelType.TEXT_EMBEDDING),
    ("embedding", ModelType.TEXT_EMBEDDING),
    ("rerank", ModelType.RERANK),
    ("audio2text", ModelType.SPEECH2TEXT),
    ("audio_transcription", ModelType.SPEECH2TEXT),
    ("text2audio", ModelType.TTS),
    ("audio_speech", ModelType.TTS),
    ("moderation", ModelType.MODERATION),
)
"""What a model can do → its type; the first that holds decides."""
_OUTPUTS: tuple[tuple[str, ModelType], ...] = (
    ("text", ModelType.LLM),
    ("embeddings", ModelType.TEXT_EMBEDDING),
    ("embedding", ModelType.TEXT_EMBEDDING),
    ("rerank", ModelType.RERANK),
    ("transcription", ModelType.SPEECH2TEXT),
    ("speech", ModelType.TTS),
)
_FEATURES = {
    "tools": "tool-call",
    "function_calling": "tool-call",
    "tool_use": "tool-call",
    "supports_tools": "tool-call",
    "tool-call": "tool-call",
    "vision": "vision",
    "image": "vision",
    "supports_image_in": "vision",
    "supports_image_input": "vision",
    "multimodal": "vision",
    "video": "video",
    "supports_video_in": "video",
    "audio": "audio",
    "file": "document",
    "structured_outputs": "structured-output",
    "reasoning": "agent-thought",
    "supports_reasoning": "agent-thought",
}
_ABILITY_FIELDS = ("capabilities", "model_ability", "endpoints", "features", "supported_parameters", "supported_features")


def model_type(row: dict[str, Any]) -> ModelType | None:
    """The type by the vendor's own fields; None when they do not say, or say something that is none of the six."""
    for name in _TYPE_FIELDS:
        if found := _TYPES.get(_word(row.get(name))):
            return found
    able = set(_abilities(row))
    for ability, found in _ABILITIES:
        if ability in able:
            return found
    outputs = _modalities(row, "output")
    return next((found for name, found in _OUTPUTS if name in outputs), None)


def is_foreign(row: dict[str, Any]) -> bool:
    """Does the vendor itself say that the model makes pictures or films alone, for which there is no model type."""
    if model_type(row) is not None:
        return False
    outputs = _modalities(row, "output")
    stated = any(_word(row.get(name)) in _FOREIGN_TYPES for name in _TYPE_FIELDS)
    return stated or (bool(outputs) and _FOREIGN_OUTPUTS.issuperset(outputs))


def features(row: dict[str, Any]) -> tuple[str, ...] | None:
    """What a chat model can do, in this project's words; None when the vendor does not list abilities (modalities alone
    say nothing of tools, and an empty answer would mean that there are none)."""
    flags = [name for name in _FEATURES if name.startswith("supports_") and isinstance(row.get(name), bool)]
    if not flags and not any(name in row for name in _ABILITY_FIELDS):
        return None
    names = {*_abilities(row), *_modalities(row, "input"), *(name for name in flags if row[name])}
    return tuple(dict.fromkeys(feature for name, feature in _FEATURES.items() if name in names))


def context(row: dict[str, Any]) -> int | None:
    """Tokens of prompt and answer together. What only reads has no answer: its `max_tokens` are the input's."""
    reads = model_type(row) in (ModelType.TEXT_EMBEDDING, ModelType.RERANK)
    return _first_count(row, (*_CONTEXT, "/max_tokens") if reads else _CONTEXT)


def max_output(row: dict[str, Any]) -> int | None:
    """Tokens of an answer."""
    return _first_count(row, _OUTPUT)


def _first_count(row: dict[str, Any], pointers: tuple[str, ...]) -> int | None:
    """Zero is a vendor's word for unknown."""
    return next((count for pointer in pointers if (count := as_count(at_pointer(row, pointer)))), None)


def _word(value: object) -> str:
    """`Text Generation`, `TEXT_GENERATION` and `{"name": "text-generation"}` are one word."""
    text = as_text(as_object(value).get("name")) if is_object(value) else as_text(value)
    return (text or "").strip().lower().replace(" ", "-").replace("_", "-")


def _abilities(row: dict[str, Any]) -> Iterator[str]:
    """Names in a list, or names that are true in an object."""
    for field in _ABILITY_FIELDS:
        value = row.get(field)
        if is_array(value):
            yield from (item.lower() for item in value if isinstance(item, str))
        elif is_object(value):
            yield from (name.lower() for name, able in value.items() if able is True)


def _modalities(row: dict[str, Any], side: str) -> tuple[str, ...]:
    for holder in (as_object(row.get("architecture")), row, as_object(row.get("modalities"))):
        for name in (f"{side}_modalities", side):
            if found := as_array(holder.get(name)):
                return tuple(item.lower() for item in found if isinstance(item, str))
    return ()
