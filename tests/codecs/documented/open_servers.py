"""Servers that people run themselves and gateways whose source is open: what their source writes."""

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
from tests.codecs.documented.row import DocumentedError, errors_of

VLLM = "github.com/vllm-project/vllm: vllm/entrypoints/openai/server_utils.py, engine/protocol.py"
VLLM_STREAM = "github.com/vllm-project/vllm: vllm/entrypoints/openai/engine/serving.py create_streaming_error_response"
SGLANG = "package sglang 0.5.23: sglang/srt/utils/auth.py, srt/entrypoints/openai/serving_base.py, srt/managers/scheduler.py"
INFINITY = "package infinity-emb 0.0.78: infinity_emb/infinity_server.py, fastapi_schemas/errors.py"
LITELLM = "package litellm 1.110.2: litellm/proxy/auth/auth_checks.py, proxy/_types.py, proxy/common_utils/openai_error_payload.py"
GPUSTACK = "package gpustack 2.3.0: gpustack/api/auth.py, api/exceptions.py, routes/openai.py"
GPUSTACK_STREAM = "package gpustack 2.3.0: gpustack/routes/openai.py _error_chunk, gpustack/api/responses.py"
LLAMA_CPP = "github.com/ggml-org/llama.cpp: tools/server/tests/unit/test_security.py"
LLAMA_CPP_PAGE = "https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md"
SPEACHES = "github.com/speaches-ai/speaches: src/speaches/dependencies.py"
LOCALAI = "github.com/mudler/LocalAI: core/http/middleware/auth.go, core/schema/openai.go"
LOCALAI_STATUS = "github.com/mudler/LocalAI: core/http/app.go, core/http/endpoints/openai/backend_errors.go"
LOCALAI_STREAM = "github.com/mudler/LocalAI: core/http/endpoints/openai/chat.go"
LM_STUDIO = "https://github.com/agustif/opencode-lmstudio/issues/41"
CHATGLM = "github.com/THUDM/ChatGLM3: openai_api_demo/api_server.py"
FUNASR = "package funasr 1.4.16: funasr/bin/_server_app.py"


