"""Gateways and routers: what they say themselves, in an answer and in a stream. Read 2026-11-29."""

import json
from typing import Any

from modelruntime.entities.errors import (
    ContentFiltered,
    ContextLengthExceeded,
    ModelNotFound,
    RateLimited,
    ServerUnavailable,
    TimedOut,
    Unauthorized,
)
from tests.codecs.documented.row import DocumentedError, errors_of, openai_body, statuses_of

CHUTES = "github.com/rayonlabs/chutes-api: api/invocation/router.py"
GITHUB_MODELS = "https://github.com/microsoft/foundry-dev-tools/issues/222"
HUGGINGFACE = "https://github.com/huggingface/mcp-course/issues/55"
FASTROUTER = "https://docs.fastrouter.ai/api-reference/error-codes"
HUGGINGFACE_RATE = "https://github.com/huggingface/huggingface_hub/issues/4703"
HUGGINGFACE_STREAM = "package huggingface_hub 2.4.0: inference/_common.py _format_chat_completion_stream_output"
LLMGATEWAY = "https://github.com/theopenco/llmgateway/blob/main/apps/docs/content/resources/error-handling.mdx"
NANO_GPT = "https://docs.nano-gpt.com/api-reference/miscellaneous/error-handling"
REQUESTY = "https://docs.requesty.ai/features/error-codes"
REQUESTY_SDK = "package @requesty/ai-sdk 3.6.1: dist/index.mjs RequestyStreamChatCompletionChunkSchema, RequestyErrorResponseSchema"
VERCEL = "https://github.com/vercel/ai/issues/18303"
ZENMUX = "https://github.com/ZenMux/zenmux-doc/blob/main/docs_source/en/guide/advanced/error-codes.md"

_TOO_LONG = "This model's maximum context length is 8 tokens. However, you requested 1 output tokens and your prompt contains 9."


def _zenmux(status: int, kind: str, message: str) -> dict[str, Any]:
    return {"error": {"code": str(status), "type": kind, "message": message}}


def _requesty(origin: str, message: str) -> dict[str, Any]:
    return {"error": {"origin": origin, "message": message}}


def _detail(message: str) -> dict[str, Any]:
    return {"detail": message}


def _bare(message: str, kind: str, code: str) -> dict[str, Any]:
    """An envelope whose `param` may be absent."""
    return {"error": {"message": message, "type": kind, "code": code}}


