"""Hosts, gateways and servers that one runs oneself: what filled a column that was empty before. Read 2026-11-29."""

import json
from typing import Any

from modelruntime.entities.errors import (
    BadRequest,
    ContextLengthExceeded,
    InvokeError,
    ModelNotFound,
    RateLimited,
    ServerUnavailable,
    TimedOut,
    Unauthorized,
)
from tests.codecs.documented.row import DocumentedError, errors_of, openai_body, statuses_of

ABACUS = "package abacusai 1.4.119: abacusai/client.py _ApiExceptionFactory"
AWS_COMMON = "https://docs.amazonaws.cn/en_us/awsconsolehelpdocs/latest/gsg/common-errors.html"
AZURE_SPEECH = "https://github.com/MicrosoftDocs/azure-ai-docs/blob/main/articles/ai-services/speech-service/rest-text-to-speech.md"
BENTOML = "package bentoml 1.4.40: bentoml/_internal/server/http/traffic.py"
CHATGLM = "github.com/THUDM/ChatGLM3: openai_api_demo/api_server.py create_chat_completion"
CLARIFAI = "package clarifai 12.5.0: clarifai/runners/models/openai_class.py openai_stream_transport"
CORTECS = "github.com/cortecs-ai/litellm: litellm/proxy/common_request_processing.py _handle_llm_api_exception"
CORTECS_STREAM = "github.com/cortecs-ai/litellm: litellm/proxy/proxy_server.py async_data_generator"
DEEPINFRA = "github.com/vercel/ai: packages/deepinfra/src/deepinfra-chat-error.ts"
FEATHERLESS = "https://github.com/SillyTavern/SillyTavern/pull/3937"
FUNASR = "github.com/modelscope/FunASR: funasr/bin/_server_app.py"
HYPERBOLIC = (
    "github.com/HyperbolicLabs/hyperbolic-ts: packages/ai-sdk-provider/src/hyperbolic-chat-language-model.ts "
    "HyperbolicStreamChatCompletionChunkSchema"
)
INFERENCE_NET = "github.com/context-labs/gateway: src/providers/inference-net/chatComplete.ts"
LOCALAI = "github.com/mudler/LocalAI: core/http/middleware/admission.go"
MEASURED = "github.com/IrvanFza/claudish: ai-docs/reports/predefined-endpoints/probes/probe-results.json"
OVHCLOUD = "package litellm 1.110.2: litellm/llms/ovhcloud/chat/transformation.py chunk_parser"
PERFXCLOUD = "github.com/manwjh/zen_ai: PROJECT_STATUS.md"
SGLANG = "github.com/sgl-project/sglang: sgl-model-gateway/src/middleware.rs concurrency_limit_middleware"
SILICONFLOW = "github.com/juspay/neurolink: src/lib/providers/catalog/siliconflow.json authProbe"
SILICONFLOW_LONG = "github.com/RarogCmex/pi-siliconflow: test/errors.test.ts normalizeOverflowError, remediateOverflowResponse"
INFERENCE_NET_TOOL = "package @inference/cli-linux-x64 0.0.278: bin/inf TOO_MANY_REQUESTS, ApiError"
SNOWFLAKE = "package snowflake-ml-python 2.6.0: snowflake/cortex/_complete.py retry"
SYNTHETIC = "https://github.com/anomalyco/opencode/issues/39072"
TRITON = "github.com/triton-inference-server/server: src/http_server.cc RespondIfRestricted"
V0 = (
    "package @ai-sdk/vercel 2.0.78: dist/index.mjs createVercel; "
    "package @ai-sdk/openai-compatible 2.0.92: dist/index.mjs createOpenAICompatibleChatChunkSchema"
)
VLLM = "package vllm 0.29.0: vllm/exceptions.py QueueOverflowError, vllm/entrypoints/serve/exception_handling/error_response.py"
WANDB = "github.com/juspay/neurolink: src/lib/providers/catalog/wandb-inference.json authProbe"

_BUSY = "The engine is currently busy and cannot accept new requests. Please try again later or on a different instance."
_BACKLOG = "The engine has reached its prefill token backlog limit. Please try again later or on a different instance."
_TOO_LONG = "This model's maximum context length is 40960 tokens. However, you requested 50000 tokens."
_OVER_PROMPT = "number of input tokens (300030) has exceeded max_prompt_tokens (98304) limit."
_OVER_SEQUENCE = "number of input tokens (135022) has exceeded max_seq_len (131072) limit."
_AT_CAPACITY = 'model "m" is at capacity (max_concurrent=1); retry after 5s'


def _proxy(message: str, code: int, kind: str = "None") -> dict[str, Any]:
    """What it has no type and no parameter for it calls `None`; the status stands as a string."""
    return {"error": {"message": message, "type": kind, "param": "None", "code": str(code)}}


def _abacus(error: str, kind: str) -> dict[str, Any]:
    return {"success": False, "error": error, "errorType": kind}


