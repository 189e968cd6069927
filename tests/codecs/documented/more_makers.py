"""Further makers of their own models, and the clouds that sell them."""

from typing import Any

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
from tests.codecs.documented.row import DocumentedError, errors_of, statuses_of

ZHIPU = "https://docs.bigmodel.cn/cn/faq/api-code"
ZAI = "https://docs.z.ai/api-reference/api-code"
ARK = "https://www.volcengine.com/docs/82379/1299023"
QIANFAN = "https://cloud.baidu.com/doc/qianfan-api/s/Om9b4yj3w"
STEPFUN = "https://platform.stepfun.com/docs/zh/guide/exception"
STEPFUN_SEEN = "github.com/api-evangelist/stepfun: errors/stepfun-error-codes.yml"
LONGCAT = "https://longcat.chat/platform/docs/zh/api-docs"
MIMO = "https://platform.xiaomimimo.com/docs/en-US/quick-start/error-codes"
SARVAM = "https://docs.sarvam.ai/api-reference-docs/errors-troubleshooting"
SARVAM_TYPES = "package sarvamai 0.1.39: sarvamai/types/error_code.py, error_details.py"
WRITER = "https://dev.writer.com/api-reference/error-codes"
HUAWEI = "https://support.huaweicloud.com/model-call-maas/model-call-035.html"
HUAWEI_INTL = "https://support.huaweicloud.com/intl/en-us/usermanual-maas-modelarts/maas-modelarts-0080.html"
TENCENT = "https://www.tencentcloud.com/zh/document/product/1284/75543"
TENCENT_PACKAGE = "package tencentcloud-sdk-python-hunyuan 3.1.180: errorcodes.py, models.py ErrorMsg"
SIGNATURE = "The provided credentials could not be validated. Please check your signature is correct."
GLM_CODES = {
    "1211": "ModelNotFound",
    "1261": "ContextLengthExceeded",
    "1301": "ContentFiltered",
    **dict.fromkeys(("1302", "1303", "1305"), "RateLimited"),
}
MAAS_CODES = {"ModelArts.81002": "Unauthorized", "ModelArts.81011": "ContentFiltered", "ModelArts.81009": "ModelNotFound"}


def _glm(code: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message}}


def _ark(code: str, kind: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": f"{message} Request ID: r-1", "param": "", "type": kind}}


def _qianfan(code: str, kind: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "type": kind}, "id": "as-1"}


def _typed(message: str, kind: str | None = None, code: str | None = None) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "code": code}}


def _sarvam(code: str, message: str) -> dict[str, Any]:
    return {"error": {"message": message, "code": code, "request_id": "r-1"}}


def _writer(kind: str, description: str) -> dict[str, Any]:
    return {"tpe": kind, "errors": [{"description": description, "key": "fail", "extras": {}}], "extras": {}}


def _maas(code: str, message: str) -> dict[str, Any]:
    return {"error_code": code, "error_msg": message}


def _cloud(code: str, message: str) -> dict[str, Any]:
    return {"Response": {"Error": {"Code": code, "Message": message}, "RequestId": "r-1"}}