ERRORS: tuple[DocumentedError, ...] = (
    *errors_of(
        "zenmux",
        ZENMUX,
        "page",
        (403, _zenmux(403, "access_denied", "You have no permission to access this resource"), Unauthorized, False),
        (402, _zenmux(402, "reject_no_credit", "Credit required."), Unauthorized, False),
        (404, _zenmux(404, "model_not_available", "The requested model is not included in your plan."), ModelNotFound, False),
        (413, _zenmux(413, "invalid_params", "Prompt is too long"), ContextLengthExceeded, False),
        (429, _zenmux(429, "rate_limit", "Rate limit exceeded"), RateLimited, True),
    ),
    *errors_of(
        "zenmux",
        ZENMUX,
        "page+shape",
        (403, _zenmux(403, "safety_check_failed", "Blocked"), ContentFiltered, False),
        (500, _zenmux(500, "provider_api_error", "It failed"), ServerUnavailable, True),
        (502, _zenmux(502, "no_provider_available", "None"), ServerUnavailable, True),
        (520, _zenmux(520, "provider_internal_server_error", "It failed"), ServerUnavailable, True),
        (524, _zenmux(524, "provider_internal_server_error", "Took too long"), TimedOut, True),
    ),
    *errors_of(
        "llmgateway",
        LLMGATEWAY,
        "page+shape",
        (402, openai_body("No credits", "invalid_request_error", "billing_error"), Unauthorized, False),
        (403, openai_body("Not allowed", "invalid_request_error", "permission_denied"), Unauthorized, False),
        (408, openai_body("Took too long", "timeout_error", "timeout"), TimedOut, True),
        (429, openai_body("Too many requests", "rate_limit_error", "rate_limit_exceeded"), RateLimited, True),
        (500, _bare("It failed", "gateway_error", "gateway_error"), ServerUnavailable, True),
        (502, _bare("All failed", "upstream_error", "all_providers_failed"), ServerUnavailable, True),
        (529, openai_body("Overloaded", "overloaded", "overloaded"), ServerUnavailable, True),
    ),
    *errors_of(
        "llmgateway",
        LLMGATEWAY,
        "page",
        (200, _bare("Took too long", "upstream_timeout", "timeout"), TimedOut, True),
        (200, _bare("All failed", "upstream_error", "all_providers_failed"), ServerUnavailable, True),
        (200, _bare("It failed", "gateway_error", "gateway_error"), ServerUnavailable, True),
        where="stream",
    ),
    *errors_of(
        "vercel_ai_gateway",
        VERCEL,
        "report",
        # what the vendor behind it said stands as JSON text in a value that the gateway could not read
        (
            200,
            {
                "id": "gen_1",
                "object": "chat.completion.chunk",
                "error": {
                    "code": "error",
                    "message": "Stream error occurred",
                    "name": "AI_TypeValidationError",
                    "cause": {"name": "ZodError", "message": '[ { "code": "invalid_union" } ]'},
                    "value": {
                        "error_type": "validation_error",
                        "error_message": json.dumps({"error": {"message": _TOO_LONG}}),
                    },
                },
            },
            ContextLengthExceeded,
            False,
        ),
        where="stream",
    ),
    *errors_of(
        "chutes",
        CHUTES,
        "source",
        (401, _detail("Authentication required."), Unauthorized, False),
        (402, _detail("Quota exceeded and account balance is $0.0, please pay with fiat or send tao"), Unauthorized, False),
        (404, _detail("No matching chute found!"), ModelNotFound, False),
        (429, _detail("Infrastructure is at maximum capacity, try again later"), RateLimited, True),
        (500, _detail("No result returned from upstream"), ServerUnavailable, True),
        (503, _detail("No instances available (yet) for chute_id='c'"), ServerUnavailable, True),
    ),
    *errors_of(
        "chutes",
        CHUTES,
        "source",
        (200, {"error": "Unhandled exception during response stream: it failed"}, ServerUnavailable, True),
        where="bare",
    ),
    *errors_of("huggingface_router", HUGGINGFACE, "report", (401, {"error": "Invalid username or password."}, Unauthorized, False)),
    *errors_of(
        "github_models",
        GITHUB_MODELS,
        "report",
        (
            429,
            {
                "error": {
                    "code": "RateLimitReached",
                    "message": "Rate limit of 40000 per 60s exceeded for UserByModelByMinuteTokens. Please wait 60 seconds.",
                    "details": "Rate limit of 40000 per 60s exceeded for UserByModelByMinuteTokens. Please wait 60 seconds.",
                }
            },
            RateLimited,
            True,
        ),
    ),
    *errors_of("huggingface_router", HUGGINGFACE_RATE, "report", (429, b"", RateLimited, True)),
    *errors_of(
        "huggingface_router",
        HUGGINGFACE_STREAM,
        "source",
        (200, {"error": "It failed"}, ServerUnavailable, True),
        (200, {"error": "Request failed during generation", "error_type": "generation"}, ServerUnavailable, True),
        where="stream",
    ),
    *statuses_of("fastrouter", FASTROUTER, 401, 402, 429, 500, 502),
    *statuses_of("nano_gpt", NANO_GPT, 401, 403, 408, 429, 500, 503, 504),
    *errors_of(
        "requesty",
        REQUESTY,
        "page",
        (404, _requesty("router", "Provider and/or model not supported"), ModelNotFound, False),
    ),
    *errors_of(
        "requesty",
        REQUESTY,
        "page+shape",
        (401, _requesty("router", "Unauthorized"), Unauthorized, False),
        (402, _requesty("router", "Insufficient balance, top up at: https://app.requesty.ai/settings"), Unauthorized, False),
        (403, _requesty("router", "Invalid authorization token"), Unauthorized, False),
        (412, _requesty("router", "Reached monthly spend limit for API key"), Unauthorized, False),
        (424, _requesty("router", "Invalid provider response format"), ServerUnavailable, True),
        (429, _requesty("provider", "Too many requests"), RateLimited, True),
        (502, _requesty("provider", "Provider is down: Bad Gateway"), ServerUnavailable, True),
        (503, _requesty("router", "The provider timed out, please try again"), ServerUnavailable, True),
    ),
    # the page gives it the number 502, and says that it comes after streaming had started
    *errors_of(
        "requesty",
        REQUESTY,
        "page+shape",
        (200, _requesty("router", "There was a problem with the provider stream"), ServerUnavailable, True),
        where="stream",
    ),
    *errors_of(
        "requesty",
        REQUESTY_SDK,
        "source",
        (200, openai_body("It failed", "server_error", None), ServerUnavailable, True),
        where="stream",
    ),
)
