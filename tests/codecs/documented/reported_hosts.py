"""Hosts and routers once more: reports, pages and packages found later. Read 2026-11-29."""

from typing import Any

from modelruntime.entities.errors import BadRequest, ModelNotFound, RateLimited, ServerUnavailable, TimedOut, Unauthorized
from tests.codecs.documented.row import DocumentedError, errors_of

AIHUBMIX = "https://github.com/666ghj/BettaFish/issues/505"
COMETAPI = "https://apidoc.cometapi.com/api/text/chat"  # as its guide "How to Debug Failed AI API Generations" quotes it
MODELSCOPE = "https://github.com/agentscope-ai/QwenPaw/issues/814"
MODELSCOPE_LATER = "https://github.com/wanshuiyin/Auto-claude-code-research-in-sleep/issues/114"
MODELSCOPE_LIMIT = "https://github.com/musistudio/claude-code-router/issues/462"
SILICONFLOW = "https://api-docs.siliconflow.cn/docs/api/chat-completions-post"  # as two public copies quote it
NVIDIA_LIMIT = "https://github.com/Alishahryar1/free-claude-code/issues/690"
NVIDIA_FULL = "https://github.com/QuantumNous/new-api/issues/6619"
NVIDIA_PACKAGE = "package langchain-nvidia-ai-endpoints 1.5.0: langchain_nvidia_ai_endpoints/_common.py postprocess"
_NO_TOKEN = "Authentication failed, please make sure that a valid ModelScope token is supplied."
_FULL = "ResourceExhausted: Worker local total request limit reached (33/32)"


def _comet(message: str, code: str | None, param: str | None = None) -> dict[str, Any]:
    return {"error": {"message": f"{message} (request id: r-1)", "type": "comet_api_error", "param": param, "code": code}}


ERRORS: tuple[DocumentedError, ...] = (
    *errors_of(
        "aihubmix",
        AIHUBMIX,
        "report",
        (401, {"error": {"message": "Invalid token: lm (tid: 1)", "type": "Aihubmix_api_error"}}, Unauthorized, False),
    ),
    *errors_of(
        "cometapi",
        COMETAPI,
        "page+shape",
        (400, _comet("field messages is required", "invalid_request"), BadRequest, False),
        (401, _comet("invalid token", None), Unauthorized, False),
        (429, _comet("too many requests", None), RateLimited, True),
        (500, _comet("upstream failed", None), ServerUnavailable, True),
        (504, _comet("upstream took too long", None), TimedOut, True),
    ),
    *errors_of(
        "modelscope",
        MODELSCOPE,
        "report",
        (401, {"errors": {"message": _NO_TOKEN, "request_id": "r-1"}}, Unauthorized, False),
    ),
    *errors_of(
        "modelscope",
        MODELSCOPE_LATER,
        "report",
        (401, {"error": {"message": _NO_TOKEN, "request_id": "r-1"}}, Unauthorized, False),
    ),
    *errors_of(
        "modelscope",
        MODELSCOPE_LIMIT,
        "report",
        (429, {"errors": {"message": "Request limit exceeded.", "request_id": "r-1"}}, RateLimited, True),
    ),
    *errors_of(
        "siliconflow",
        SILICONFLOW,
        "page",
        (401, "Invalid token", Unauthorized, False),
        (403, "Forbidden", Unauthorized, False),
        (404, "404 page not found", ModelNotFound, False),
        (429, {"message": "Request was rejected due to rate limiting. Details:TPM limit reached.", "data": ""}, RateLimited, True),
        (
            503,
            {"code": 50505, "message": "Model service overloaded. Please try again later.", "data": ""},
            ServerUnavailable,
            True,
        ),
    ),
    *errors_of("nvidia", NVIDIA_LIMIT, "report", (429, {"status": 429, "title": "Too Many Requests"}, RateLimited, True)),
    *errors_of(
        "nvidia",
        NVIDIA_FULL,
        "unverified",
        (503, {"error": {"message": _FULL, "type": "Service Unavailable", "code": 503}}, ServerUnavailable, True),
    ),
    *errors_of(
        "nvidia",
        NVIDIA_PACKAGE,
        "source",
        (
            200,
            {"error": {"object": "error", "message": "the answer failed", "type": "InternalServerError"}},
            ServerUnavailable,
            True,
        ),
        (
            200,
            {"error": {"object": "error", "message": "the request is malformed", "type": "BadRequestError", "code": 400}},
            BadRequest,
            False,
        ),
        where="stream",
    ),
)
