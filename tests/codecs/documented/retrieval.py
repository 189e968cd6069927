"""Vendors of embeddings and rerank."""

from modelruntime.entities.errors import (
    BadRequest,
    ContextLengthExceeded,
    ModelNotFound,
    RateLimited,
    ServerUnavailable,
    TimedOut,
    Unauthorized,
)
from tests.codecs.documented.row import DocumentedError

SILICONFLOW = "https://docs.siliconflow.cn/en/faqs/error-code"
COHERE = "https://docs.cohere.com/reference/errors"
VOYAGE = "https://docs.voyageai.com/docs/error-codes"

ERRORS: tuple[DocumentedError, ...] = (
    # SiliconFlow
    DocumentedError(
        "siliconflow",
        SILICONFLOW,
        "page",
        400,
        {"code": 20012, "message": "Model does not exist. Please check it carefully.", "data": None},
        ModelNotFound,
        False,
        "20012",
    ),
    DocumentedError("siliconflow", SILICONFLOW, "unverified", 401, b'"Invalid token"', Unauthorized, False),
    DocumentedError(
        "siliconflow",
        SILICONFLOW,
        "page+shape",
        403,
        {"code": 30001, "message": "Sorry, your account balance is insufficient", "data": None},
        Unauthorized,
        False,
        "30001",
    ),
    DocumentedError(
        "siliconflow",
        SILICONFLOW,
        "page+shape",
        429,
        {"message": "Request was rejected due to rate limiting. Details: TPM limit reached.", "data": None},
        RateLimited,
        True,
    ),
    DocumentedError(
        "siliconflow",
        SILICONFLOW,
        "page+shape",
        503,
        {"code": 50505, "message": "Model service overloaded. Please try again later.", "data": None},
        ServerUnavailable,
        True,
        "50505",
    ),
    DocumentedError("siliconflow", SILICONFLOW, "page", 504, b"", TimedOut, True),
    # Jina
    DocumentedError(
        "jina",
        "https://github.com/langgenius/dify-official-plugins/issues/1997",
        "report",
        400,
        {"detail": "[RID: 0] Validation error: 'body -> jina-embeddings-v4' Each input list can contain at most 512 items."},
        BadRequest,
        False,
    ),
    DocumentedError("jina", "https://api.jina.ai/redoc", "unverified", 401, {"detail": "Unauthorized"}, Unauthorized, False),
    DocumentedError(
        "jina",
        "https://github.com/jina-ai/reader/issues/1255",
        "unverified",
        402,
        {"detail": "Insufficient balance"},
        Unauthorized,
        False,
    ),
    DocumentedError(
        "jina",
        "https://github.com/Agents365-ai/zotero-cli-ai/issues/26",
        "unverified",
        422,
        {"detail": [{"loc": ["body", "input"], "msg": "value is not a valid list", "type": "type_error.list"}]},
        BadRequest,
        False,
    ),
    DocumentedError("jina", "https://api.jina.ai/redoc", "unverified", 429, {"detail": "Rate limit exceeded"}, RateLimited, True),
    # Xinference
    DocumentedError(
        "xinference",
        "https://github.com/infiniflow/ragflow/issues/514",
        "report",
        400,
        {"detail": "[address=0.0.0.0:51672, pid=57224] Model not found, uid: qwen1.5-chat-1-0"},
        ModelNotFound,
        False,
    ),
    DocumentedError(
        "xinference",
        "https://github.com/xorbitsai/inference",
        "unverified",
        401,
        {"detail": "Could not validate credentials"},
        Unauthorized,
        False,
    ),
    DocumentedError(
        "xinference",
        "https://github.com/xorbitsai/inference",
        "unverified",
        503,
        {"detail": "Server is busy"},
        ServerUnavailable,
        True,
    ),
    DocumentedError(
        "xinference",
        "https://github.com/xorbitsai/inference",
        "unverified",
        500,
        {"detail": "[address=x, pid=1] out of memory"},
        ServerUnavailable,
        True,
    ),
    # Cohere
    DocumentedError(
        "cohere", COHERE, "page+shape", 400, {"message": "invalid request: list of documents must not be empty"}, BadRequest, False
    ),
    DocumentedError(
        "cohere",
        COHERE,
        "page",
        400,
        {"message": "too many tokens: total number of tokens in the prompt cannot exceed 4081 - received 4292."},
        ContextLengthExceeded,
        False,
    ),
    DocumentedError(
        "cohere",
        "https://github.com/crmne/ruby_llm/blob/fb5a49bf04da/spec/fixtures/vcr_cassettes/chat_real_error_scenarios_cohere_command-a-03-2025_handles_context_length_exceeded_errors.yml",
        "report",
        400,
        {"error_type": "TOO_MANY_TOKENS", "id": "e", "message": "too many tokens: size limit exceeded by 7 tokens."},
        ContextLengthExceeded,
        False,
        "TOO_MANY_TOKENS",
    ),
    DocumentedError("cohere", COHERE, "page", 401, {"message": "invalid api token"}, Unauthorized, False),
    DocumentedError(
        "cohere", COHERE, "page+shape", 402, {"message": "Please add or update your payment method"}, Unauthorized, False
    ),
    DocumentedError("cohere", COHERE, "page+shape", 404, {"message": "model 'm' not found"}, ModelNotFound, False),
    DocumentedError(
        "cohere",
        COHERE,
        "page",
        429,
        {"message": "You are using a Trial key, which is limited to 40 API calls / minute."},
        RateLimited,
        True,
    ),
    DocumentedError("cohere", COHERE, "page+shape", 500, {"message": "internal server error"}, ServerUnavailable, True),
    # Voyage
    DocumentedError("voyage", VOYAGE, "page+shape", 400, {"detail": "Batch size is too large"}, BadRequest, False),
    DocumentedError("voyage", VOYAGE, "page+shape", 401, {"detail": "Provided API key is invalid."}, Unauthorized, False),
    DocumentedError("voyage", VOYAGE, "page+shape", 403, {"detail": "Forbidden"}, Unauthorized, False),
    DocumentedError("voyage", VOYAGE, "page+shape", 429, {"detail": "Rate limit exceeded"}, RateLimited, True),
    DocumentedError("voyage", VOYAGE, "page+shape", 502, b"", ServerUnavailable, True),
)
