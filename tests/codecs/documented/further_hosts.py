"""Hosts of open models: what came to light of them after `more_hosts.py`. Read 2026-11-29."""

from typing import Any

from modelruntime.entities.errors import (
    BadRequest,
    ContentFiltered,
    ModelNotFound,
    RateLimited,
    ServerUnavailable,
    TimedOut,
    Unauthorized,
)
from tests.codecs.documented.row import DocumentedError, errors_of, openai_body, statuses_of

BASETEN = "package @ai-sdk/baseten 1.1.11: src/baseten-provider.ts"
BASETEN_RATE = "https://docs.baseten.co/development/model-apis/rate-limits-and-budgets"
DIGITALOCEAN = "https://github.com/digitalocean/openapi: specification/resources/inference/inference_create_chat_completion.yml"
FRIENDLI = "package @friendliai/ai-provider 1.1.31: dist/index.js friendliaiErrorSchema, getChunkErrorMessage"
GRADIENT = "package gradient 3.12.2: gradient/_streaming.py"
HYPERBOLIC = "https://docs.hyperbolic.ai/inference/performance-limits"
NSCALE = "https://docs.nscale.com/docs/faqs/error-codes"
OVHCLOUD = "https://github.com/ovh/docs: pages/public_cloud/ai_machine_learning/endpoints_guide_02_capabilities/guide.en-gb.md"
PPIO = "https://ppio.cn/docs/model/error"
SCALEWAY = "https://www.scaleway.com/en/docs/generative-apis/api-cli/understanding-errors/"
SNOWFLAKE = "https://docs.snowflake.com/developer-guide/snowflake-rest-api/reference/cortex-inference.html"
SYNTHETIC = "https://github.com/can1357/oh-my-pi/issues/7767"
SNOWFLAKE_STREAM = "package snowflake-ml-python 2.6.0: snowflake/cortex/_complete.py MidStreamException"
VENICE = "https://github.com/veniceai/api-docs/blob/main/api-reference/error-codes.mdx"


def _named(name: str, message: str) -> dict[str, Any]:
    return {"id": name, "message": message}


def _error(message: str) -> dict[str, Any]:
    return {"error": message}


# the page gives two shapes, one of recent models and one of older models
SCALEWAY_RECENT = {"error": {"message": "An unexpected internal error", "type": "api_error", "param": None, "code": 500}}
SCALEWAY_OLDER = {"object": "error", "message": "An unexpected internal error", "type": "api_error", "param": None, "code": 500}


ERRORS: tuple[DocumentedError, ...] = (
    *errors_of(
        "digitalocean",
        DIGITALOCEAN,
        "page+shape",
        (401, _named("Unauthorized", "Unable to authenticate you"), Unauthorized, False),
        (429, _named("too_many_requests", "Slow down"), RateLimited, True),
        (500, _named("server_error", "It failed"), ServerUnavailable, True),
    ),
    *errors_of(
        "digitalocean",
        GRADIENT,
        "source",
        (200, {"error": {"message": "The generation failed"}}, ServerUnavailable, True),
        where="stream",
    ),
    *errors_of(
        "synthetic",
        SYNTHETIC,
        "report",
        (429, b"You've exceeded your subscription rate limits. Upgrade, or try again later.", RateLimited, True),
    ),
    # what stands under `error` the package does not say
    *errors_of(
        "snowflake",
        SNOWFLAKE_STREAM,
        "source",
        (200, _error("The generation failed"), ServerUnavailable, True),
        where="stream",
    ),
    *errors_of(
        "venice",
        VENICE,
        "page",
        (400, _error("Invalid request parameters"), BadRequest, False),
        (403, _error("Unauthorized access"), Unauthorized, False),
        (404, _error("Specified model not found"), ModelNotFound, False),
        (
            422,
            _error("Your prompt violates the content policy of Venice.ai or the model provider"),
            ContentFiltered,
            False,
        ),
        (429, _error("Rate limit exceeded"), RateLimited, True),
        (429, _error("The model is currently overloaded. Please try again later."), RateLimited, True),
        (500, _error("Inference processing failed"), ServerUnavailable, True),
        (503, _error("The model is at capacity. Please try again later."), ServerUnavailable, True),
        (504, _error("The request took too long to complete and was timed-out."), TimedOut, True),
    ),
    *statuses_of("hyperbolic", HYPERBOLIC, 429),
    *statuses_of("ovhcloud", OVHCLOUD, 429),
    *statuses_of("ppio", PPIO, 401, 403, 429, 503, 504),
    *statuses_of("snowflake", SNOWFLAKE, 401, 403, 500, 503, 504),
    # its 429 means that no credit is left; the page shows the object, with words of its own for what is wrong
    *errors_of(
        "nscale",
        NSCALE,
        "page+shape",
        (401, openai_body("Invalid service token or unauthorized", "error", None), Unauthorized, False),
        (404, openai_body("Model not found or unavailable", "error", None), ModelNotFound, False),
        (429, openai_body("Insufficient credit", "error", None), RateLimited, False),
        (500, openai_body("Internal server error", "error", None), ServerUnavailable, True),
        (503, openai_body("Service temporarily unavailable", "error", None), ServerUnavailable, True),
    ),
    # it knows two shapes, and takes either for the end of a stream
    *errors_of(
        "friendli",
        FRIENDLI,
        "source",
        (200, {"error": {"message": "It failed"}}, ServerUnavailable, True),
        (200, {"message": "It failed", "error": {"code": "internal_error"}}, ServerUnavailable, True),
        where="stream",
    ),
    *errors_of("baseten", BASETEN, "report", (404, _error("please check the model you provided"), ModelNotFound, False)),
    # every failure is `{"error": "<message>"}`, says https://docs.baseten.co/inference/errors
    *errors_of("baseten", BASETEN_RATE, "page+shape", (429, _error("Too Many Requests"), RateLimited, True)),
    *errors_of(
        "scaleway",
        SCALEWAY,
        "page+shape",
        (500, SCALEWAY_RECENT, ServerUnavailable, True),
        (500, SCALEWAY_OLDER, ServerUnavailable, True),
    ),
    # "5xx errors may occur after a 200 response"
    *errors_of(
        "scaleway",
        SCALEWAY,
        "page+shape",
        (200, SCALEWAY_RECENT, ServerUnavailable, True),
        (200, SCALEWAY_OLDER, ServerUnavailable, True),
        where="stream",
    ),
)
