"""What stands in a stream that had begun well: status 200, and then an error. Read 2026-11-29.

Where a vendor ends such a stream with a finish reason of its own instead (`network_error`, `insufficient_system_resource`),
that is a finish, `error`, and no row: `coverage.FINISHES`.
"""

from typing import Any

from modelruntime.entities.errors import (
    BadRequest,
    ContentFiltered,
    ContextLengthExceeded,
    InvokeError,
    RateLimited,
    ServerUnavailable,
    TimedOut,
)
from tests.codecs.documented.google import google_body
from tests.codecs.documented.row import Case, DocumentedError, errors_of

RESPONSES = "package openai 3.54.0: openai/types/responses/response_error_event.py, response_failed_event.py, response_error.py"
OVERLOADED = "https://github.com/LibreChat-AI/agents/issues/429"
CLAUDE = "https://github.com/BerriAI/litellm/issues/4562"
CLAUDE_ON_VERTEX = "https://github.com/anthropics/anthropic-sdk-typescript/issues/346"
GEMINI = "https://github.com/diegosouzapw/OmniRoute/pull/4182"
GEMINI_BARE = "https://github.com/vercel/ai/issues/5217"
VERTEX = "package litellm 1.110.2: litellm/llms/vertex_ai/gemini/vertex_and_google_ai_studio_gemini.py _check_streaming_error"
COHERE = "package cohere 7.3.1: cohere/types/chat_message_end_event_delta.py"
REPLICATE = "https://replicate.com/docs/topics/predictions/streaming"
TGI = "https://github.com/huggingface/huggingface_hub/pull/2558"
TGI_CLIENT = "package huggingface_hub 2.4.0: huggingface_hub/inference/_common.py _parse_text_generation_error"
TGI_STATUS = "https://github.com/elastic/elasticsearch/pull/127254"
XINFERENCE = "package xinference 4.1.0: xinference/api/restful_api.py create_chat_completion, handle_request_limit_error"
LLAMA_CPP = "github.com/ggml-org/llama.cpp: tools/server/server-context.cpp handle_completions_impl, server-common.cpp"
LM_STUDIO = "https://github.com/nugget/thane-ai-agent/pull/1395"
LM_STUDIO_LONG = "The number of tokens to keep from the initial prompt is greater than the context length"
TOO_LONG = "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 14 `inputs` tokens"


def _event(code: str, message: str) -> dict[str, Any]:
    return {"type": "error", "code": code, "message": message, "param": None, "sequence_number": 2}


def _failed(code: str, kind: type[InvokeError], *, retryable: bool = False) -> Case:
    response = {"id": "resp_1", "object": "response", "status": "failed", "error": {"code": code, "message": "It failed."}}
    return (200, {"type": "response.failed", "sequence_number": 2, "response": response}, kind, retryable)


def _claude(kind: str, message: str) -> dict[str, Any]:
    return {"type": "error", "error": {"details": None, "type": kind, "message": message}}


def _llama(code: int, kind: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "type": kind}}