def _numbered(message: str, kind: str | None, code: int | str, param: str | None = None) -> dict[str, Any]:
    """OpenAI's object with the status as its code."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def _sglang(message: str, kind: str, code: int) -> dict[str, Any]:
    return {"object": "error", "message": message, "type": kind, "param": None, "code": code}


def _detail(message: str) -> dict[str, Any]:
    return {"detail": message}


ERRORS: tuple[DocumentedError, ...] = (
    *errors_of(
        "vllm",
        VLLM,
        "source",
        (401, {"error": "Unauthorized"}, Unauthorized, False),
        (
            400,
            _numbered("1 validation error: {'type': 'missing', 'loc': ('body', 'messages')}", "Bad Request", 400),
            BadRequest,
            False,
        ),
        (404, _numbered("The model `m` does not exist.", "NotFoundError", 404, "model"), ModelNotFound, False),
        (500, _numbered("EngineCore encountered an issue.", "InternalServerError", 500), ServerUnavailable, True),
    ),
    *errors_of(
        "vllm",
        VLLM_STREAM,
        "source",
        (200, _numbered("KV cache load failed", "InternalServerError", 500), ServerUnavailable, True),
        (200, _numbered("top_k must be -1 (disable), or at least 1", "BadRequestError", 400), BadRequest, False),
        where="stream",
    ),
    *errors_of(
        "sglang",
        SGLANG,
        "source",
        (401, {"error": "Unauthorized"}, Unauthorized, False),
        (400, _sglang("Input is empty", "BadRequestError", 400), BadRequest, False),
        (503, _sglang("The request queue is full.", "SERVICE_UNAVAILABLE", 503), ServerUnavailable, True),
    ),
    *errors_of(
        "sglang",
        SGLANG,
        "source",
        (200, {"error": _sglang("The request queue is full.", "SERVICE_UNAVAILABLE", 503)}, ServerUnavailable, True),
        (200, {"error": _sglang("stop is malformed", "BadRequestError", 400)}, BadRequest, False),
        where="stream",
    ),
    *errors_of(
        "llama_cpp",
        LLAMA_CPP,
        "source",
        (401, {"error": {"code": 401, "message": "Invalid API Key", "type": "authentication_error"}}, Unauthorized, False),
    ),
    *errors_of(
        "llama_cpp",
        LLAMA_CPP_PAGE,
        "page",
        (503, {"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}}, ServerUnavailable, True),
    ),
    *errors_of(
        "infinity",
        INFINITY,
        "source",
        (401, _detail("Unauthorized"), Unauthorized, False),
        (400, _numbered("Invalid model: no engine has this name", None, 400), ModelNotFound, False),
        (429, _numbered("model m is currently overloaded", None, 429), RateLimited, True),
        (500, _numbered("InternalServerError: out of memory", None, 500), ServerUnavailable, True),
    ),
    *errors_of(
        "gpustack",
        GPUSTACK,
        "source",
        (401, {"code": 401, "reason": "Unauthorized", "message": "Invalid authentication credentials"}, Unauthorized, False),
        (404, {"error": {"message": "Model not found", "code": 404, "type": "NotFound"}}, ModelNotFound, False),
        (503, {"error": {"message": "No running instances", "code": 503, "type": "ServiceUnavailable"}}, ServerUnavailable, True),
        (504, {"error": {"message": "Sent no data within 60s", "code": 504, "type": "GatewayTimeout"}}, TimedOut, True),
    ),
    *errors_of(
        "gpustack",
        GPUSTACK_STREAM,
        "source",
        (200, _numbered("Service unavailable.", "ServiceUnavailable", 503), ServerUnavailable, True),
        where="stream",
    ),
    *errors_of(
        "gpustack",
        GPUSTACK_STREAM,
        "source",
        (200, _numbered("Internal server error.", "InternalServerError", 500), ServerUnavailable, True),
        where="bare",
    ),
    *errors_of(
        "litellm_proxy",
        LITELLM,
        "source",
        (
            401,
            _numbered("Authentication Error, Invalid proxy server token", "token_not_found_in_db", "401", "key"),
            Unauthorized,
            False,
        ),
        (422, _numbered("Budget has been exceeded! Current cost: 2, Max budget: 1", "budget_exceeded", "422"), Unauthorized, False),
        (429, _numbered("Budget has been exceeded! Current cost: 2, Max budget: 1", "budget_exceeded", "429"), RateLimited, False),
        (429, _numbered("Rate limit exceeded for api_key", "rate_limit_error", "429"), RateLimited, True),
        (500, _numbered("no healthy deployment", "internal_server_error", "500"), ServerUnavailable, True),
    ),
    *errors_of(
        "litellm_proxy",
        LITELLM,
        "source",
        (200, _numbered("upstream closed the stream", "internal_server_error", "500"), ServerUnavailable, True),
        where="stream",
    ),
    *errors_of(
        "speaches",
        SPEACHES,
        "source",
        (403, _detail("Invalid API key. The provided API key is incorrect."), Unauthorized, False),
        (415, _detail("Failed to decode audio. The provided file type is not supported."), BadRequest, False),
        (500, _detail("Failed to decode audio."), ServerUnavailable, True),
    ),
    *errors_of(
        "localai",
        LOCALAI,
        "source",
        (401, _numbered("An authentication key is required", "invalid_request_error", 401), Unauthorized, False),
    ),
    *errors_of(
        "localai",
        LOCALAI_STATUS,
        "source",
        (
            400,
            _numbered("request (9739 tokens) exceeds the available context size (8192 tokens), try increasing it", "", 400),
            ContextLengthExceeded,
            False,
        ),
        (500, _numbered("rpc error: code = Unknown desc = out of memory", "", 500), ServerUnavailable, True),
    ),
    *errors_of(
        "localai",
        LOCALAI_STREAM,
        "source",
        (200, _numbered("rpc error: code = Unknown desc = out of memory", "server_error", "server_error"), ServerUnavailable, True),
        where="stream",
    ),
    *errors_of(
        "lm_studio",
        LM_STUDIO,
        "report",
        (
            401,
            {"error": {"type": "invalid_request", "code": "invalid_api_key", "message": "An LM Studio API token is required."}},
            Unauthorized,
            False,
        ),
    ),
    *errors_of("chatglm", CHATGLM, "source", (400, _detail("Invalid request"), BadRequest, False)),
    *errors_of(
        "funasr",
        FUNASR,
        "source",
        (400, _detail("Unknown model 'm'. Available: fun-asr-nano, custom"), ModelNotFound, False),
    ),
)
