"""What stands in vendors' own repositories, packages and API descriptions that no page of theirs says, and a few replies that
somebody published. Read 2026-11-29."""

from typing import Any

from modelruntime.entities.errors import (
    ContextLengthExceeded,
    ModelNotFound,
    RateLimited,
    ServerUnavailable,
    Unauthorized,
)
from tests.codecs.documented.row import DocumentedError, errors_of, openai_body

CEREBRAS = "package cerebras-cloud-sdk 1.91.0: cerebras/cloud/sdk/_streaming.py"
TOGETHER = "package together 3.1.1: together/_streaming.py"
DATABRICKS = "package @databricks/ai-sdk-provider 0.5.1: dist/index.mjs simpleErrorChunkSchema, errorChunkSchema"
AZURE = "https://github.com/openai/openai-node/pull/2021"
BASETEN = "package @ai-sdk/baseten 1.1.11: dist/index.mjs basetenErrorSchema, what its chunks may be beside chunks"
BERGET = "github.com/berget-ai/pi-provider: test/live-api-rate-limit.test.ts"
BERGET_STREAM = "github.com/berget-ai/pi-provider: index.ts isAuthenticationError, test/stream-interceptor.test.ts"
INCEPTION = (
    "the vendor's API description, github.com/api-evangelist/inception-labs: openapi/_original/inception-labs-openapi-original.json"
)
BAICHUAN = "github.com/langgenius/dify-official-plugins: models/baichuan/models/llm/baichuan_turbo.py"
GITHUB_MODELS = "https://github.com/Azure/github-models/issues/4"
CLARIFAI = "https://github.com/Clarifai/clarifai-python/issues/96"
AIHUBMIX = "https://github.com/egoist/chatwise-releases/issues/753"
HYPERBOLIC = "github.com/api-evangelist/hyperbolic-ai: openapi/_original/hyperbolic-chat-completions-api-openapi.yml"
FEATHERLESS = "github.com/api-evangelist/featherless: openapi/_original/featherless-openapi.yml"

TOO_LONG = "You exceeded the maximum context length for this model of 8."
IN_STREAM = "An error occurred during streaming"


def _berget(code: str, kind: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "type": kind}}


ERRORS: tuple[DocumentedError, ...] = (
    *errors_of(
        "cerebras",
        CEREBRAS,
        "page+shape",
        (200, {"error": {"message": IN_STREAM, "type": "server_error", "param": "", "code": ""}}, ServerUnavailable, True),
        where="stream",
    ),
    *errors_of(
        "together",
        TOGETHER,
        "page+shape",
        (200, {"error": {"message": IN_STREAM, "type": "server_error", "param": None, "code": None}}, ServerUnavailable, True),
        where="stream",
    ),
    *errors_of(
        "databricks",
        DATABRICKS,
        "source",
        (200, {"error": "The endpoint failed."}, ServerUnavailable, True),
        where="stream",
    ),
    *errors_of(
        "databricks",
        DATABRICKS,
        "source",
        (
            200,
            {"type": "error", "code": "server_error", "message": "It failed.", "param": None, "sequence_number": 2},
            ServerUnavailable,
            True,
        ),
        where="stream",
        codec="openai_responses",
    ),
    *errors_of(
        "azure",
        AZURE,
        "unverified",
        # told there: the object lies in `error`, as OpenAI's own does
        (
            200,
            {
                "type": "error",
                "sequence_number": 2,
                "error": {"type": "server_error", "code": "server_error", "message": "It failed.", "param": None},
            },
            ServerUnavailable,
            True,
        ),
        where="stream",
        codec="openai_responses",
    ),
    *errors_of(
        "baseten",
        BASETEN,
        "unverified",
        (200, {"error": "The answer failed."}, ServerUnavailable, True),
        where="stream",
    ),
    *errors_of(
        "berget",
        BERGET,
        "source",
        # both where a login is renewed, at the host that serves the models
        (401, _berget("INVALID_REFRESH_TOKEN", "authentication_error", "Invalid or expired refresh token"), Unauthorized, False),
        (429, _berget("RATE_LIMIT_EXCEEDED", "rate_limit_exceeded", "Too many attempts, try again later"), RateLimited, True),
    ),
    *errors_of(
        "berget",
        BERGET_STREAM,
        "source",
        (200, {"error": {"message": "Invalid token", "type": "authentication_error"}}, Unauthorized, False),
        where="stream",
    ),
    *errors_of(
        "inception",
        INCEPTION,
        "page",
        (400, openai_body(TOO_LONG, "invalid_request_error", "context_length_exceeded", "messages"), ContextLengthExceeded, False),
        (401, openai_body("Incorrect API key provided", "authentication_error", "invalid_api_key"), Unauthorized, False),
        (402, openai_body("Account is inactive", "account_error", "account_error"), Unauthorized, False),
        (404, openai_body("model `m` not found", "invalid_request_error", "model_not_found", "model"), ModelNotFound, False),
        (429, openai_body("Rate limit exceeded.", "rate_limit_error", "rate_limit_reached"), RateLimited, True),
        (500, openai_body("The server had an error.", "server_error", "server_error"), ServerUnavailable, True),
    ),
    *errors_of(
        "baichuan",
        BAICHUAN,
        "unverified",
        (401, {"error": {"type": "invalid_api_key", "message": "The key is not valid"}}, Unauthorized, False),
        (429, {"error": {"type": "insufficient_quota", "message": "No balance is left"}}, RateLimited, False),
    ),
    *errors_of(
        "github_models",
        GITHUB_MODELS,
        "report",
        (
            401,
            {"error": {"code": "unauthorized", "message": "Your account type is not currently supported", "details": None}},
            Unauthorized,
            False,
        ),
    ),
    DocumentedError(
        "clarifai",
        CLARIFAI,
        "report",
        401,
        # of a route of the same host that lists models
        {
            "status": {"code": 11009, "description": "API key not found", "details": "invalid key(None)", "req_id": "r-1"},
            "models": [],
        },
        Unauthorized,
        False,
        code="11009",
    ),
    *errors_of(
        "aihubmix",
        AIHUBMIX,
        "report",
        (
            400,
            {
                "error": {
                    "message": "length of prompt_tokens (9) must be less than max_seq_len (8). (request id: r-1)",
                    "type": "upstream_error",
                    "param": "400",
                    "code": "bad_response_status_code",
                }
            },
            ContextLengthExceeded,
            False,
        ),
    ),
    *errors_of(
        "hyperbolic",
        HYPERBOLIC,
        "unverified",
        (401, openai_body("Missing or invalid Bearer token", "invalid_request_error", None), Unauthorized, False),
        (402, openai_body("Account balance exhausted", "invalid_request_error", None), Unauthorized, False),
        (500, openai_body("Internal Server Error", "server_error", None), ServerUnavailable, True),
    ),
    *errors_of(
        "featherless",
        FEATHERLESS,
        "unverified",
        (
            429,
            {"error": {"message": "Concurrency limit for the account's plan exceeded.", "type": "", "code": None}},
            RateLimited,
            True,
        ),
    ),
)