ERRORS: tuple[DocumentedError, ...] = (
    *errors_of(
        "openai",
        RESPONSES,
        "source",
        (200, _event("server_error", "An error occurred while processing your request."), ServerUnavailable, True),
        _failed("server_error", ServerUnavailable, retryable=True),
        _failed("rate_limit_exceeded", RateLimited, retryable=True),
        _failed("vector_store_timeout", TimedOut, retryable=True),
        _failed("invalid_prompt", BadRequest),
        _failed("invalid_image_url", BadRequest),
        _failed("bio_policy", ContentFiltered),
        _failed("image_content_policy_violation", ContentFiltered),
        where="stream",
        codec="openai_responses",
    ),
    *errors_of(
        "openai",
        OVERLOADED,
        "report",
        (
            200,
            {
                "type": "error",
                "sequence_number": 2,
                "error": {
                    "type": "service_unavailable_error",
                    "code": "server_is_overloaded",
                    "message": "Our servers are currently overloaded. Please try again later.",
                    "param": None,
                },
            },
            ServerUnavailable,
            True,
        ),
        where="stream",
        codec="openai_responses",
    ),
    *errors_of(
        "anthropic",
        CLAUDE,
        "report",
        (200, _claude("api_error", "Internal server error"), ServerUnavailable, True),
        where="stream",
    ),
    *errors_of(
        "vertex_ai",
        CLAUDE_ON_VERTEX,
        "report",
        (200, _claude("overloaded_error", "Overloaded"), ServerUnavailable, True),
        where="stream",
        codec="anthropic_vertex",
    ),
    *errors_of(
        "vertex_ai",
        VERTEX,
        "report",
        (200, google_body(429, "RESOURCE_EXHAUSTED", "Resource exhausted. Please try again later."), RateLimited, True),
        where="stream",
    ),
    *errors_of(
        "gemini",
        GEMINI,
        "report",
        (200, google_body(503, "UNAVAILABLE", "This model is currently experiencing high demand."), ServerUnavailable, True),
        where="stream",
    ),
    *errors_of(
        "gemini",
        GEMINI_BARE,
        "report",
        (200, google_body(503, "UNAVAILABLE", "The model is overloaded. Please try again later."), ServerUnavailable, True),
        where="bare",
    ),
    *errors_of(
        "cohere",
        COHERE,
        "source",
        (
            200,
            {"type": "message-end", "delta": {"finish_reason": "ERROR", "error": "the generation failed"}},
            ServerUnavailable,
            True,
        ),
        where="stream",
    ),
    *errors_of(
        "replicate",
        REPLICATE,
        "page",
        (200, {"detail": "The prediction failed."}, ServerUnavailable, True),
        where="stream",
    ),
    *errors_of(
        "huggingface_hub",
        TGI,
        "report",
        (200, {"error": TOO_LONG, "error_type": "validation"}, ContextLengthExceeded, False),
        where="stream",
    ),
    *errors_of(
        "huggingface_hub",
        TGI_CLIENT,
        "source",
        (200, {"error": "Input validation error: `temperature` must be positive", "error_type": "validation"}, BadRequest, False),
        (200, {"error": "Request failed during generation", "error_type": "generation"}, ServerUnavailable, True),
        (200, {"error": "Incomplete generation", "error_type": "incomplete_generation"}, ServerUnavailable, True),
        (200, {"error": "Model is overloaded", "error_type": "overloaded"}, RateLimited, True),
        where="stream",
    ),
    *errors_of(
        "huggingface_hub",
        TGI_STATUS,
        "unverified",
        (200, {"error": {"message": "Tool error: no function was found", "http_status_code": 422}}, BadRequest, False),
        where="stream",
    ),
    *errors_of(
        "xinference",
        XINFERENCE,
        "source",
        (400, {"detail": "Invalid input. Please specify the prompt."}, BadRequest, False),
        (429, {"detail": "Rate limit reached"}, RateLimited, True),
        (500, {"detail": "out of memory"}, ServerUnavailable, True),
        (503, {"detail": "Model is loading, please retry later: m"}, ServerUnavailable, True),
    ),
    *errors_of(
        "xinference",
        XINFERENCE,
        "source",
        (
            200,
            {"error": "The chat completion request failed. Check the server logs for details."},
            ServerUnavailable,
            True,
        ),
        (200, {"error": "Request exceeds the model's configured context length."}, ContextLengthExceeded, False),
        (200, {"error": "Rate limit reached"}, RateLimited, True),
        where="stream",
    ),
    *errors_of(
        "llama_cpp",
        LLAMA_CPP,
        "source",
        (200, _llama(500, "server_error", "Context size has been exceeded."), ServerUnavailable, True),
        (
            200,
            _llama(400, "exceed_context_size_error", "request (9 tokens) exceeds the available context size (8 tokens)"),
            ContextLengthExceeded,
            False,
        ),
        where="stream",
    ),
    *errors_of(
        "lm_studio",
        LM_STUDIO,
        "report",
        (
            200,
            {
                "error": {"message": LM_STUDIO_LONG},
                "message": LM_STUDIO_LONG,
            },
            ContextLengthExceeded,
            False,
        ),
        where="stream",
    ),
    *errors_of(
        "lm_studio",
        "https://github.com/Gitlawb/openclaude/issues/353",
        "report",
        (
            400,
            {"error": f"{LM_STUDIO_LONG} (n_keep: 9>= n_ctx: 8)."},
            ContextLengthExceeded,
            False,
        ),
    ),
)
