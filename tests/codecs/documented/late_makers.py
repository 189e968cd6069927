"""Makers and hosts: what their repositories, packages and pages say where they were read as a whole, found last. Read 2026-11-29.

302.AI's errors bear numbers of their own, and stand in a stream of events as lines that are no events."""

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
from tests.codecs.documented.row import DocumentedError, errors_of, statuses_of

AI302 = "github.com/302ai/302-AI-Studio: src/main/utils/reasoning.ts processLine"
AI302_CODES = "github.com/302ai/302_patent_search: src/components/ErrMessage.tsx"
AI302_STATUSES = "package cli-302ai 1.0.5: ai302/api/http_client.py _should_retry, ai302/core/errors.py extract_error_message"
AI302_MODEL = "github.com/ayeepat/meshscript: backend/src/ai-proxy.js isUnpurchased"
AIHUBMIX = "https://docs.aihubmix.com/cn/FAQs/HTTP-Codes"
ANT_LING = "github.com/genspark-ai/genoffice: packages/ai-provider/src/providers.ts, registry.ts"
BAICHUAN = "https://f8cxtsvnr8.apifox.cn/apidoc/project-3794483/doc-3441122"  # a public copy of the page of its platform
DEERAPI = "github.com/MackDing/awesome-ai-api: data/gateways.json probe"
GMICLOUD = "github.com/GMISWE/ai-sdk-provider-gmicloud: src/gmicloud-api.ts, src/gmicloud-types.ts, test/gmicloud-provider.test.ts"
HUAWEI = "https://support.huaweicloud.com/intl/zh-cn/usermanual-maas-modelarts/maas-modelarts-0080.html"
JINA = "package jina-cli 0.3.0: jina_cli/utils.py handle_http_error, jina_cli/api.py _RETRYABLE_STATUS, _request_with_retry"
QIANFAN = "package @baiducloud/qianfan 0.2.4: src/streaming/index.ts fromSSEResponse"
LM_STUDIO = "https://github.com/lmstudio-ai/lmstudio-bug-tracker/issues/2218"
MIMO = "https://github.com/decolua/9router/issues/1210"
MIMO_CODES = "https://platform.xiaomimimo.com/docs/zh-CN/quick-start/error-codes"
NOVA = "github.com/amazon-nova-api/strands-nova: src/amazon_nova/nova.py _handle_api_error, tests/unit/test_nova_errors.py"
NOVITA = "github.com/juspay/neurolink: src/lib/providers/catalog/novita.json liveMatrix"
QINIU = "https://github.com/qiniu/skills/blob/main/skills/maas/SKILL.md"
SARVAM = "package sarvamai 0.1.39: sarvamai/types/response_stream_event.py"
UPSTAGE = "https://console.upstage.ai/ko/docs/capabilities/generate/faq"
V0 = "package v0-sdk 0.16.7: dist/index.d.ts UnauthorizedError, TooManyRequestsError, InternalServerError"
YI = "github.com/Portkey-AI/gateway: src/providers/lingyi/chatComplete.ts LingyiErrorResponse"
ZENMUX = "https://github.com/ZenMux/zenmux-doc/blob/main/docs_source/en/guide/advanced/error-codes.md"
ZHINAO = "github.com/open-compass/opencompass: opencompass/models/ai360_api.py"

_MIMO = (
    b'data:{"error":{"code":"400","message":"Param Incorrect",'
    b'"param":"The reasoning_content in the thinking mode must be passed back to the API.","type":""}}\n\n'
)
_JINJA = (
    'Engine protocol predict request returned 500: {"error":{"code":500,"message":"Error: Jinja Exception: roles must alternate"}}'
)
_CODES_302 = {"-10001": "Unauthorized", "-10004": "Unauthorized", "-10007": "RateLimited"}


def _ai302(code: int, message: str) -> dict[str, Any]:
    return {"error": {"err_code": code, "message": message, "message_cn": "", "message_jp": "", "type": "api_error"}}


