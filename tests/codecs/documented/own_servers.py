"""Servers of one's own with an API of their own. Their pages were read 2026-11-28."""

from modelruntime.entities.errors import (
    BadRequest,
    ModelNotFound,
    RateLimited,
    ServerUnavailable,
    Unauthorized,
)
from tests.codecs.documented.row import DocumentedError

OLLAMA = "https://docs.ollama.com/api/errors"
OLLAMA_SOURCE = "https://mintlify.com/ollama/ollama/api/errors"
TEI = "https://github.com/huggingface/text-embeddings-inference/blob/main/docs/openapi.json"
TRITON = "https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_generate.md"

ERRORS: tuple[DocumentedError, ...] = (
    # Ollama
    DocumentedError("ollama", OLLAMA_SOURCE, "page", 400, {"error": "llama3.2 does not support generate"}, BadRequest, False),
    DocumentedError(
        "ollama",
        OLLAMA_SOURCE,
        "page",
        401,
        {"error": "unauthorized", "signin_url": "https://ollama.com/connect?name=host"},
        Unauthorized,
        False,
    ),
    DocumentedError("ollama", OLLAMA_SOURCE, "page", 404, {"error": "model 'llama3.2' not found"}, ModelNotFound, False),
    DocumentedError("ollama", OLLAMA, "page+shape", 429, {"error": "too many requests"}, RateLimited, True),
    DocumentedError("ollama", OLLAMA, "page", 500, {"error": "the model failed to generate a response"}, ServerUnavailable, True),
    DocumentedError("ollama", OLLAMA, "page+shape", 502, {"error": "the cloud model cannot be reached"}, ServerUnavailable, True),
    DocumentedError(
        "ollama",
        OLLAMA,
        "page",
        200,
        {"error": "an error was encountered while running the model"},
        ServerUnavailable,
        True,
        where="stream",
    ),
    # Text Embeddings Inference
    DocumentedError(
        "tei", TEI, "page", 413, {"error": "Batch size error", "error_type": "validation"}, BadRequest, False, "validation"
    ),
    DocumentedError(
        "tei", TEI, "page", 422, {"error": "Tokenization error", "error_type": "tokenizer"}, BadRequest, False, "tokenizer"
    ),
    DocumentedError(
        "tei", TEI, "page", 424, {"error": "Inference failed", "error_type": "backend"}, ServerUnavailable, True, "backend"
    ),
    DocumentedError(
        "tei", TEI, "page", 429, {"error": "Model is overloaded", "error_type": "overloaded"}, RateLimited, True, "overloaded"
    ),
    DocumentedError(
        "tei", TEI, "page", 503, {"error": "unhealthy", "error_type": "unhealthy"}, ServerUnavailable, True, "unhealthy"
    ),
    DocumentedError("tei", TEI, "unverified", 401, b"", Unauthorized, False),
    # Triton
    DocumentedError("triton", TRITON, "page", 400, {"error": "error message"}, BadRequest, False),
    DocumentedError("triton", TRITON, "page+shape", 500, {"error": "inference failed"}, ServerUnavailable, True),
    DocumentedError("triton", TRITON, "page", 200, {"error": "error message"}, ServerUnavailable, True, where="stream"),
)
