"""Clouds with models. Tencent's errors have status 200 and an envelope: `tests/codecs/tencent` has their table. Read 2026-11-28."""

from modelruntime.entities.errors import (
    BadRequest,
    ContextLengthExceeded,
    ModelNotFound,
    RateLimited,
    ServerUnavailable,
    Unauthorized,
)
from tests.codecs.documented.row import DocumentedError, openai_body

OCI = "https://docs.cloud.oracle.com/Content/API/References/apierrors.htm"
REPLICATE = "https://replicate.com/docs/topics/predictions/rate-limits"
WATSONX = "https://cloud.ibm.com/apidocs/watsonx-ai"
_WATSONX_TRACE = {"trace": "9ddfccd50f6649d9913810df36578d38"}

ERRORS: tuple[DocumentedError, ...] = (
    # Oracle
    DocumentedError("oci", OCI, "page", 400, {"code": "InvalidParameter", "message": "no"}, BadRequest, False, "InvalidParameter"),
    DocumentedError(
        "oci", OCI, "page", 401, {"code": "NotAuthenticated", "message": "no"}, Unauthorized, False, "NotAuthenticated"
    ),
    DocumentedError(
        "oci",
        OCI,
        "page",
        404,
        {"code": "NotAuthorizedOrNotFound", "message": "no"},
        ModelNotFound,
        False,
        "NotAuthorizedOrNotFound",
    ),
    DocumentedError("oci", OCI, "page", 429, {"code": "TooManyRequests", "message": "no"}, RateLimited, True, "TooManyRequests"),
    DocumentedError(
        "oci", OCI, "page", 500, {"code": "InternalServerError", "message": "no"}, ServerUnavailable, True, "InternalServerError"
    ),
    DocumentedError(
        "oci",
        OCI,
        "page+shape",
        200,
        {"code": "InternalServerError", "message": "no"},
        ServerUnavailable,
        True,
        "InternalServerError",
        where="stream",
    ),
    # Replicate
    DocumentedError(
        "replicate",
        "https://replicate.com/docs/reference/http",
        "unverified",
        401,
        {"title": "Unauthenticated", "detail": "You did not pass an authentication token", "status": 401},
        Unauthorized,
        False,
    ),
    DocumentedError(
        "replicate",
        "https://replicate.com/docs/reference/http",
        "unverified",
        422,
        {"title": "Input validation failed", "detail": "- input: prompt is required", "status": 422},
        BadRequest,
        False,
    ),
    DocumentedError(
        "replicate",
        REPLICATE,
        "page",
        429,
        {"detail": "Request was throttled. Expected available in 1 second."},
        RateLimited,
        True,
    ),
    DocumentedError("replicate", REPLICATE, "unverified", 502, b"", ServerUnavailable, True),
    # IBM
    DocumentedError(
        "watsonx",
        "https://github.com/BerriAI/litellm/issues/6992",
        "page+shape",
        401,
        {**_WATSONX_TRACE, "errors": [{"code": "authentication_token_not_valid", "message": "no"}], "status_code": 401},
        Unauthorized,
        False,
        "authentication_token_not_valid",
    ),
    DocumentedError(
        "watsonx",
        WATSONX,
        "unverified",
        404,
        {
            **_WATSONX_TRACE,
            "errors": [{"code": "model_not_supported", "message": "Model 'm' is not supported"}],
            "status_code": 404,
        },
        ModelNotFound,
        False,
        "model_not_supported",
    ),
    DocumentedError(
        "watsonx",
        WATSONX,
        "unverified",
        429,
        {**_WATSONX_TRACE, "errors": [{"code": "rate_limit_reached_requests", "message": "slow"}], "status_code": 429},
        RateLimited,
        True,
        "rate_limit_reached_requests",
    ),
    DocumentedError(
        "watsonx",
        WATSONX,
        "unverified",
        500,
        {**_WATSONX_TRACE, "errors": [{"code": "downstream_request_failed", "message": "no"}], "status_code": 500},
        ServerUnavailable,
        True,
        "downstream_request_failed",
    ),
    DocumentedError(
        "watsonx",
        "https://github.com/langchain-ai/langchainjs/pull/10721",
        "report",
        200,
        {
            "errors": [
                {
                    "code": "invalid_input_argument",
                    "message": "Invalid input argument for Model 'm': "
                    '{"error":{"message":"This model\'s maximum context length is 8 tokens. However, your request has 9 input '
                    'tokens.","type":"BadRequestError","param":null,"code":400}}',
                    "more_info": "https://cloud.ibm.com/apidocs/watsonx-ai#text-chat-stream",
                }
            ],
            **_WATSONX_TRACE,
            "status_code": 400,
        },
        ContextLengthExceeded,
        False,
        "invalid_input_argument",
        where="stream",
    ),
    # Azure OpenAI
    DocumentedError(
        "azure",
        "https://github.com/Azure/azure-sdk-for-python/issues/40812",
        "report",
        500,
        openai_body("The server had an error processing your request. Sorry about that!", "server_error", None),
        ServerUnavailable,
        True,
        "server_error",
    ),
)
