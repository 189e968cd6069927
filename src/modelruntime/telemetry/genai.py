"""The names of OpenTelemetry's conventions for generative AI, all in one place, in two versions.

`v1_41` is the last that stood in the main repository of the conventions, `latest` what their own repository says now
(https://github.com/open-telemetry/semantic-conventions-genai, schema gen-ai-dev/1.42.0-dev, read 2026-11-22). All of it has the
status *Development*: names move, and move here only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from modelruntime.entities.call import Call, LLMCall
from modelruntime.entities.model_type import ModelType

Version = Literal["v1_41", "latest"]

OPT_IN_VARIABLE = "OTEL_SEMCONV_STABILITY_OPT_IN"
_OPT_IN = "gen_ai_latest_experimental"

OPERATION = "gen_ai.operation.name"
PROVIDER = "gen_ai.provider.name"
ERROR_TYPE = "error.type"
SERVER_ADDRESS = "server.address"
SERVER_PORT = "server.port"
REQUEST_MODEL = "gen_ai.request.model"
REQUEST_STREAM = "gen_ai.request.stream"
OUTPUT_TYPE = "gen_ai.output.type"
DIMENSIONS = "gen_ai.embeddings.dimension.count"
RESPONSE_ID = "gen_ai.response.id"
RESPONSE_MODEL = "gen_ai.response.model"
FINISH_REASONS = "gen_ai.response.finish_reasons"
TIME_TO_FIRST_CHUNK = "gen_ai.response.time_to_first_chunk"
INPUT_MESSAGES = "gen_ai.input.messages"
OUTPUT_MESSAGES = "gen_ai.output.messages"
TOKEN_TYPE = "gen_ai.token.type"  # noqa: S105 (the name of an attribute)
TOKEN_MODALITY = "gen_ai.token.modality"  # noqa: S105
SERVER_DURATION = "gen_ai.server.request.duration"
SERVER_FIRST_TOKEN = "gen_ai.server.time_to_first_token"  # noqa: S105

REQUEST_ATTRIBUTES: dict[str, tuple[str, type]] = {
    "max_tokens": ("gen_ai.request.max_tokens", int),
    "max_completion_tokens": ("gen_ai.request.max_tokens", int),
    "max_output_tokens": ("gen_ai.request.max_tokens", int),
    "temperature": ("gen_ai.request.temperature", float),
    "top_p": ("gen_ai.request.top_p", float),
    "top_k": ("gen_ai.request.top_k", int),
    "seed": ("gen_ai.request.seed", int),
    "n": ("gen_ai.request.choice.count", int),
    "frequency_penalty": ("gen_ai.request.frequency_penalty", float),
    "presence_penalty": ("gen_ai.request.presence_penalty", float),
}
"""Model parameter → attribute and its type; a value of another type is left out."""

STOP_SEQUENCES = "gen_ai.request.stop_sequences"
SECONDS = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
"""Bounds of every histogram of seconds."""
TOKENS = (1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864)

_OPERATIONS = {
    ModelType.LLM: "chat",
    ModelType.TEXT_EMBEDDING: "embeddings",
    ModelType.RERANK: "rerank",
    ModelType.SPEECH2TEXT: "transcription",
    ModelType.TTS: "speech",
    ModelType.MODERATION: "moderation",
}
"""The last four are words of our own: the conventions have none for them."""
_INFERENCE = frozenset({"chat", "text_completion", "generate_content"})


class Names(msgspec.Struct, frozen=True):
    """What the two versions call differently."""

    duration: Mapping[str, str]
    """Operation → histogram of seconds; the entry `` is that of all others."""
    first_chunk: str
    usage: Mapping[str, str]
    """Kind of tokens → attribute of a span."""
    token_histogram: Mapping[tuple[str, str], str]
    """Operation and `input` or `output` → histogram; the operation `` stands for all others."""
    token_counters: Mapping[str, str]
    """Kind of tokens → counter, of inference alone; empty where there are none."""

    def duration_of(self, operation: str) -> str:
        """The histogram of an operation's seconds."""
        return self.duration.get(operation, self.duration[""])

    def tokens_of(self, operation: str, kind: str) -> str | None:
        """The histogram of an operation's tokens, None where the version has none."""
        return self.token_histogram.get((operation, kind), self.token_histogram.get(("", kind)))


def _usage(cache_write: str) -> dict[str, str]:
    return {
        "input": "gen_ai.usage.input_tokens",
        "output": "gen_ai.usage.output_tokens",
        "cache_read": "gen_ai.usage.cache_read.input_tokens",
        "cache_write": cache_write,
        "reasoning": "gen_ai.usage.reasoning.output_tokens",
    }


_COUNTERS = "gen_ai.client.inference.usage."
NAMES: dict[Version, Names] = {
    "v1_41": Names(
        duration={"": "gen_ai.client.operation.duration"},
        first_chunk="gen_ai.client.operation.time_to_first_chunk",
        usage=_usage("gen_ai.usage.cache_creation.input_tokens"),
        token_histogram={("", "input"): "gen_ai.client.token.usage", ("", "output"): "gen_ai.client.token.usage"},
        token_counters={},
    ),
    "latest": Names(
        duration={
            **dict.fromkeys(_INFERENCE, "gen_ai.client.inference.duration"),
            "embeddings": "gen_ai.client.embeddings.duration",
            "": "gen_ai.client.operation.duration",
        },
        first_chunk="gen_ai.client.inference.time_to_first_chunk",
        usage=_usage("gen_ai.usage.cache_write.input_tokens"),
        token_histogram={
            **{(name, "input"): "gen_ai.client.inference.operation.input_tokens" for name in _INFERENCE},
            **{(name, "output"): "gen_ai.client.inference.operation.output_tokens" for name in _INFERENCE},
            ("embeddings", "input"): "gen_ai.client.embeddings.operation.input_tokens",
        },
        token_counters={
            "input": f"{_COUNTERS}input_tokens",
            "output": f"{_COUNTERS}output_tokens",
            "cache_read": f"{_COUNTERS}cache_read.input_tokens",
            "cache_write": f"{_COUNTERS}cache_write.input_tokens",
            "reasoning": f"{_COUNTERS}reasoning.output_tokens",
        },
    ),
}


def version_from(environ: Mapping[str, str]) -> Version:
    """What `OTEL_SEMCONV_STABILITY_OPT_IN` asks for: a list, in which `gen_ai_latest_experimental` means `latest`."""
    asked = {word.strip() for word in environ.get(OPT_IN_VARIABLE, "").split(",")}
    return "latest" if _OPT_IN in asked else "v1_41"


def operation_of(model_type: ModelType, call: Call | None = None) -> str:
    """`gen_ai.operation.name`."""
    if isinstance(call, LLMCall) and call.prompt is not None:
        return "text_completion"
    return _OPERATIONS[model_type]


def is_inference(operation: str) -> bool:
    """Is it one that the version `latest` counts as inference?"""
    return operation in _INFERENCE
