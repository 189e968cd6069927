"""Makers of models once more: reports, pages and packages found later. Read 2026-11-29."""

from typing import Any

from modelruntime.entities.errors import (
    BadRequest,
    ContentFiltered,
    ContextLengthExceeded,
    RateLimited,
    ServerUnavailable,
    Unauthorized,
)
from tests.codecs.documented.more_makers import MAAS_CODES
from tests.codecs.documented.row import DocumentedError, errors_of, statuses_of

MISTRAL = "https://github.com/raycast/extensions/issues/31107"
MISTRAL_KEY = "https://github.com/cline/cline/issues/1734"
MIMO = "https://github.com/XiaomiMiMo/MiMo/issues/55"
ARK = "https://github.com/volcengine/MineContext/issues/91"
XAI = "https://github.com/vercel/ai/pull/11671"
KIMI = "https://platform.kimi.com/docs/api/errors"
KIMI_HELP = "https://www.kimi.com/help/kimi-api/api-error-codes"
PERPLEXITY = "https://docs.perplexity.ai/docs/sdk/error-handling.md"
MAAS = "https://support.huaweicloud.com/intl/zh-cn/usermanual-maas-modelarts/maas-modelarts-0080.html"
NOVA = "package langchain-amazon-nova 1.0.1: langchain_amazon_nova/_exceptions.py"
AI21 = "package ai21 4.3.0: ai21/errors.py, ai21/http_client/base_http_client.py"
REKA = "package reka-api 3.2.0: reka/types/http_validation_error.py, validation_error.py"
LLAMA = "package llama-api-client 0.6.0: README.md"
LLAMA_STREAM = "package llama-api-client 0.6.0: llama_api_client/_streaming.py"
V0 = "package v0-sdk 0.8.0: README.md"
MORPH = "package @morphllm/morphsdk 0.2.196: dist, MorphError"
_UNAVAILABLE = {"code": "The service is currently unavailable", "error": "Timed out waiting for first token"}
_TOO_LONG = "This model's maximum context length is 4096 tokens."


def _kimi(kind: str, message: str) -> dict[str, Any]:
    return {"error": {"type": kind, "message": message}}


ERRORS: tuple[DocumentedError, ...] = (
    *errors_of(
        "mistral",
        MISTRAL,
        "report",
        (
            429,
            {
                "object": "error",
                "message": "Rate limit exceeded",
                "type": "rate_limited",
                "param": None,
                "code": "1300",
                "raw_status_code": 429,
            },
            RateLimited,
            True,
        ),
    ),
    *errors_of("mistral", MISTRAL_KEY, "report", (401, {"message": "Unauthorized", "request_id": "r-1"}, Unauthorized, False)),
    *errors_of(
        "mimo",
        MIMO,
        "report",
        (429, {"error": {"code": "429", "message": "Too many requests", "type": "limitation"}}, RateLimited, True),
    ),
    *errors_of(
        "volcengine",
        ARK,
        "report",
        (
            500,
            {
                "error": {
                    "code": "InternalServiceError",
                    "message": "The service encountered an unexpected internal error. Please retry later. Request id: r-1",
                    "param": "",
                    "type": "Internal Server Error",
                }
            },
            ServerUnavailable,
            True,
        ),
    ),
    # xAI, which answers so with status 200, also where a stream was asked for
    *errors_of("x", XAI, "report", (200, _UNAVAILABLE, ServerUnavailable, True)),
    *errors_of("x", XAI, "report", (200, _UNAVAILABLE, ServerUnavailable, True), where="whole"),
    *errors_of(
        "moonshot",
        KIMI,
        "page",
        (401, _kimi("incorrect_api_key_error", "Incorrect API key provided"), Unauthorized, False),
        (400, _kimi("content_filter", "The request was rejected because it was considered high risk"), ContentFiltered, False),
        (400, _kimi("invalid_request_error", "Input token length too long"), ContextLengthExceeded, False),
        (400, _kimi("invalid_request_error", "File size is zero, please confirm and re-upload the file"), BadRequest, False),
    ),
    *statuses_of("moonshot", KIMI_HELP, 500),
    *statuses_of("perplexity", PERPLEXITY, 403, 429, 500),
    *errors_of(
        "huaweicloud_maas",
        MAAS,
        "page",
        (
            400,
            {"object": "error", "message": _TOO_LONG, "type": "BadRequestError", "param": None, "code": 400},
            ContextLengthExceeded,
            False,
        ),
        codes=MAAS_CODES,
    ),
    *statuses_of("nova", NOVA, 429, 500),
    *statuses_of("ai21", AI21, 401, 403, 408, 429, 500, 503),
    *errors_of(
        "reka",
        REKA,
        "source",
        (422, {"detail": [{"loc": ["body", "messages"], "msg": "field required", "type": "value_error"}]}, BadRequest, False),
    ),
    *statuses_of("llama-api", LLAMA, 401, 403, 429, 500),
    # what its data say is not known: the name of the event is enough
    *errors_of("llama-api", LLAMA_STREAM, "page+shape", (200, {}, ServerUnavailable, True), where="stream"),
    *statuses_of("v0", V0, 403, 429),
    *statuses_of("morph", MORPH, 401, 429, 503),
)
