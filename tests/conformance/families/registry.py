"""Codec → the family that simulates its vendor."""

from __future__ import annotations

from tests.conformance.families import anthropic, cohere, gemini, ollama, openai, rerank, responses, tei, triton
from tests.conformance.family import Family

FAMILIES: dict[str, Family] = {
    "anthropic_messages": anthropic.FAMILY,
    "anthropic_vertex": anthropic.FAMILY,
    "anthropic_bedrock": anthropic.FAMILY,
    "cohere_chat": cohere.FAMILY,
    "cohere_embed": cohere.FAMILY,
    "gemini": gemini.FAMILY,
    "gemini_embeddings": gemini.FAMILY,
    "vertex_embeddings": gemini.FAMILY,
    "gemini_speech": gemini.FAMILY,
    "gemini_transcriptions": gemini.FAMILY,
    "ollama": ollama.FAMILY,
    "ollama_generate": ollama.FAMILY,
    "ollama_embeddings": ollama.FAMILY,
    "openai_chat": openai.FAMILY,
    "openai_completions": openai.FAMILY,
    "openai_responses": responses.FAMILY,
    "openai_embeddings": openai.FAMILY,
    "openai_transcriptions": openai.FAMILY,
    "openai_speech": openai.FAMILY,
    "openai_moderations": openai.FAMILY,
    "rerank": rerank.FAMILY,
    "tei_embeddings": tei.FAMILY,
    "triton": triton.FAMILY,
}
