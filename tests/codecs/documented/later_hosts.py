"""Hosts and routers: what their own repositories and pages say, and what others saw of them, found after the rest. Read 2026-11-29.

Clarifai's pages name its codes, not the statuses that they come with: its class must follow the code."""

from typing import Any

from modelruntime.entities.errors import (
    BadRequest,
    ContentFiltered,
    InvokeError,
    ModelNotFound,
    RateLimited,
    ServerUnavailable,
    TimedOut,
    Unauthorized,
)
from tests.codecs.documented.row import DocumentedError, errors_of

CLARIFAI_LIMITS = "https://github.com/Clarifai/docs/blob/main/docs/resources/api-overview/rate-limits.md"
CLARIFAI_CODES = "https://github.com/Clarifai/docs/blob/main/docs/resources/api-overview/status-codes.md"
FASTROUTER = "https://github.com/fastrouter/docs/blob/main/explore-features/guardrails.md"
GITHUB_MODELS = "https://github.com/microsoft/langchain-for-beginners/issues/34"
GMICLOUD = "github.com/juspay/neurolink: src/lib/providers/catalog/gmicloud.json authProbe"
IONET = "github.com/juspay/neurolink: src/lib/providers/catalog/io-intelligence.json authProbe"
HUGGINGFACE = "https://github.com/huggingface/api-inference-community/issues/475"
INFINI = "github.com/drewzhao/infini-ai-copilot: src/errorActions.test.ts"
INFINI_THINKING = "github.com/drewzhao/infini-ai-copilot: reports/infiniai-reasoning-content-400-report.md"
PARASAIL = "https://github.com/anomalyco/opencode/issues/1908"
SARVAM = "https://github.com/sarvamai/skills/blob/main/errors/SKILL.md"
STEPFUN = "https://platform.stepfun.com/docs/zh/api-reference/responses/responses-create.md"
VENICE = "https://github.com/veniceai/api-docs/blob/main/guides/features/responses-api.mdx"

_CODES = {"11005": "RateLimited", "21354": "ServerUnavailable", "40031": "ServerUnavailable", "40032": "TimedOut"}
_CHECK = {"id": "gr_1", "name": "Prompt Injection", "passed": False, "cost": 0}
_BUSY = "The model is currently saturated with active requests."
_NOT_SENT_BACK = "The reasoning_content in the thinking mode must be passed back to the API."

_RETIRED = "GitHub Models is temporarily unavailable as part of a scheduled retirement brownout."


def _clarifai(status: int, code: int | str, description: str, kind: type[InvokeError]) -> DocumentedError:
    told = {"code": code, "description": description, "details": "", "req_id": "r-1"}
    return DocumentedError(
        "clarifai", CLARIFAI_CODES, "page+shape", status, {"status": told}, kind, True, code=str(code), codes=_CODES
    )


def _sarvam(message: str, code: str) -> dict[str, Any]:
    return {"error": {"message": message, "code": code, "request_id": "r-1"}}


def _failed(message: str) -> dict[str, Any]:
    told = {"id": "resp_1", "object": "response", "status": "failed", "error": {"code": "server_error", "message": message}}
    return {"type": "response.failed", "sequence_number": 2, "response": told}


ERRORS: tuple[DocumentedError, ...] = (
    DocumentedError(
        "clarifai",
        CLARIFAI_LIMITS,
        "page",
        429,
        {
            "status": {
                "code": "CONN_THROTTLED",
                "description": "Making too many requests",
                "details": "exceeded limit of 15 requests per second",
                "req_id": "r-1",
            }
        },
        RateLimited,
        True,
        code="CONN_THROTTLED",
    ),
    _clarifai(400, 11005, "Making too many requests", RateLimited),
    _clarifai(500, 21354, _BUSY, ServerUnavailable),
    _clarifai(500, 40031, "Sorry, the server is unavailable at the moment. Please try again later", ServerUnavailable),
    _clarifai(500, 40032, "Sorry, your request has timed out. Please try your request again", TimedOut),
    *errors_of(
        "fastrouter",
        FASTROUTER,
        "page",
        (
            446,
            {
                "error": {
                    "message": "Guardrail validation failed",
                    "type": "guardrail_error",
                    "code": 446,
                    "guardrails": {"input": {"passed": False, "checks": [_CHECK]}},
                }
            },
            ContentFiltered,
            False,
        ),
    ),
    *errors_of(
        "github_models",
        GITHUB_MODELS,
        "report",
        # it was switched off for good soon after: nothing to wait for
        (410, {"error": {"code": "github_models_retirement_brownout", "message": _RETIRED}}, ModelNotFound, False),
    ),
    # a status was seen, and no body told
    *errors_of("huggingface_router", HUGGINGFACE, "unverified", (503, b"", ServerUnavailable, True)),
    *errors_of("gmicloud", GMICLOUD, "unverified", (401, b"", Unauthorized, False)),
    *errors_of("ionet", IONET, "unverified", (401, b"", Unauthorized, False)),
    *errors_of("parasail", PARASAIL, "unverified", (500, b"", ServerUnavailable, True)),
    *errors_of(
        "infini_ai",
        INFINI,
        "report",
        (401, {"code": 10009, "msg": "请使用正确的api key进行请求"}, Unauthorized, False),
        # no failure of the host, though its status says so
        (503, {"code": 60000, "msg": "Wrong Bearer Token"}, Unauthorized, False),
    ),
    *errors_of(
        "infini_ai",
        INFINI_THINKING,
        "report",
        (400, {"error": {"code": "400", "message": "Param Incorrect", "param": _NOT_SENT_BACK, "type": ""}}, BadRequest, False),
    ),
    *errors_of(
        "sarvam",
        SARVAM,
        "page",
        (400, _sarvam("body.model : Field required", "invalid_request_error"), BadRequest, False),
        (403, _sarvam("Invalid or missing authentication credentials", "invalid_api_key_error"), Unauthorized, False),
    ),
    *errors_of(
        "sarvam",
        SARVAM,
        "page+shape",
        (404, _sarvam("No such model", "not_found_error"), ModelNotFound, False),
        (422, _sarvam("A rule was broken", "unprocessable_entity_error"), BadRequest, False),
        (429, _sarvam("Too many requests", "rate_limit_exceeded_error"), RateLimited, True),
        # the credits are used up
        (429, _sarvam("No credits are left", "insufficient_quota_error"), RateLimited, False),
        (500, _sarvam("It failed", "internal_server_error"), ServerUnavailable, True),
    ),
    *errors_of(
        "stepfun",
        STEPFUN,
        "page+shape",
        (200, _failed("The answer failed."), ServerUnavailable, True),
        (
            200,
            {"type": "error", "sequence_number": 3, "code": "server_error", "message": "The connection failed.", "param": None},
            ServerUnavailable,
            True,
        ),
        where="stream",
        codec="openai_responses",
    ),
    *errors_of(
        "venice",
        VENICE,
        "page+shape",
        (200, _failed("The answer failed."), ServerUnavailable, True),
        where="stream",
        codec="openai_responses",
    ),
)
