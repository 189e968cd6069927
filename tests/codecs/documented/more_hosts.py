"""Further hosts of open models, routers and platforms."""

from typing import Any

from modelruntime.entities.errors import (
    BadRequest,
    ContextLengthExceeded,
    ModelNotFound,
    RateLimited,
    ServerUnavailable,
    TimedOut,
    Unauthorized,
)
from tests.codecs.documented.row import DocumentedError, errors_of, openai_body, statuses_of

CEREBRAS_KEY = "github.com/juspay/neurolink: src/lib/providers/openaiCompatCatalog.ts (tried 2026-08-26)"
CEREBRAS_RATE = "https://github.com/nminaya/grammar-nazi-bot/issues/958"
CEREBRAS = "https://inference-docs.cerebras.ai/support/error"
SAMBANOVA = "https://docs.sambanova.ai/docs/en/api-reference/using-the-api/api-error-codes"
FIREWORKS = "https://docs.fireworks.ai/guides/inference-error-codes"
SCALEWAY = "https://scaleway.com/en/docs/generative-apis/api-cli/understanding-errors"
NANO_GPT = "https://docs.nano-gpt.com/api-reference/miscellaneous/error-handling"
POE = "https://creator.poe.com/api-reference/errors"
VENICE = "https://docs.venice.ai/api-reference/error-codes"
NOVITA = "https://novita.ai/docs/guides/error"
FEATHERLESS = "https://featherless.ai/docs/api-reference-error-codes"
WANDB = "https://docs.wandb.ai/inference/api-reference/errors"
LLMGATEWAY = "https://docs.llmgateway.io/resources/error-handling"
VERCEL = "github.com/vercel/ai: packages/gateway/src/errors/create-gateway-error.ts"
WORKERS_AI = "https://developers.cloudflare.com/workers-ai/platform/errors/"
DATABRICKS = "package databricks-sdk 0.162.0: databricks/sdk/errors/platform.py, deserializer.py"
NVIDIA_KEY = "https://github.com/dmMaze/BallonsTranslator/issues/1233"
NVIDIA_MODEL = "https://github.com/Alishahryar1/free-claude-code/issues/1021"
BASETEN = "https://docs.baseten.co/inference/errors"
HELICONE = "https://docs.helicone.ai/gateway/concepts/error-handling"
SNOWFLAKE = "https://github.com/vllm-project/semantic-router/issues/3608"


def _flat(message: str, kind: str, param: str | None, code: str) -> dict[str, Any]:
    return {"message": message, "type": kind, "param": param, "code": code}


def _traced(message: str, kind: str | None = None, code: str | None = None) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": None, "code": code}, "request_id": "r-1"}


def _scaleway(status: int, error: str, message: str) -> dict[str, Any]:
    return {"error": error, "status": status, "message": message}


def _poe(message: str, kind: str | None = None, code: str | None = None) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "code": code}}


def _cloudflare(code: int, message: str) -> dict[str, Any]:
    return {"errors": [{"code": code, "message": message}], "success": False, "result": {}, "messages": []}


def _problem(status: int, title: str, detail: str) -> dict[str, Any]:
    return {"status": status, "title": title, "detail": detail}


