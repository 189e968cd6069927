"""The acts of the demo: one per model type. Each returns `ok`, `input`, `output`, `seconds`, and tokens where they count.

`ok` is judged from what the models gave: an answer that is not empty, JSON that fits its schema, translations nearer
than strangers, the right document first, the spoken words read back, the bad text scored above the good one.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from modelruntime.cli.embed import cosine
from modelruntime.entities.errors import ModelNotFound
from modelruntime.entities.messages import Message, SystemMessage, UserMessage
from modelruntime.entities.model_type import ModelType

if TYPE_CHECKING:
    from modelruntime.cli.console import Console
    from modelruntime.cli.demo_cast import Cast
    from modelruntime.runtime.blocking_runtime import Runtime

QUESTION = "What is the capital of France? Answer in one short sentence."
FACTS = "Ann Lee is 42 years old and lives in Oslo."
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer"}, "city": {"type": "string"}},
    "required": ["name", "age", "city"],
    "additionalProperties": False,
}
SENTENCES = ["How do I reset my password?", "我怎么重置密码？", "The weather is lovely today."]
QUERY = "How much coffee may a pregnant woman drink?"
DOCUMENTS = [
    "Coffee helps people stay awake during long meetings.",
    "During pregnancy at most 200 milligrams of caffeine a day are advised, about two cups of coffee.",
    "Pregnant women should sleep on their side.",
]
SPOKEN = {"en": "The quick brown fox jumps over the lazy dog.", "zh": "今天天气很好，我们去公园散步吧。"}
GOOD, BAD = "Have a nice day, my friend.", "You are a worthless idiot and everybody hates you."


class Stage:
    """What every act needs."""

    def __init__(self, runtime: Runtime, console: Console, cast: Cast) -> None:
        self.runtime = runtime
        self.console = console
        self.cast = cast
        self.recordings: dict[str, bytes] = {}

    def say(self, text: str) -> None:
        """A line for a person; nothing with `--json`."""
        if not self.console.as_json:
            self.console.line(f"  {text}")


def chat(stage: Stage) -> dict[str, Any]:
    """A streamed answer, then one that fits a JSON Schema."""
    llm = stage.runtime.llm(stage.cast[ModelType.LLM][0])
    started = time.perf_counter()
    stage.say(f"in:  {QUESTION}")
    if not stage.console.as_json:
        stage.console.piece("  out: ")
    messages: list[Message] = [SystemMessage("You are a helpful assistant."), UserMessage(QUESTION)]
    pieces = 0
    with llm.stream(messages, temperature=0, max_tokens=64) as events:
        for piece in events.text():
            pieces += 1
            if not stage.console.as_json:
                stage.console.piece(piece)
        answer = events.result()
    if not stage.console.as_json:
        stage.console.line()
    stage.say(f"in:  {FACTS} → JSON")
    structured = llm.invoke(f"Give the facts as JSON. {FACTS}", output=SCHEMA, temperature=0, max_tokens=128)
    found: Any = structured.parsed
    stage.say(f"out: {json.dumps(found, ensure_ascii=False)}")
    fits = isinstance(found, dict) and found.keys() == SCHEMA["properties"].keys()
    return {
        "ok": bool(answer.text.strip()) and pieces > 1 and fits,
        "input": {"question": QUESTION, "facts": FACTS, "schema": SCHEMA},
        "output": {"answer": answer.text, "pieces": pieces, "json": found},
        "tokens": (answer.usage.input.total or 0) + (answer.usage.output.total or 0),
        "seconds": time.perf_counter() - started,
    }


def embed(stage: Stage) -> dict[str, Any]:
    """A sentence, its translation, and a stranger."""
    started = time.perf_counter()
    result = stage.runtime.text_embedding(stage.cast[ModelType.TEXT_EMBEDDING][0]).invoke(SENTENCES)
    near, far = (cosine(result.vectors[0], vector) for vector in result.vectors[1:])
    stage.say(f"in:  {SENTENCES[0]}")
    stage.say(f"out: {near:+.2f} to {SENTENCES[1]}   {far:+.2f} to {SENTENCES[2]}   ({len(result.vectors[0])} numbers each)")
    return {
        "ok": near > far,
        "input": SENTENCES,
        "output": {"similarities": [near, far], "dimensions": len(result.vectors[0])},
        "tokens": result.usage.input.total,
        "seconds": time.perf_counter() - started,
    }


def rank(stage: Stage) -> dict[str, Any]:
    """The document that answers, above two that share its words."""
    started = time.perf_counter()
    result = stage.runtime.rerank(stage.cast[ModelType.RERANK][0]).invoke(QUERY, DOCUMENTS)
    stage.say(f"in:  {QUERY}")
    for item in result.items:
        stage.say(f"out: {item.score:+8.3f}  {item.document}")
    return {
        "ok": len(result.items) == len(DOCUMENTS) and result.items[0].index == 1,
        "input": {"query": QUERY, "documents": DOCUMENTS},
        "output": [{"index": item.index, "score": item.score, "document": item.document} for item in result.items],
        "tokens": result.usage.input.total,
        "seconds": time.perf_counter() - started,
    }


def speak(stage: Stage) -> dict[str, Any]:
    """Each voice says a sentence in its language; the recordings are kept for the transcription."""
    started = time.perf_counter()
    output: list[dict[str, Any]] = []
    for name in stage.cast[ModelType.TTS]:
        model = stage.runtime.tts(name)
        language = "zh" if any(tag.startswith("zh") for voice in model.voices() for tag in voice.languages) else "en"
        result = model.invoke(SPOKEN[language])
        stage.recordings[language] = result.audio
        stage.say(f"in:  {SPOKEN[language]}")
        stage.say(f"out: {len(result.audio):,} bytes of {result.media_type} at {result.sample_rate} Hz from {name}")
        output.append({"model": name, "language": language, "bytes": len(result.audio), "media_type": result.media_type})
    return {
        "ok": bool(output) and all(row["bytes"] > 10_000 for row in output),
        "input": [SPOKEN[str(row["language"])] for row in output],
        "output": output,
        "seconds": time.perf_counter() - started,
    }


def transcribe(stage: Stage) -> dict[str, Any]:
    """What was spoken, written down again. Raises `ModelNotFound` when no local voice has spoken."""
    model = stage.runtime.speech2text(stage.cast[ModelType.SPEECH2TEXT][0])
    if not stage.recordings:
        raise ModelNotFound("there is nothing to transcribe: no local voice has spoken")
    started = time.perf_counter()
    output: list[dict[str, Any]] = []
    for language, audio in stage.recordings.items():
        result = model.invoke(audio, parameters={"language": language})
        share = agreement(SPOKEN[language], result.text)
        stage.say(f"in:  speech in {language}, {result.duration or 0:.1f} s")
        stage.say(f"out: {result.text.strip()}  ({share:.0%} of the words)")
        output.append({"language": language, "spoken": SPOKEN[language], "text": result.text.strip(), "agreement": share})
    return {
        "ok": bool(output) and all(row["agreement"] >= (1.0 if row["language"] == "en" else 0.8) for row in output),
        "input": [SPOKEN[str(row["language"])] for row in output],
        "output": output,
        "seconds": time.perf_counter() - started,
    }


def moderate(stage: Stage) -> dict[str, Any]:
    """A good and a bad text."""
    started = time.perf_counter()
    model = stage.runtime.moderation(stage.cast[ModelType.MODERATION][0])
    output: list[dict[str, Any]] = []
    for text in (GOOD, BAD):
        result = model.invoke(text)
        top, category = max(result.categories.items(), key=lambda item: item[1].score or 0.0)
        stage.say(f"in:  {text}")
        stage.say(f"out: {'flagged' if result.flagged else 'not flagged'}, highest {top} {category.score or 0:.2f}")
        output.append({"text": text, "flagged": result.flagged, "highest": top, "score": category.score})
    return {
        "ok": not output[0]["flagged"] and bool(output[1]["flagged"]),
        "input": [GOOD, BAD],
        "output": output,
        "seconds": time.perf_counter() - started,
    }


def agreement(spoken: str, heard: str) -> float:
    """Share of the spoken words (characters in Chinese) that were heard, in order."""
    from difflib import SequenceMatcher

    left, right = words(spoken), words(heard)
    return sum(block.size for block in SequenceMatcher(None, left, right).get_matching_blocks()) / (len(left) or 1)


def words(text: str) -> list[str]:
    """Lower-case words; every Chinese character is one."""
    return re.findall(r"[\u4e00-\u9fff]|[a-z0-9']+", text.lower())


ACTS: dict[ModelType, Callable[[Stage], dict[str, Any]]] = {
    ModelType.LLM: chat,
    ModelType.TEXT_EMBEDDING: embed,
    ModelType.RERANK: rank,
    ModelType.TTS: speak,
    ModelType.SPEECH2TEXT: transcribe,
    ModelType.MODERATION: moderate,
}
"""In the order in which they are played: what is spoken is transcribed next."""