ERRORS: tuple[DocumentedError, ...] = (
    *errors_of(
        "x",
        "https://github.com/continuedev/continue/issues/10161",
        "report",
        (
            400,
            {"error": "Incorrect API key provided: xx***xx. You can obtain an API key from https://console.x.ai."},
            Unauthorized,
            False,
        ),
    ),
    *errors_of(
        "x",
        "https://github.com/continuedev/continue/issues/10373",
        "report",
        (
            429,
            {"error": "Your team t has either used all available credits or reached its monthly spending limit."},
            RateLimited,
            False,
        ),
    ),
    *errors_of(
        "x",
        "https://github.com/iniwap/AIWriteX/issues/26",
        "report",
        (404, {"code": "Some requested entity was not found", "error": "No handler found on route."}, ModelNotFound, False),
    ),
    *statuses_of("x", "https://docs.x.ai/docs/key-information/debugging", 401, 403),
    *errors_of(
        "zhipuai",
        ZHIPU,
        "page+shape",
        (401, _glm("1000", "身份验证失败"), Unauthorized, False),
        (429, _glm("1302", "您的账户已达到速率限制，请您控制请求频率"), RateLimited, True),
        (429, _glm("1305", "该模型当前访问量过大，请您稍后再试"), RateLimited, True),
        (429, _glm("1113", "您的账户已欠费，请充值后重试"), RateLimited, False),
        (400, _glm("1211", "模型不存在，请检查模型代码"), ModelNotFound, False),
        (400, _glm("1261", "Prompt 超长"), ContextLengthExceeded, False),
        (400, _glm("1301", "系统检测到输入或生成内容可能包含不安全或敏感内容"), ContentFiltered, False),
        (500, _glm("1200", "API 调用失败"), ServerUnavailable, True),
        codes=GLM_CODES,
    ),
    *errors_of(
        "zai",
        ZAI,
        "page+shape",
        (401, _glm("1000", "Authentication failure or Token timeout"), Unauthorized, False),
        (429, _glm("1302", "Interface request concurrency exceeded"), RateLimited, True),
        (429, _glm("1113", "Insufficient balance or no resource package. Please recharge."), RateLimited, False),
        (500, _glm("500", "Server error occurred while processing the request"), ServerUnavailable, True),
        codes=GLM_CODES,
    ),
    *errors_of(
        "volcengine",
        ARK,
        "page",
        (
            401,
            _ark("AuthenticationError", "Unauthorized", "The API key or AK/SK in the request is missing or invalid."),
            Unauthorized,
            False,
        ),
        (403, _ark("AccountOverdueError", "Forbidden", "Your account has an overdue balance."), Unauthorized, False),
        (404, _ark("InvalidEndpointOrModel.NotFound", "NotFound", "The model or endpoint m does not exist."), ModelNotFound, False),
        (
            429,
            _ark("RateLimitExceeded.EndpointRPMExceeded", "TooManyRequests", "Requests per minute (RPM) limit has been reached."),
            RateLimited,
            True,
        ),
        (400, _ark("MissingParameter", "BadRequest", "It is missing one or multiple required parameters."), BadRequest, False),
    ),
    *errors_of(
        "wenxin",
        QIANFAN,
        "page",
        (401, _qianfan("invalid_iam_token", "invalid_request_error", "IAM Certification failed"), Unauthorized, False),
        (400, _qianfan("tokens_too_long", "invalid_request_error", "Prompt tokens too long"), ContextLengthExceeded, False),
        (
            400,
            _qianfan("characters_too_long", "invalid_request_error", "the max input characters is 9"),
            ContextLengthExceeded,
            False,
        ),
        (400, _qianfan("malformed_json", "invalid_request_error", "Invalid Argument"), BadRequest, False),
    ),
    *errors_of(
        "wenxin",
        QIANFAN,
        "page+shape",
        (429, _qianfan("rpm_rate_limit_exceeded", "rate_limit_exceeded", "Rate limit reached for RPM"), RateLimited, True),
    ),
    *errors_of(
        "stepfun",
        STEPFUN_SEEN,
        "report",
        (401, _typed("Incorrect API key provided", "invalid_api_key"), Unauthorized, False),
    ),
    *errors_of(
        "stepfun",
        STEPFUN,
        "page+shape",
        (402, _typed("余额已经无法支撑本次调用"), Unauthorized, False),
        (429, _typed("请求频次已经超出了允许的频次"), RateLimited, True),
        (451, _typed("内容无法通过安全审核"), ContentFiltered, False),
        (500, _typed("服务端出现的问题"), ServerUnavailable, True),
        (503, _typed("服务端出现的问题"), ServerUnavailable, True),
        (504, _typed("服务端出现的问题"), TimedOut, True),
    ),
    *errors_of(
        "longcat",
        LONGCAT,
        "page",
        (401, _typed("提供的 API 密钥无效", "authentication_error", "invalid_api_key"), Unauthorized, False),
        (403, _typed("API 密钥配额不足", "permission_error", "insufficient_quota"), Unauthorized, False),
        (400, _typed("参数值无效", "invalid_request_error", "invalid_parameter"), BadRequest, False),
        (429, _typed("短时间内请求过多", "rate_limit_error", "rate_limit_exceeded"), RateLimited, True),
        (500, _typed("服务器内部错误", "server_error", "internal_error"), ServerUnavailable, True),
    ),
    *statuses_of("mimo", MIMO, 401, 402, 403),
    *errors_of(
        "sarvam",
        SARVAM,
        "page",
        (403, _sarvam("invalid_api_key_error", "Invalid API key"), Unauthorized, False),
        (400, _sarvam("invalid_request_error", "model: field required"), BadRequest, False),
    ),
    *errors_of(
        "sarvam",
        SARVAM_TYPES,
        "source",
        (429, _sarvam("rate_limit_exceeded_error", "Slow down"), RateLimited, True),
        (429, _sarvam("insufficient_quota_error", "No credits"), RateLimited, False),
        (500, _sarvam("internal_server_error", "Something failed"), ServerUnavailable, True),
        (504, _sarvam("gateway_timeout_error", "No answer in time"), TimedOut, True),
    ),
    *errors_of(
        "writer",
        WRITER,
        "page+shape",
        (401, _writer("Unauthorized", "API key is missing or wrong"), Unauthorized, False),
        (400, _writer("BadRequest", "temperature: out of range"), BadRequest, False),
        (429, _writer("TooManyRequests", "You have exceeded the requests of your account"), RateLimited, True),
        (503, _writer("ServiceUnavailable", "Overloaded"), ServerUnavailable, True),
    ),
    *errors_of(
        "huaweicloud_maas",
        HUAWEI,
        "page+shape",
        (400, _maas("ModelArts.81001", "Failed to format request body, model is empty."), BadRequest, False),
        (400, _maas("ModelArts.81002", "Failed to get the authorization header."), Unauthorized, False),
        (401, _maas("ModelArts.81003", "Invalid authorization header."), Unauthorized, False),
        codes=MAAS_CODES,
    ),
    *errors_of(
        "huaweicloud_maas",
        HUAWEI_INTL,
        "page+shape",
        (403, _maas("ModelArts.81011", "May contain sensitive information"), ContentFiltered, False),
        (404, _maas("ModelArts.81009", "Invalid model."), ModelNotFound, False),
        (429, _maas("ModelArts.81101", "Too many requests, exceeded rate limit is 3 times per minute."), RateLimited, True),
        codes=MAAS_CODES,
    ),
    *errors_of(
        "hunyuan",
        TENCENT,
        "page",
        (200, _cloud("AuthFailure.SignatureFailure", SIGNATURE), Unauthorized, False),
        (200, _cloud("AuthFailure.SecretIdNotFound", "Key does not exist."), Unauthorized, False),
    ),
    *errors_of(
        "hunyuan",
        TENCENT_PACKAGE,
        "source",
        (200, _cloud("RequestLimitExceeded", "Slow down"), RateLimited, True),
        (200, _cloud("FailedOperation.EngineRequestTimeout", "The engine took too long"), TimedOut, True),
        (200, _cloud("InternalError", "Internal error"), ServerUnavailable, True),
    ),
    *errors_of(
        "hunyuan",
        TENCENT_PACKAGE,
        "source",
        (200, {"ErrorMsg": {"Msg": "The engine took too long", "Code": 4001}}, TimedOut, True),
        where="stream",
    ),
    *errors_of(
        "perplexity",
        "github.com/crmne/ruby_llm: spec/fixtures/vcr_cassettes",
        "report",
        (
            401,
            {"error": {"message": "Invalid API key provided. Ensure it is correct.", "type": "invalid_api_key", "code": 401}},
            Unauthorized,
            False,
        ),
        (
            400,
            {"error": {"message": "The total length of all messages is too long.", "type": "too_many_prompt_tokens", "code": 400}},
            ContextLengthExceeded,
            False,
        ),
    ),
    *errors_of(
        "perplexity",
        "https://github.com/perplexityai/api-discussion/issues/281",
        "report",
        (401, b"<html><head><title>401 Authorization Required</title></head><body>no</body></html>", Unauthorized, False),
    ),
)