ERRORS: tuple[DocumentedError, ...] = (
    *errors_of(
        "abacus",
        "https://github.com/tinyhumansai/openhuman/issues/4043",
        "report",
        (400, {"success": False, "error": "You have no remaining credits to use the LLM apis."}, Unauthorized, False),
    ),
    *errors_of(
        "cerebras",
        CEREBRAS_KEY,
        "report",
        (401, _flat("Wrong API Key", "invalid_request_error", "api_key", "wrong_api_key"), Unauthorized, False),
    ),
    *errors_of(
        "cerebras",
        CEREBRAS_RATE,
        "report",
        (
            429,
            _flat("Requests per minute limit exceeded.", "too_many_requests_error", "quota", "request_quota_exceeded"),
            RateLimited,
            True,
        ),
    ),
    *statuses_of("cerebras", CEREBRAS, 500, 503),
    *errors_of(
        "sambanova",
        SAMBANOVA,
        "page",
        (400, _traced("Decimal above maximum value.", "invalid_request_error", "decimal_above_max_value"), BadRequest, False),
    ),
    *errors_of(
        "sambanova",
        SAMBANOVA,
        "page+shape",
        (400, _traced("Too many tokens.", "invalid_request_error", "context_length_exceeded"), ContextLengthExceeded, False),
        (401, _traced("Missing or invalid credentials"), Unauthorized, False),
        (408, _traced("Took too long"), TimedOut, True),
        (410, _traced("The requested model is no longer available"), ModelNotFound, False),
        (429, _traced("Rate limit of the tier exceeded"), RateLimited, True),
        (500, _traced("Unexpected error"), ServerUnavailable, True),
        (503, _traced("Maintenance"), ServerUnavailable, True),
    ),
    *errors_of(
        "fireworks",
        "https://github.com/BerriAI/litellm/pull/11455",
        "report",
        (
            429,
            {"error": {"type": "invalid_request_error", "message": "rate limit exceeded, please try again later"}},
            RateLimited,
            True,
        ),
    ),
    *errors_of(
        "fireworks",
        "https://github.com/GordeyZuev/LEAP/issues/6",
        "report",
        (429, {"error": "Too Many Requests", "message": "You have exceeded your usage limits."}, RateLimited, True),
    ),
    *errors_of(
        "fireworks",
        "https://github.com/pollinations/pollinations/issues/12136",
        "report",
        (
            412,
            {
                "error": {
                    "message": "Account a is suspended, possibly due to reaching the monthly spending limit.",
                    "param": None,
                    "code": "PRECONDITION_FAILED",
                    "type": "error",
                }
            },
            Unauthorized,
            False,
        ),
    ),
    *errors_of(
        "fireworks",
        FIREWORKS,
        "page+shape",
        (401, {"error": "Unauthorized"}, Unauthorized, False),
        (402, {"error": "Payment Required"}, Unauthorized, False),
        (408, {"error": "Request Timeout"}, TimedOut, True),
    ),
    *errors_of(
        "deepinfra",
        "https://github.com/XInTheDark/raycast-g4f/issues/179",
        "report",
        (403, {"detail": {"error": "Not authenticated"}}, Unauthorized, False),
    ),
    *errors_of(
        "deepinfra",
        "https://github.com/truefoundry/models/pull/862",
        "report",
        (429, {"error": {"message": "Model busy, retry later"}}, RateLimited, True),
    ),
    *errors_of(
        "deepinfra",
        "https://github.com/langchain-ai/langchain/pull/25671",
        "report",
        # an input that is too long, as a 500: the status decides
        (500, {"error": {"message": "Requested input length 99 exceeds maximum input length 8"}}, ServerUnavailable, True),
    ),
    *errors_of(
        "scaleway",
        SCALEWAY,
        "page+shape",
        (401, _scaleway(401, "Unauthorized", "The authorization header is missing"), Unauthorized, False),
        (403, _scaleway(403, "Forbidden", "Your API key does not exist"), Unauthorized, False),
        (422, _scaleway(422, "Model Not Found", "The model m is not found"), ModelNotFound, False),
        (
            429,
            _scaleway(429, "Too Many Requests", "You are exceeding your current quota for the requested model"),
            RateLimited,
            True,
        ),
    ),
    *errors_of(
        "nano_gpt",
        NANO_GPT,
        "page",
        (400, openai_body("model is required", "invalid_request_error", "missing_required_parameter", "model"), BadRequest, False),
        (402, {"error": "Insufficient balance", "status": 402}, Unauthorized, False),
    ),
    *errors_of(
        "poe",
        POE,
        "page",
        (401, _poe("Invalid API key provided", "invalid_request_error", "invalid_api_key"), Unauthorized, False),
        (400, _poe("Model 'm' does not exist", "invalid_request_error", "model_not_found"), ModelNotFound, False),
    ),
    *errors_of(
        "poe",
        POE,
        "page+shape",
        (429, _poe("Rate limit exceeded"), RateLimited, True),
        (500, _poe("Server error - please retry"), ServerUnavailable, True),
        (503, _poe("Service temporarily unavailable"), ServerUnavailable, True),
    ),
    *errors_of(
        "venice",
        VENICE,
        "page",
        (401, {"error": "Authentication failed"}, Unauthorized, False),
        (401, {"error": "This model is only available to Pro users"}, Unauthorized, False),
        (402, {"error": "Insufficient USD or Diem balance to complete request."}, Unauthorized, False),
        (
            400,
            openai_body("Your request exceeds the model's maximum context.", "invalid_request_error", "context_length_exceeded"),
            ContextLengthExceeded,
            False,
        ),
    ),
    *statuses_of("novita", NOVITA, 401, 403, 429, 503, 504),
    *statuses_of("featherless", FEATHERLESS, 401, 403, 500, 503),
    *errors_of(
        "wandb",
        WANDB,
        "page+shape",
        (401, b"Authentication failed", Unauthorized, False),
        (402, b"You exceeded your current quota, please check your plan and billing details", Unauthorized, False),
        (429, b"Concurrency limit reached for requests", RateLimited, True),
        (500, b"The server had an error while processing your request", ServerUnavailable, True),
        (503, b"The engine is currently overloaded, please try again later", ServerUnavailable, True),
    ),
    *errors_of(
        "llmgateway",
        LLMGATEWAY,
        "page",
        (
            401,
            openai_body("Unauthorized: LLMGateway API key reached its usage limit.", "invalid_request_error", "invalid_api_key"),
            Unauthorized,
            False,
        ),
    ),
    *errors_of(
        "vercel_ai_gateway",
        VERCEL,
        "source",
        (401, openai_body("Authentication failed", "authentication_error", None), Unauthorized, False),
        (404, openai_body("Model 'm' not found", "model_not_found", None), ModelNotFound, False),
        (429, openai_body("Rate limit exceeded", "rate_limit_exceeded", None), RateLimited, True),
        (500, openai_body("Internal server error", "internal_server_error", None), ServerUnavailable, True),
    ),
    *errors_of(
        "cloudflare_workers_ai",
        WORKERS_AI,
        "page+shape",
        (403, _cloudflare(5018, "The account is not allowed to access this model"), Unauthorized, False),
        (404, _cloudflare(3042, "The model name is invalid"), ModelNotFound, False),
        (408, _cloudflare(3007, "Request timeout"), TimedOut, True),
        (413, _cloudflare(3006, "Request is too large"), BadRequest, False),
        (429, _cloudflare(3040, "No more data centers to forward the request to"), RateLimited, True),
        (429, _cloudflare(3036, "You have used up your daily free allocation of 10,000 neurons."), RateLimited, False),
    ),
    *errors_of(
        "databricks",
        DATABRICKS,
        "source",
        (401, {"message": "The request lacks valid credentials"}, Unauthorized, False),
        (429, {"error_code": "RESOURCE_EXHAUSTED", "message": "Too many requests"}, RateLimited, True),
        (500, {"message": "Internal error"}, ServerUnavailable, True),
        (503, {"message": "Temporarily unavailable"}, ServerUnavailable, True),
        (504, {"message": "Took too long"}, TimedOut, True),
    ),
    *errors_of(
        "databricks",
        "https://github.com/n8n-io/n8n/pull/38642",
        "report",
        (
            429,
            {"error_code": "REQUEST_LIMIT_EXCEEDED", "message": "REQUEST_LIMIT_EXCEEDED: Exceeded workspace QPS rate limit for m."},
            RateLimited,
            True,
        ),
    ),
    *errors_of(
        "baseten",
        BASETEN,
        "page+shape",
        (401, {"error": "The API key is not valid"}, Unauthorized, False),
        (402, {"error": "Billing or payment issue on the account"}, Unauthorized, False),
        (502, {"error": "Error making prediction"}, ServerUnavailable, True),
        (503, {"error": "The model cannot be reached"}, ServerUnavailable, True),
    ),
    *statuses_of("helicone", HELICONE, 401, 403, 429, 500),
    *errors_of("nvidia", NVIDIA_KEY, "report", (403, _problem(403, "Forbidden", "Authorization failed"), Unauthorized, False)),
    *errors_of(
        "nvidia",
        NVIDIA_MODEL,
        "report",
        (404, _problem(404, "Not Found", "Function 'f': Not found for account 'a'"), ModelNotFound, False),
    ),
    *errors_of(
        "snowflake",
        SNOWFLAKE,
        "report",
        (
            403,
            {
                "code": "003001",
                "message": "This account is not allowed to access this endpoint.",
                "request_id": "r-1",
                "error_code": "003001",
            },
            Unauthorized,
            False,
        ),
    ),
    *errors_of(
        "groq",
        "github.com/pydantic/pydantic-ai: tests/models/cassettes/test_groq",
        "report",
        (
            200,
            {
                "error": {
                    "message": "Tool call validation failed",
                    "type": "invalid_request_error",
                    "code": "tool_use_failed",
                    "failed_generation": "{}",
                    "status_code": 400,
                }
            },
            BadRequest,
            False,
        ),
        where="stream",
    ),
)
