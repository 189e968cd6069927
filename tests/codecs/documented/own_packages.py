"""Errors in a stream as vendors' own packages read them: they say where one stands, the vendors' pages name the codes.
What another's package for a vendor expects there stands last, as unverified. Read 2026-11-29."""

from typing import Any

from modelruntime.entities.errors import RateLimited, ServerUnavailable
from tests.codecs.documented.more_makers import GLM_CODES
from tests.codecs.documented.row import DocumentedError, errors_of, openai_body

ARK = "package volcengine-python-sdk 4.0.45: volcenginesdkarkruntime/_streaming.py"
BYTEPLUS = "package byteplus-python-sdk-v2 3.0.63: byteplussdkarkruntime/_streaming.py"
ZHIPU = "package zhipuai 2.1.5.20250825: zhipuai/core/_sse_client.py"
ZAI = "package zai-sdk 0.2.3: zai/core/_streaming.py"
QIANFAN = "package qianfan 0.4.12.3: qianfan/resources/requestor/openapi_requestor.py _request_stream, _check_error"
PERPLEXITY = "package perplexityai 0.46.1: perplexity/_streaming.py, types/error_info.py"
WRITER = "package writer-sdk 3.0.0: writerai/_streaming.py"
SAMBANOVA = "package sambanova 1.13.0: sambanova/_streaming.py"
OTHERS = "package @ai-sdk/{}: dist, what its chunks may be beside chunks"
_LIMIT = "Requests per minute (RPM) limit has been reached."
_INTERNAL = "The service encountered an unexpected internal error."


def _ark(code: str, kind: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": f"{message} Request ID: r-1", "param": "", "type": kind}}


def _glm(code: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message}}


def _writer(kind: str, description: str) -> dict[str, Any]:
    return {"tpe": kind, "errors": [{"description": description, "key": "fail", "extras": {}}], "extras": {}}


def _of_ark(vendor: str, package: str) -> tuple[DocumentedError, ...]:
    limit = _ark("RateLimitExceeded.EndpointRPMExceeded", "TooManyRequests", _LIMIT)
    internal = _ark("InternalServiceError", "InternalServerError", _INTERNAL)
    cases = ((200, internal, ServerUnavailable, True), (200, limit, RateLimited, True))
    return tuple(errors_of(vendor, package, "source", *cases, where="stream"))


ERRORS: tuple[DocumentedError, ...] = (
    *_of_ark("volcengine", ARK),
    *_of_ark("byteplus", BYTEPLUS),
    *errors_of(
        "zhipuai",
        ZHIPU,
        "source",
        (200, _glm("1200", "API 调用失败"), ServerUnavailable, True),
        (200, _glm("1302", "您的账户已达到速率限制，请您控制请求频率"), RateLimited, True),
        (200, _glm("1305", "该模型当前访问量过大，请您稍后再试"), RateLimited, True),
        where="stream",
        codes=GLM_CODES,
    ),
    *errors_of(
        "zai",
        ZAI,
        "source",
        (200, _glm("500", "Server error occurred while processing the request"), ServerUnavailable, True),
        (200, _glm("1302", "Interface request concurrency exceeded"), RateLimited, True),
        where="stream",
        codes=GLM_CODES,
    ),
    *errors_of(
        "wenxin",
        QIANFAN,
        "source",
        (
            200,
            {"error": {"code": "rpm_rate_limit_exceeded", "message": "Rate limit reached for RPM"}, "id": "as-1"},
            RateLimited,
            True,
        ),
        where="bare",
    ),
    *errors_of(
        "perplexity",
        PERPLEXITY,
        "source",
        (200, {"error": {"message": "The answer failed.", "code": "internal", "type": "server_error"}}, ServerUnavailable, True),
        where="stream",
    ),
    *errors_of(
        "writer",
        WRITER,
        "page+shape",
        (200, _writer("ServiceUnavailable", "Overloaded"), ServerUnavailable, True),
        where="stream",
    ),
    *errors_of(
        "sambanova",
        SAMBANOVA,
        "page+shape",
        (
            200,
            {"error": {"message": "Unexpected error", "type": None, "param": None, "code": None}, "request_id": "r-1"},
            ServerUnavailable,
            True,
        ),
        where="stream",
    ),
    *errors_of(
        "deepseek",
        OTHERS.format("deepseek 2.0.69"),
        "unverified",
        (200, openai_body("Service is too busy.", "service_unavailable_error", None), ServerUnavailable, True),
        where="stream",
    ),
    *errors_of(
        "moonshot",
        OTHERS.format("moonshotai 2.0.61"),
        "unverified",
        (
            200,
            {"error": {"message": "The engine is currently overloaded", "type": "engine_overloaded_error"}},
            ServerUnavailable,
            True,
        ),
        where="stream",
    ),
    *errors_of(
        "fireworks",
        OTHERS.format("fireworks 2.0.90"),
        "unverified",
        (
            200,
            {"error": {"object": "error", "type": "internal_server_error", "message": "the answer failed"}},
            ServerUnavailable,
            True,
        ),
        where="stream",
    ),
)
