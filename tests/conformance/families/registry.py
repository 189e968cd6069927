"""Codec → the family that simulates its vendor."""

from __future__ import annotations

from tests.conformance.families import anthropic, ark, gemini, hunyuan, oci, openai, replicate, rerank, responses, watsonx
from tests.conformance.family import Family

FAMILIES: dict[str, Family] = {
    "ark_multimodal_embeddings": ark.FAMILY,
    "anthropic_messages": anthropic.FAMILY,
    "anthropic_vertex": anthropic.FAMILY,
    "anthropic_bedrock": anthropic.FAMILY,
    "gemini": gemini.FAMILY,
    "gemini_embeddings": gemini.FAMILY,
    "vertex_embeddings": gemini.FAMILY,
    "gemini_speech": gemini.FAMILY,
    "gemini_transcriptions": gemini.FAMILY,
    "openai_chat": openai.FAMILY,
    "openai_completions": openai.FAMILY,
    "openai_responses": responses.FAMILY,
    "openai_embeddings": openai.FAMILY,
    "openai_transcriptions": openai.FAMILY,
    "openai_speech": openai.FAMILY,
    "openai_moderations": openai.FAMILY,
    "rerank": rerank.FAMILY,
    "hunyuan_chat": hunyuan.FAMILY,
    "tencent_embeddings": hunyuan.FAMILY,
    "oci_chat": oci.FAMILY,
    "oci_cohere_chat": oci.FAMILY,
    "oci_embeddings": oci.FAMILY,
    "replicate": replicate.FAMILY,
    "replicate_embeddings": replicate.FAMILY,
    "watsonx_chat": watsonx.FAMILY,
    "watsonx_embeddings": watsonx.FAMILY,
    "watsonx_rerank": watsonx.FAMILY,
}
