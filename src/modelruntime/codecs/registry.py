"""Codecs by name. A name is imported when it is first used."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, cast

from modelruntime.entities.errors import DeclarationInvalid

CODECS: dict[str, str] = {
    "ark_multimodal_embeddings": "modelruntime.codecs.ark.embeddings:CODEC",
    "anthropic_bedrock": "modelruntime.codecs.anthropic.messages:ON_BEDROCK",
    "anthropic_messages": "modelruntime.codecs.anthropic.messages:CODEC",
    "anthropic_models": "modelruntime.codecs.anthropic.models:CODEC",
    "anthropic_vertex": "modelruntime.codecs.anthropic.messages:ON_VERTEX",
    "cohere_chat": "modelruntime.codecs.cohere.chat:CODEC",
    "cohere_embed": "modelruntime.codecs.cohere.embeddings:CODEC",
    "cohere_models": "modelruntime.codecs.cohere.models:CODEC",
    "bedrock_converse": "modelruntime.codecs.bedrock.converse:CODEC",
    "bedrock_embeddings": "modelruntime.codecs.bedrock.embeddings:CODEC",
    "bedrock_invoke": "modelruntime.codecs.bedrock.invoke:CODEC",
    "bedrock_models": "modelruntime.codecs.bedrock.models:CODEC",
    "bedrock_rerank": "modelruntime.codecs.bedrock.rerank:CODEC",
    "dashscope_embeddings": "modelruntime.codecs.dashscope.embeddings:CODEC",
    "dashscope_rerank": "modelruntime.codecs.dashscope.rerank:CODEC",
    "dashscope_speech": "modelruntime.codecs.dashscope.speech:CODEC",
    "dashscope_transcriptions": "modelruntime.codecs.dashscope.transcriptions:CODEC",
    "assemblyai_transcripts": "modelruntime.codecs.assemblyai.transcripts:CODEC",
    "azure_speech": "modelruntime.codecs.azure_speech.speech:CODEC",
    "azure_speech_transcriptions": "modelruntime.codecs.azure_speech.transcriptions:CODEC",
    "cartesia_speech": "modelruntime.codecs.cartesia.speech:CODEC",
    "cartesia_transcriptions": "modelruntime.codecs.cartesia.transcriptions:CODEC",
    "deepgram_listen": "modelruntime.codecs.deepgram.listen:CODEC",
    "deepgram_speak": "modelruntime.codecs.deepgram.speak:CODEC",
    "elevenlabs_models": "modelruntime.codecs.elevenlabs.models:CODEC",
    "elevenlabs_speech": "modelruntime.codecs.elevenlabs.speech:CODEC",
    "elevenlabs_transcriptions": "modelruntime.codecs.elevenlabs.transcriptions:CODEC",
    "fishaudio_speech": "modelruntime.codecs.fishaudio.speech:CODEC",
    "fishaudio_transcriptions": "modelruntime.codecs.fishaudio.transcriptions:CODEC",
    "gemini": "modelruntime.codecs.gemini.generate:CODEC",
    "gemini_embeddings": "modelruntime.codecs.gemini.embeddings:CODEC",
    "gemini_models": "modelruntime.codecs.gemini.models:CODEC",
    "gemini_speech": "modelruntime.codecs.gemini.speech:CODEC",
    "gemini_transcriptions": "modelruntime.codecs.gemini.transcriptions:CODEC",
    "ollama": "modelruntime.codecs.ollama.chat:CODEC",
    "ollama_embeddings": "modelruntime.codecs.ollama.embeddings:CODEC",
    "ollama_generate": "modelruntime.codecs.ollama.chat:GENERATE",
    "ollama_models": "modelruntime.codecs.ollama.models:CODEC",
    "tei_embeddings": "modelruntime.codecs.tei.embeddings:CODEC",
    "tei_models": "modelruntime.codecs.tei.models:CODEC",
    "triton": "modelruntime.codecs.triton.generate:CODEC",
    "key_check": "modelruntime.codecs.key_check:CODEC",
    "minimax_embeddings": "modelruntime.codecs.minimax.embeddings:CODEC",
    "minimax_speech": "modelruntime.codecs.minimax.speech:CODEC",
    "tencent_sentences": "modelruntime.codecs.tencent.sentences:CODEC",
    "vertex_embeddings": "modelruntime.codecs.gemini.embeddings:ON_VERTEX",
    "hunyuan_chat": "modelruntime.codecs.tencent.chat:CODEC",
    "tencent_embeddings": "modelruntime.codecs.tencent.embeddings:CODEC",
    "oci_chat": "modelruntime.codecs.oci.chat:CODEC",
    "oci_cohere_chat": "modelruntime.codecs.oci.chat:COHERE",
    "oci_embeddings": "modelruntime.codecs.oci.embeddings:CODEC",
    "llm_judge": "modelruntime.codecs.llm_judge.judge:CODEC",
    "openai_chat": "modelruntime.codecs.openai.chat:CODEC",
    "openai_completions": "modelruntime.codecs.openai.completions:CODEC",
    "openai_embeddings": "modelruntime.codecs.openai.embeddings:CODEC",
    "openai_transcriptions": "modelruntime.codecs.openai.transcriptions:CODEC",
    "openai_responses": "modelruntime.codecs.openai_responses.responses:CODEC",
    "openai_speech": "modelruntime.codecs.openai.speech:CODEC",
    "openai_moderations": "modelruntime.codecs.openai.moderations:CODEC",
    "openai_models": "modelruntime.codecs.openai.models:CODEC",
    "replicate": "modelruntime.codecs.replicate.chat:CODEC",
    "replicate_embeddings": "modelruntime.codecs.replicate.embeddings:CODEC",
    "watsonx_chat": "modelruntime.codecs.watsonx.chat:CODEC",
    "watsonx_embeddings": "modelruntime.codecs.watsonx.embeddings:CODEC",
    "watsonx_rerank": "modelruntime.codecs.watsonx.rerank:CODEC",
    "sagemaker_chat": "modelruntime.codecs.sagemaker.chat:CODEC",
    "sagemaker_embeddings": "modelruntime.codecs.sagemaker.embeddings:CODEC",
    "sagemaker_rerank": "modelruntime.codecs.sagemaker.rerank:CODEC",
    "sagemaker_speech": "modelruntime.codecs.sagemaker.speech:CODEC",
    "sagemaker_transcriptions": "modelruntime.codecs.sagemaker.transcriptions:CODEC",
    "azure_content_safety": "modelruntime.codecs.azure_content_safety.moderations:CODEC",
    "rerank": "modelruntime.codecs.rerank.codec:CODEC",
    "voyage_contextual": "modelruntime.codecs.voyage.contextual:CODEC",
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
