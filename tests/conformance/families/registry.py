"""Codec → the family that simulates its vendor."""

from __future__ import annotations

from tests.conformance.families import openai, rerank
from tests.conformance.family import Family

FAMILIES: dict[str, Family] = {
    "openai_chat": openai.FAMILY,
    "openai_completions": openai.FAMILY,
    "openai_embeddings": openai.FAMILY,
    "openai_transcriptions": openai.FAMILY,
    "openai_speech": openai.FAMILY,
    "openai_moderations": openai.FAMILY,
    "rerank": rerank.FAMILY,
}
