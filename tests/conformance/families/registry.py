"""Codec → the family that simulates its vendor."""

from __future__ import annotations

from tests.conformance.families import (
    anthropic,
    azure_content_safety,
    dashscope,
    gemini,
    llm_judge,
    openai,
    rerank,
    responses,
    voyage,
)
from tests.conformance.family import Family

FAMILIES: dict[str, Family] = {
    "anthropic_messages": anthropic.FAMILY,
    "anthropic_vertex": anthropic.FAMILY,
    "anthropic_bedrock": anthropic.FAMILY,
    "azure_content_safety": azure_content_safety.FAMILY,
    **dict.fromkeys(dashscope.ANSWERS, dashscope.FAMILY),
    "gemini": gemini.FAMILY,
    "gemini_embeddings": gemini.FAMILY,
    "vertex_embeddings": gemini.FAMILY,
    "gemini_speech": gemini.FAMILY,
    "gemini_transcriptions": gemini.FAMILY,
    "llm_judge": llm_judge.FAMILY,
    "openai_chat": openai.FAMILY,
    "openai_completions": openai.FAMILY,
    "openai_responses": responses.FAMILY,
    "openai_embeddings": openai.FAMILY,
    "openai_transcriptions": openai.FAMILY,
    "openai_speech": openai.FAMILY,
    "openai_moderations": openai.FAMILY,
    "rerank": rerank.FAMILY,
    "voyage_contextual": voyage.FAMILY,
}