def _engine(message: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": "Service Unavailable", "param": None, "code": 503}}


def _frame(kind: str, told: str | dict[str, Any]) -> dict[str, Any]:
    """A whole body stands as a string in it."""
    return {"error_type": kind, "error_message": told if isinstance(told, str) else json.dumps(told)}


def _api_error(message: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": "ApiError"}}


def _siliconflow(code: int, message: str) -> dict[str, Any]:
    return {"code": code, "message": message, "data": None}


def _sagemaker(name: str) -> DocumentedError:
    headers = {"x-amzn-errortype": name}
    return DocumentedError("sagemaker", AWS_COMMON, "page+shape", 403, {"message": "No."}, Unauthorized, False, name, headers)


def _clarifai(where: Any) -> DocumentedError:
    body = {"code": 21313, "description": "Model prediction failed", "details": "Connection error."}
    kind: type[InvokeError] = ServerUnavailable
    return DocumentedError("clarifai", CLARIFAI, "page+shape", 200, body, kind, True, "21313", where=where)


_TO_A_WRONG_KEY: tuple[tuple[str, int, Any, str | None], ...] = (
    ("baseten", 403, {"error": "please check the api-key you provided"}, None),
    (
        "deepinfra",
        401,
        openai_body("User is not authorized to access this resource", "invalid_request_error", "invalid_api_key"),
        "invalid_api_key",
    ),
    (
        "featherless",
        401,
        openai_body("You must be signed in to access this resource", "invalid_request_error", "unauthorized"),
        "unauthorized",
    ),
    ("hyperbolic", 401, {"detail": "Could not validate credentials"}, None),
    ("inference_net", 401, {"error": {"message": "Invalid API key", "type": "InvalidApiKey"}}, "InvalidApiKey"),
    (
        "nano_gpt",
        401,
        {"error": {"message": "Invalid session", "type": "invalid_api_key", "code": "invalid_api_key", "status": 401}},
        "invalid_api_key",
    ),
    (
        "novita",
        401,
        {"code": 401, "reason": "FAILED_TO_AUTH", "message": "failed to authenticate API key", "metadata": {}},
        None,
    ),
    # its content type says JSON
    ("parasail", 401, b"Unauthorized. Invalid token.\n", None),
    ("requesty", 403, {"error": {"origin": "router", "message": "Invalid authorization token"}}, None),
    (
        "scaleway",
        403,
        {"status": 403, "error": "FORBIDDEN", "message": "insufficient permissions to access the resource"},
        None,
    ),
    (
        "together",
        401,
        {"id": "o-1", **openai_body("Invalid API key provided.", "invalid_request_error", "invalid_api_key")},
        "invalid_api_key",
    ),
    ("upstage", 401, openai_body("Your API key is invalid.", "invalid_request_error", "invalid_api_key", ""), "invalid_api_key"),
    ("venice", 401, {"error": "Authentication failed"}, None),
    (
        "writer",
        401,
        {
            "tpe": "fail.auth",
            "errors": [
                {
                    "description": "Authentication Error, Invalid proxy server token passed.",
                    "key": "fail.auth.generic",
                    "extras": "key",
                }
            ],
            "extras": None,
        },
        None,
    ),
)

ERRORS: tuple[DocumentedError, ...] = (
    *errors_of(
        "abacus",
        ABACUS,
        "page+shape",
        (429, _abacus("Too many requests", "TooManyRequestsError"), RateLimited, True),
        (500, _abacus("It failed", "InternalServerError"), ServerUnavailable, True),
        (504, _abacus("It took too long", "GatewayTimeoutError"), TimedOut, True),
    ),
    *statuses_of("azure_speech", AZURE_SPEECH, 401, 429, 502, 503),
    _clarifai("answer"),
    _clarifai("stream"),
    # nothing catches what the model raises: the server's framework writes this
    *errors_of("chatglm", CHATGLM, "source", (500, b"Internal Server Error", ServerUnavailable, True)),
    *errors_of("funasr", FUNASR, "source", (500, b"Internal Server Error", ServerUnavailable, True)),
    *errors_of(
        "cortecs",
        CORTECS,
        "source",
        (429, _proxy("Rate limit exceeded", 429), RateLimited, True),
        (500, _proxy("It failed", 500), ServerUnavailable, True),
    ),
    *errors_of(
        "cortecs",
        CORTECS_STREAM,
        "source",
        (200, _proxy("Rate limit exceeded", 429), RateLimited, True),
        (200, _proxy("It failed", 500), ServerUnavailable, True),
        where="stream",
    ),
    *errors_of(
        "deepinfra",
        DEEPINFRA,
        "unverified",
        (200, _frame("validation_error", {"error": {"message": _TOO_LONG}}), ContextLengthExceeded, False),
        (200, _frame("validation_error", {"error": {"message": "Too long"}}), BadRequest, False),
        (200, _frame("validation_error", "upstream exploded"), BadRequest, False),
        (200, _frame("internal_error", {"error": {"message": "Internal server error"}}), ServerUnavailable, True),
        (200, {"error": {"message": "Rate limited", "code": "429"}}, RateLimited, True),
        where="stream",
    ),
    # the package began as OpenRouter's, and so may this have
    *errors_of(
        "hyperbolic",
        HYPERBOLIC,
        "unverified",
        (200, openai_body("Internal Server Error", "server_error", None), ServerUnavailable, True),
        where="stream",
    ),
    # its own gateway expects an event named `error`, and does not say what stands in it
    *errors_of(
        "inference_net",
        INFERENCE_NET,
        "page+shape",
        (200, {"error": {"message": "The generation failed"}}, ServerUnavailable, True),
        where="stream",
    ),
    DocumentedError(
        "localai",
        LOCALAI,
        "source",
        429,
        {"error": {"type": "rate_limit_error", "code": "admission_rejected", "message": _AT_CAPACITY}},
        RateLimited,
        True,
        "admission_rejected",
        {"retry-after": "5"},
        5.0,
    ),
    *errors_of(
        "openllm",
        BENTOML,
        "source",
        (429, {"error": "Too many requests"}, RateLimited, True),
        (504, {"error": "Not able to process the request in 60 seconds"}, TimedOut, True),
    ),
    *errors_of(
        "ovhcloud",
        OVHCLOUD,
        "unverified",
        (200, {"error": {"message": "Internal error", "code": 500}}, ServerUnavailable, True),
        where="stream",
    ),
    _sagemaker("AccessDeniedException"),
    _sagemaker("ExpiredTokenException"),
    _sagemaker("UnrecognizedClientException"),
    *errors_of("gmicloud", MEASURED, "report", (404, b"No matching target server found for model m", ModelNotFound, False)),
    # the words were told, and not what stands around them
    *errors_of(
        "perfxcloud",
        PERFXCLOUD,
        "unverified",
        (403, {"error": {"message": "该令牌无权使用模型：m"}}, Unauthorized, False),
    ),
    # its gateway: no room in the queue, too long in it, the limit that several gateways share
    *errors_of(
        "sglang",
        SGLANG,
        "source",
        (429, b"", RateLimited, True),
        (408, b"", TimedOut, True),
        (429, {"error": "Rate limit exceeded", "current_count": 9, "limit": 8}, RateLimited, True),
    ),
    # the status and the header are all that its package reads
    DocumentedError(
        "snowflake", SNOWFLAKE, "page+shape", 429, b"", RateLimited, True, headers={"retry-after": "5"}, retry_after=5.0
    ),
    *errors_of("synthetic", SYNTHETIC, "report", (401, {"error": "Authorization header required."}, Unauthorized, False)),
    *errors_of(
        "triton",
        TRITON,
        "source",
        (403, {"error": "This API is restricted, expecting header 'h'"}, Unauthorized, False),
    ),
    # its limits of what waits; it has no 429
    *errors_of(
        "vllm",
        VLLM,
        "source",
        (503, _engine(_BUSY), ServerUnavailable, True),
        (503, _engine(_BACKLOG), ServerUnavailable, True),
    ),
    # what was answered to a wrong key
    *(
        DocumentedError(vendor, MEASURED, "report", status, body, Unauthorized, False, code)
        for vendor, status, body, code in _TO_A_WRONG_KEY
    ),
    # a text where others have an object
    *errors_of(
        "featherless",
        FEATHERLESS,
        "report",
        (200, {"error": "no data in 30000ms"}, ServerUnavailable, True),
        where="stream",
    ),
    *errors_of(
        "siliconflow",
        SILICONFLOW,
        "report",
        (401, _siliconflow(30014, "Token is invalid."), Unauthorized, False),
    ),
    *errors_of(
        "siliconflow",
        SILICONFLOW_LONG,
        "report",
        (400, _siliconflow(20015, _OVER_PROMPT), ContextLengthExceeded, False),
        (400, _siliconflow(20015, _OVER_SEQUENCE), ContextLengthExceeded, False),
    ),
    # its maker's package reads the event, and so does that package for every host of this family
    *errors_of(
        "v0",
        V0,
        "unverified",
        (200, openai_body("The generation failed", "server_error", None), ServerUnavailable, True),
        where="stream",
    ),
    *errors_of(
        "wandb",
        WANDB,
        "report",
        (
            401,
            {
                "error": {
                    "code": "invalid_api_key",
                    "message": "Missing bearer authentication in header",
                    "type": "invalid_request_error",
                }
            },
            Unauthorized,
            False,
        ),
    ),
    # its tool, one bundle, declares them of its management API; the 401 of its chat has the same shape
    *errors_of(
        "inference_net",
        INFERENCE_NET_TOOL,
        "unverified",
        (429, _api_error("Too many requests"), RateLimited, True),
        (500, _api_error("Internal server error"), ServerUnavailable, True),
        (504, _api_error("Gateway timeout"), TimedOut, True),
    ),
)
