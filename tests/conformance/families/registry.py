"""Codec → the family that simulates its vendor."""

from __future__ import annotations

from tests.conformance.families import (
    anthropic,
    assemblyai,
    azure_speech,
    cartesia,
    deepgram,
    elevenlabs,
    fishaudio,
    gemini,
    minimax,
    openai,
    rerank,
    responses,
    tencent,
)
from tests.conformance.family import Family

FAMILIES: dict[str, Family] = {
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
    "assemblyai_transcripts": assemblyai.FAMILY,
    "azure_speech": azure_speech.FAMILY,
    "azure_speech_transcriptions": azure_speech.FAMILY,
    "cartesia_speech": cartesia.FAMILY,
    "cartesia_transcriptions": cartesia.FAMILY,
    "deepgram_listen": deepgram.FAMILY,
    "deepgram_speak": deepgram.FAMILY,
    "elevenlabs_speech": elevenlabs.FAMILY,
    "elevenlabs_transcriptions": elevenlabs.FAMILY,
    "fishaudio_speech": fishaudio.FAMILY,
    "fishaudio_transcriptions": fishaudio.FAMILY,
    "minimax_embeddings": minimax.FAMILY,
    "minimax_speech": minimax.FAMILY,
    "tencent_sentences": tencent.FAMILY,
}