def _aihubmix(message: str) -> dict[str, Any]:
    return {"error": {"message": f"{message} (tid: 1)", "type": "Aihubmix_api_error"}}


def _typed(message: str, kind: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind}}


def _zenmux(code: str, kind: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "type": kind, "message": message}}


ERRORS: tuple[DocumentedError, ...] = (
    *errors_of(
        "302ai",
        AI302,
        "source",
        (200, _ai302(-10003, "Network error, please try again later"), ServerUnavailable, True),
        where="bare",
    ),
    *errors_of(
        "302ai",
        AI302_CODES,
        "page+shape",
        (200, _ai302(-10004, "Insufficient account balance"), Unauthorized, False),
        (200, _ai302(-10007, "Daily quota reached maximum limit"), RateLimited, True),
        where="bare",
        codes=_CODES_302,
    ),
    *errors_of(
        "302ai",
        AI302_STATUSES,
        "page+shape",
        (401, _ai302(-10001, "Missing 302 API key"), Unauthorized, False),
        (429, {"error": {"message": "Too many requests"}}, RateLimited, True),
        (500, {"error": {"message": "It failed"}}, ServerUnavailable, True),
        codes=_CODES_302,
    ),
    # a name that it does not know is answered so, and a model that has no channel for now
    *errors_of(
        "302ai",
        AI302_MODEL,
        "report",
        (503, {"error": {"err_code": -10008, "message": "No available models currently"}}, ServerUnavailable, True),
    ),
    *errors_of(
        "aihubmix",
        AIHUBMIX,
        "page+shape",
        (403, _aihubmix("Your account balance is insufficient. Please recharge your account"), Unauthorized, False),
        (429, _aihubmix("The m model Too many requests; please try again later."), RateLimited, True),
        (503, _aihubmix("Rate limited by provider - contact support to request higher concurrency"), ServerUnavailable, True),
        (503, _aihubmix("Incorrect model ID. Please request to view the model page"), ModelNotFound, False),
    ),
    *errors_of(
        "baichuan",
        BAICHUAN,
        "page+shape",
        (401, {"error": {"message": "Incorrect API key provided"}}, Unauthorized, False),
        (429, {"error": {"message": "Rate limit reached for requests"}}, RateLimited, True),
        (429, {"error": {"message": "Insufficient account balance, please recharge"}}, RateLimited, False),
        (500, {"error": {"message": "Internal Server Error"}}, ServerUnavailable, True),
    ),
    *errors_of(
        "gmicloud",
        GMICLOUD,
        "page+shape",
        (429, _typed("Rate limit exceeded", "rate_limit"), RateLimited, True),
        (500, {"message": "It failed"}, ServerUnavailable, True),
    ),
    # the page says 5XX, and that the answer took too long
    *errors_of(
        "huaweicloud_maas",
        HUAWEI,
        "page",
        (500, {"error_msg": "Backend timeout", "error_code": "APIG.0203"}, TimedOut, True),
        codes={"APIG.0203": "TimedOut"},
    ),
    # what was asked for as a stream is refused with a line of one
    DocumentedError("mimo", MIMO, "report", 400, _MIMO, BadRequest, False, code="400"),
    *errors_of(
        "novita",
        NOVITA,
        "report",
        (401, {"code": 401, "reason": "FAILED_TO_AUTH", "message": "failed to authenticate API key"}, Unauthorized, False),
        (404, {"code": 404, "reason": "MODEL_NOT_FOUND", "message": "model not found"}, ModelNotFound, False),
    ),
    *statuses_of("qiniu", QINIU, 429, 500),
    # its Responses API, which ends a stream with `response.failed`
    *errors_of(
        "sarvam",
        SARVAM,
        "page+shape",
        (
            200,
            {
                "type": "response.failed",
                "sequence_number": 3,
                "response": {
                    "id": "resp_1",
                    "object": "response",
                    "status": "failed",
                    "error": {"code": "internal_server_error", "message": "It failed"},
                },
            },
            ServerUnavailable,
            True,
        ),
        where="stream",
        codec="openai_responses",
    ),
    *errors_of(
        "v0",
        V0,
        "page+shape",
        (401, _typed("Invalid API key", "unauthorized_error"), Unauthorized, False),
        (429, _typed("Too many requests", "too_many_requests_error"), RateLimited, True),
        (500, _typed("It failed", "internal_server_error"), ServerUnavailable, True),
    ),
    # the page says that a failure stands in the stream as an event, and that all errors have one shape
    *errors_of(
        "zenmux",
        ZENMUX,
        "page+shape",
        (200, _zenmux("500", "provider_error", "The provider failed"), ServerUnavailable, True),
        (200, _zenmux("429", "rate_limit", "Rate limit exceeded"), RateLimited, True),
        where="stream",
    ),
    # another's client of it: the statuses that it awaits, and a code within an answer that looks like a success
    *errors_of(
        "zhinao",
        ZHINAO,
        "unverified",
        (401, b"", Unauthorized, False),
        (429, b"", RateLimited, True),
        (500, b"", ServerUnavailable, True),
        (200, {"error": {"code": "1005", "message": "The limit of tokens per minute is reached"}}, RateLimited, True),
        codes={"1005": "RateLimited"},
    ),
    # what the model's template says of the messages comes as a 500: the status decides
    *errors_of(
        "lm_studio",
        LM_STUDIO,
        "report",
        (500, {"error": {"message": _JINJA}}, ServerUnavailable, True),
    ),
    # the page itself was not read, but a list of its codes that somebody made; its errors repeat the status as their code
    *errors_of(
        "mimo",
        MIMO_CODES,
        "unverified",
        (500, b"", ServerUnavailable, True),
        (503, b"", ServerUnavailable, True),
        (421, {"error": {"code": "421", "message": "The content is blocked", "type": ""}}, ContentFiltered, False),
        codes={"421": "ContentFiltered"},
    ),
    # the page asks why they come, and shows no body
    *statuses_of("upstage", UPSTAGE, 429, 500),
    # the status and the word were told, and not what stands around it
    *errors_of("ant_ling", ANT_LING, "unverified", (401, {"error": {"code": "sdk_token_not_found"}}, Unauthorized, False)),
    # a status was seen, and no body told
    *errors_of("deerapi", DEERAPI, "unverified", (401, b"", Unauthorized, False)),
    *errors_of(
        "nova",
        NOVA,
        "source",
        (401, b"Unauthorized", Unauthorized, False),
        (429, {"error": {"message": "Rate limit exceeded"}}, RateLimited, True),
        (500, {"error": {"message": "Internal Server Error"}}, ServerUnavailable, True),
    ),
    # another's client of it names the keys of the body; that its page speaks of a 429 says github.com/domidoremi/IsleMind
    *errors_of(
        "yi",
        YI,
        "unverified",
        (429, {"object": "error", "message": "Too many requests", "type": "t", "param": None, "code": "c"}, RateLimited, True),
    ),
    # what its own command line tool tells apart: a wrong or old key, no credit left; it tries the others again
    *statuses_of("jina", JINA, 401, 402, 429, 500, 502, 503, 504),
    # a header that it looks for
    DocumentedError("jina", JINA, "page+shape", 429, b"", RateLimited, True, headers={"retry-after": "2"}, retry_after=2.0),
    # its package for Python finds the same as a line that is no event
    *errors_of(
        "wenxin",
        QIANFAN,
        "page+shape",
        (
            200,
            {"error": {"code": "rpm_rate_limit_exceeded", "message": "Rate limit reached for RPM"}, "id": "as-1"},
            RateLimited,
            True,
        ),
        where="stream",
    ),
)
