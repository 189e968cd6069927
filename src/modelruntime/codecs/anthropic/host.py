"""Where the same messages are served, and what each place changes about the request around them."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from modelruntime.codecs.machine_decoder import AwsEvents, Framing, JsonEvents


class Host(msgspec.Struct, frozen=True):
    """One way to reach the family."""

    codec: str
    operation: str
    """The key of `profile.paths` that replaces the path; for streams with `_stream` after it."""
    path: str
    stream_path: str
    version: str | None
    """`anthropic_version` in the body; None where it is a header."""
    framing: Callable[[], Framing]
    names_model: bool = False
    """The body has `model` and `stream`; else the path says both."""
    count_path: str | None = None
    """Where prompts are counted, whose body has `model` on every host; None where there is no such place."""


DIRECT = Host("anthropic_messages", "messages", "/v1/messages", "/v1/messages", None, JsonEvents, True, "/v1/messages/count_tokens")
"""https://docs.anthropic.com/en/api/messages, read 2026-11-22."""

VERTEX = Host(
    "anthropic_vertex",
    "messages",
    "/models/{model}:rawPredict",
    "/models/{model}:streamRawPredict",
    "vertex-2023-10-16",
    JsonEvents,
    count_path="/models/count-tokens:rawPredict",
)
"""The endpoint ends with `/publishers/anthropic`. https://docs.anthropic.com/en/api/claude-on-vertex-ai, read 2026-11-22; counting:
https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude/count-tokens (unverified)."""

BEDROCK = Host(
    "anthropic_bedrock",
    "messages",
    "/model/{model}/invoke",
    "/model/{model}/invoke-with-response-stream",
    "bedrock-2023-05-31",
    AwsEvents,
)
"""https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html, read 2026-11-22."""
