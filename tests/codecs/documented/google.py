"""Google, on AI Studio and on Vertex AI; Anthropic's own and its models on Vertex AI answer in Anthropic's shape. Read 2026-11-28.

The wait in `RetryInfo` is read by the family's own `error_of` (`tests/codecs/gemini`), not by the reader that all share.
"""

from typing import Any

from modelruntime.entities.errors import BadRequest, ModelNotFound, RateLimited, ServerUnavailable, TimedOut, Unauthorized
from tests.codecs.documented.row import DocumentedError

CODES = "https://ai.google.dev/gemini-api/docs/troubleshooting"
WRONG_KEY = "https://github.com/continuedev/continue/issues/8516"
QUOTA = "https://github.com/google-gemini/gemini-cli/issues/2020"
EXHAUSTED = "https://github.com/google-gemini/gemini-cli/issues/14831"
NO_TOKEN = "https://github.com/a2aproject/a2a-samples/issues/43"
ANTHROPIC_KEY = "https://github.com/Good-player/free-claude-api-and-anthropic/issues/14"


def google_body(code: int, status: str, message: str, reason: str | None = None) -> dict[str, Any]:
    info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "domain": "googleapis.com"}
    return {"error": {"code": code, "message": message, "status": status, **({"details": [info]} if reason else {})}}


ERRORS: tuple[DocumentedError, ...] = (
    DocumentedError(
        "gemini",
        WRONG_KEY,
        "report",
        400,
        [google_body(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", "API_KEY_INVALID")],
        Unauthorized,
        False,
    ),
    DocumentedError(
        "gemini",
        QUOTA,
        "report",
        429,
        google_body(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."),
        RateLimited,
        True,
        "RESOURCE_EXHAUSTED",
    ),
    DocumentedError(
        "gemini",
        CODES,
        "page+shape",
        403,
        google_body(403, "PERMISSION_DENIED", "Your API key doesn't have the required permissions."),
        Unauthorized,
        False,
        "PERMISSION_DENIED",
    ),
    DocumentedError(
        "gemini",
        CODES,
        "page+shape",
        404,
        google_body(404, "NOT_FOUND", "models/gemini-0 is not found for API version v1beta"),
        ModelNotFound,
        False,
        "NOT_FOUND",
    ),
    DocumentedError(
        "gemini",
        CODES,
        "page+shape",
        400,
        google_body(400, "INVALID_ARGUMENT", "The request body is malformed."),
        BadRequest,
        False,
        "INVALID_ARGUMENT",
    ),
    DocumentedError(
        "gemini",
        CODES,
        "page+shape",
        503,
        google_body(503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
        ServerUnavailable,
        True,
        "UNAVAILABLE",
    ),
    DocumentedError(
        "gemini",
        CODES,
        "page+shape",
        504,
        google_body(504, "DEADLINE_EXCEEDED", "The service is unable to finish processing within the deadline."),
        TimedOut,
        True,
        "DEADLINE_EXCEEDED",
    ),
    DocumentedError(
        "gemini",
        CODES,
        "page+shape",
        200,
        google_body(503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
        ServerUnavailable,
        True,
        "UNAVAILABLE",
        where="stream",
    ),
    DocumentedError(
        "vertex_ai",
        NO_TOKEN,
        "report",
        401,
        google_body(
            401,
            "UNAUTHENTICATED",
            "API keys are not supported by this API. Expected OAuth2 access token or other authentication credentials.",
            "CREDENTIALS_MISSING",
        ),
        Unauthorized,
        False,
        "UNAUTHENTICATED",
    ),
    DocumentedError(
        "vertex_ai",
        EXHAUSTED,
        "report",
        429,
        google_body(429, "RESOURCE_EXHAUSTED", "Resource exhausted. Please try again later."),
        RateLimited,
        True,
        "RESOURCE_EXHAUSTED",
    ),
    DocumentedError(
        "vertex_ai",
        CODES,
        "page+shape",
        500,
        google_body(500, "INTERNAL", "An internal error has occurred."),
        ServerUnavailable,
        True,
        "INTERNAL",
    ),
    DocumentedError(
        "anthropic",
        ANTHROPIC_KEY,
        "report",
        401,
        {
            "type": "error",
            "error": {"type": "authentication_error", "message": "invalid x-api-key"},
            "request_id": "req_1",
        },
        Unauthorized,
        False,
        "authentication_error",
    ),
)
