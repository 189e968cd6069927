"""What the simulators say, so that scenarios know what must come out."""

from __future__ import annotations

import base64
import io
import struct
import wave

TEXT = "The answer is 42 — 四十二."
REASONING = "First I count the words."
INPUT_TOKENS, OUTPUT_TOKENS = 11, 7
TOOL = "get_weather"
TOOL_SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string", "description": "A city."}},
    "required": ["city"],
    "additionalProperties": False,
}
CITIES = ("Oslo", "Rom")
OBJECT_SCHEMA = {
    "type": "object",
    "properties": {"answer": {"type": "integer"}},
    "required": ["answer"],
    "additionalProperties": False,
}
OBJECT = {"answer": 42}
SCORES = (0.25, 0.75)
"""Relevance of the two documents, in the order they were sent."""
TRANSCRIPT = "Hello from the tape."
HARASSMENT = 0.9
ERROR_MESSAGE = "simulated trouble"
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==")
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


SENTENCES = ("one", "two", "three")
"""What is embedded."""


def vector(index: int) -> list[float]:
    """The embedding of sentence number `index`; exact in float32."""
    return [float(index + 1), 0.5, -0.25, 0.0]


def vector_of(text: str) -> list[float]:
    """The embedding of one input: of the sentence that it ends with, whichever request it came in and whatever prefix it has."""
    return vector(next(index for index, sentence in enumerate(SENTENCES) if text.endswith(sentence)))


def sound() -> bytes:
    """A wave file of 10 ms."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writing:
        writing.setnchannels(1)
        writing.setsampwidth(2)
        writing.setframerate(8000)
        writing.writeframes(struct.pack("<h", 8000) * 80)
    return file.getvalue()


SOUND = sound()
