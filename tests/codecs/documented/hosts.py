"""Hosts of many models."""

from modelruntime.entities.errors import (
    BadRequest,
    ContentFiltered,
    ContextLengthExceeded,
    ModelNotFound,
    RateLimited,
    ServerUnavailable,
    TimedOut,
    Unauthorized,
)
from tests.codecs.documented.row import DocumentedError, openai_body

GROQ = "https://console.groq.com/docs/errors"
TOGETHER = "https://docs.together.ai/docs/error-codes"
OPENROUTER = "https://openrouter.ai/docs/api/reference/errors-and-debugging"
_TOO_LARGE = "Request too large for model `m` in organization `org_x` on tokens per minute (TPM): Limit 6000, Requested 14368."

ERRORS: tuple[DocumentedError, ...] = (
    # Groq
    DocumentedError(
        "groq",
        GROQ,
        "page",
        400,
        {"error": {"message": "'messages' is missing", "type": "invalid_request_error"}},
        BadRequest,
        False,
        "invalid_request_error",
    ),
    DocumentedError(
        "groq",
        GROQ,
        "page+shape",
        401,
        {"error": {"message": "Invalid API Key", "type": "invalid_request_error", "code": "invalid_api_key"}},
        Unauthorized,
        False,
        "invalid_api_key",
    ),
    DocumentedError(
        "groq",
        GROQ,
        "page",
        403,
        {"error": {"message": "Forbidden", "type": "permission_error"}},
        Unauthorized,
        False,
        "permission_error",
    ),
    DocumentedError(
        "groq",
        GROQ,
        "page",
        404,
        {"error": {"message": "Not Found", "type": "invalid_request_error"}},
        ModelNotFound,
        False,
        "invalid_request_error",
    ),
    DocumentedError(
        "groq",
        "https://github.com/assafelovic/gpt-researcher/issues/985",
        "report",
        413,
        {"error": {"message": _TOO_LARGE, "type": "tokens", "code": "rate_limit_exceeded"}},
        BadRequest,
        False,
        "rate_limit_exceeded",
    ),
    DocumentedError(
        "groq",
        GROQ,
        "page",
        422,
        {"error": {"message": "x", "type": "invalid_request_error"}},
        BadRequest,
        False,
        "invalid_request_error",
    ),
    DocumentedError(
        "groq",
        "https://github.com/elizaOS/eliza/issues/4040",
        "report",
        429,
        {
            "error": {
                "message": "Rate limit reached for model `m`. Please try again in 4.77s.",
                "type": "tokens",
                "code": "rate_limit_exceeded",
            }
        },
        RateLimited,
        True,
        "rate_limit_exceeded",
        {"retry-after": "5"},
        5.0,
    ),
    DocumentedError(
        "groq",
        GROQ,
        "page+shape",
        498,
        {"error": {"message": "Flex tier capacity exceeded", "type": "capacity_exceeded", "code": "capacity_exceeded"}},
        ServerUnavailable,
        True,
        "capacity_exceeded",
    ),
    DocumentedError(
        "groq",
        GROQ,
        "page",
        503,
        {"error": {"message": "Service Unavailable", "type": "internal_server_error"}},
        ServerUnavailable,
        True,
        "internal_server_error",
    ),
    # Together
    DocumentedError(
        "together",
        "https://portkey.ai/error-library/input-validation-error-10151",
        "report",
        400,
        openai_body(
            "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4097. Given: 5013 `inputs` tokens",
            "invalid_request_error",
            None,
        ),
        ContextLengthExceeded,
        False,
    ),
    DocumentedError(
        "together",
        TOGETHER,
        "unverified",
        401,
        openai_body("Invalid API key provided.", "invalid_request_error", "invalid_api_key"),
        Unauthorized,
        False,
    ),
    DocumentedError(
        "together",
        TOGETHER,
        "unverified",
        404,
        openai_body("Unable to access model m.", "invalid_request_error", "model_not_available"),
        ModelNotFound,
        False,
    ),
    DocumentedError(
        "together",
        "https://github.com/togethercomputer/MoA/issues/27",
        "report",
        429,
        openai_body("You have been rate limited. Your rate limit is 60 queries per minute.", "credit_limit", None),
        RateLimited,
        True,
        "credit_limit",
    ),
    DocumentedError("together", TOGETHER, "unverified", 524, b"<html>timeout</html>", TimedOut, True),
    DocumentedError("together", TOGETHER, "unverified", 529, b"", ServerUnavailable, True),
    # OpenRouter
    DocumentedError(
        "openrouter",
        OPENROUTER,
        "page",
        400,
        {"error": {"code": 400, "message": "Invalid or missing params"}},
        BadRequest,
        False,
    ),
    DocumentedError(
        "openrouter", OPENROUTER, "page", 401, {"error": {"code": 401, "message": "No auth credentials found"}}, Unauthorized, False
    ),
    DocumentedError(
        "openrouter",
        "https://github.com/continuedev/continue/issues/12649",
        "report",
        402,
        {"error": {"code": 402, "message": "Insufficient credits. This account never purchased credits."}},
        Unauthorized,
        False,
    ),
    DocumentedError(
        "openrouter",
        OPENROUTER,
        "page",
        403,
        {
            "error": {
                "code": 403,
                "message": "Your input was flagged",
                "metadata": {"reasons": ["violence"], "flagged_input": "…", "provider_name": "p", "model_slug": "m"},
            }
        },
        ContentFiltered,
        False,
    ),
    DocumentedError(
        "openrouter", OPENROUTER, "page", 408, {"error": {"code": 408, "message": "Request timed out"}}, TimedOut, True
    ),
    DocumentedError(
        "openrouter",
        OPENROUTER,
        "page",
        429,
        {"error": {"code": 429, "message": "Rate limit exceeded"}},
        RateLimited,
        True,
        headers={"retry-after": "7"},
        retry_after=7.0,
    ),
    DocumentedError(
        "openrouter",
        OPENROUTER,
        "page",
        502,
        {"error": {"code": 502, "message": "Provider returned error"}},
        ServerUnavailable,
        True,
    ),
    DocumentedError(
        "openrouter", OPENROUTER, "page", 503, {"error": {"code": 503, "message": "No provider available"}}, ServerUnavailable, True
    ),
    DocumentedError(
        "openrouter",
        OPENROUTER,
        "page",
        200,
        {"error": {"code": 502, "message": "Provider returned error"}},
        ServerUnavailable,
        True,
    ),
    DocumentedError(
        "openrouter", OPENROUTER, "page", 200, {"error": {"code": 429, "message": "Rate limited upstream"}}, RateLimited, True
    ),
    DocumentedError(
        "openrouter",
        OPENROUTER,
        "page+shape",
        200,
        {
            "id": "gen-1",
            "object": "chat.completion.chunk",
            "error": {"code": "server_error", "message": "Provider disconnected"},
            "choices": [{"index": 0, "delta": {"content": ""}, "finish_reason": "error"}],
        },
        ServerUnavailable,
        True,
        "server_error",
        where="stream",
    ),
    DocumentedError(
        "openrouter",
        OPENROUTER,
        "page",
        200,
        {"error": {"code": 429, "message": "Rate limited"}},
        RateLimited,
        True,
        where="stream",
    ),
)
