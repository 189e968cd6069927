"""Voices as a model declares them."""

from __future__ import annotations

from typing import Any

from modelruntime.entities.speech_result import Voice
from modelruntime.schema.model import ModelSchema


def voices_of(schema: ModelSchema, language: str | None) -> tuple[Voice, ...]:
    """The `voices` of the model's properties (`[{mode, name, language: […]}]`), filtered by language. Empty when the model
    declares none, which does not mean that the vendor has none."""
    rows: Any = schema.model_properties.get("voices") or ()
    voices = (Voice(str(row["mode"]), str(row.get("name", row["mode"])), tuple(row.get("language", ()))) for row in rows)
    return tuple(voice for voice in voices if language is None or _speaks(voice, language))


def _speaks(voice: Voice, language: str) -> bool:
    wanted = language.replace("_", "-").lower()
    spoken = (tag.replace("_", "-").lower() for tag in voice.languages)
    return any(tag == wanted or tag.startswith(wanted + "-") or wanted.startswith(tag + "-") for tag in spoken)
