"""Vendors of speech (read 2026-11-28)."""

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
from tests.codecs.documented.row import DocumentedError

ELEVENLABS = "https://help.elevenlabs.io/hc/en-us/articles/19572237925521"
ELEVENLABS_LIMITS = (
    "https://github.com/jeremylongshore/claude-code-plugins-plus-skills/tree/main/plugins/saas-packs/elevenlabs-pack"
)
DEEPGRAM = "https://developers.deepgram.com/reference/errors"
CARTESIA = "https://docs.cartesia.ai/use-the-api/api-errors.md"
FISH = "https://github.com/fishaudio/docs/blob/main/.mintlify/skills/fish-audio-api/SKILL.md"
ASSEMBLY = "https://assemblyai.com/docs/guides/common_errors_and_solutions"
MINIMAX = "https://platform.minimax.io/docs/api-reference/errorcode.md"
MINIMAX_CODES = {
    "1000": "ServerUnavailable",
    "1001": "TimedOut",
    "1002": "RateLimited",
    "1004": "Unauthorized",
    "1008": "Unauthorized",
    "1026": "ContentFiltered",
    "1027": "ContentFiltered",
    "1033": "ServerUnavailable",
    "1039": "RateLimited",
    "2013": "BadRequest",
}
_LONG = "This request's text has 627 characters and exceeds the character limit of 333 characters for non signed in accounts."
_INVALID = [{"loc": ["body", "format"], "type": "literal_error", "msg": "Input should be 'wav'", "ctx": {}, "in": "body"}]


def _detail(status: str, message: str) -> dict[str, Any]:
    return {"detail": {"status": status, "message": message}}


def _dg(code: str, message: str) -> dict[str, Any]:
    return {"err_code": code, "err_msg": message, "request_id": "uuid"}


def _cartesia(code: str | None, title: str) -> dict[str, Any]:
    return {"error_code": code, "title": title, "message": "You may not.", "request_id": "uuid"}


def _base(code: int, message: str) -> dict[str, Any]:
    return {"base_resp": {"status_code": code, "status_msg": message}}


ERRORS: tuple[DocumentedError, ...] = (
    # ElevenLabs
    DocumentedError(
        "elevenlabs",
        ELEVENLABS,
        "page",
        400,
        _detail("max_character_limit_exceeded", _LONG),
        BadRequest,
        False,
        "max_character_limit_exceeded",
    ),
    DocumentedError(
        "elevenlabs", ELEVENLABS, "page", 401, _detail("invalid_api_key", "Invalid API key"), Unauthorized, False, "invalid_api_key"
    ),
    DocumentedError(
        "elevenlabs", ELEVENLABS, "page", 401, _detail("quota_exceeded", "Too few credits."), Unauthorized, False, "quota_exceeded"
    ),
    DocumentedError(
        "elevenlabs",
        ELEVENLABS_LIMITS,
        "report",
        429,
        _detail("too_many_concurrent_requests", "Too many"),
        RateLimited,
        True,
        "too_many_concurrent_requests",
    ),
    DocumentedError(
        "elevenlabs", ELEVENLABS_LIMITS, "report", 429, _detail("system_busy", "Busy"), RateLimited, True, "system_busy"
    ),
    DocumentedError("elevenlabs", ELEVENLABS, "unverified", 503, b"", ServerUnavailable, True),
    # Deepgram
    DocumentedError(
        "deepgram",
        DEEPGRAM,
        "page",
        400,
        _dg("Bad Request", "Bad Request: failed to process audio: corrupt or unsupported data"),
        BadRequest,
        False,
        "Bad Request",
    ),
    DocumentedError(
        "deepgram",
        DEEPGRAM,
        "page",
        400,
        {"category": "INVALID_JSON", "message": "Invalid JSON submitted.", "details": "missing field", "request_id": "uuid"},
        BadRequest,
        False,
    ),
    DocumentedError(
        "deepgram", DEEPGRAM, "page+shape", 401, _dg("INVALID_AUTH", "Invalid credentials."), Unauthorized, False, "INVALID_AUTH"
    ),
    DocumentedError("deepgram", DEEPGRAM, "page+shape", 402, _dg("ASR_PAYMENT_REQUIRED", "No credits."), Unauthorized, False),
    DocumentedError("deepgram", DEEPGRAM, "page+shape", 429, _dg("TOO_MANY_REQUESTS", "Too many requests."), RateLimited, True),
    DocumentedError("deepgram", DEEPGRAM, "unverified", 504, b"", TimedOut, True),
    # Cartesia
    DocumentedError(
        "cartesia", CARTESIA, "page+shape", 401, _cartesia("unauthorized", "Unauthorized"), Unauthorized, False, "unauthorized"
    ),
    DocumentedError(
        "cartesia",
        CARTESIA,
        "page",
        429,
        _cartesia("concurrency_limited", "Too many concurrent requests"),
        RateLimited,
        True,
        "concurrency_limited",
    ),
    DocumentedError("cartesia", CARTESIA, "page+shape", 500, _cartesia(None, "Internal error"), ServerUnavailable, True),
    # Fish Audio
    DocumentedError("fishaudio", FISH, "page", 401, {"status": 401, "message": "Invalid token"}, Unauthorized, False),
    DocumentedError("fishaudio", FISH, "page", 402, {"status": 402, "message": "Insufficient Balance"}, Unauthorized, False),
    DocumentedError("fishaudio", FISH, "page", 404, {"status": 404, "message": "Model not found"}, ModelNotFound, False),
    DocumentedError("fishaudio", FISH, "page", 422, _INVALID, BadRequest, False),
    DocumentedError("fishaudio", FISH, "page", 429, {"status": 429, "message": "Too many requests"}, RateLimited, True),
    DocumentedError("fishaudio", FISH, "page", 503, b"<html>busy</html>", ServerUnavailable, True),
    # AssemblyAI
    DocumentedError(
        "assemblyai",
        ASSEMBLY,
        "page+shape",
        401,
        {"error": "Authentication error, API token missing/invalid"},
        Unauthorized,
        False,
    ),
    DocumentedError("assemblyai", ASSEMBLY, "page+shape", 400, {"error": "Invalid endpoint schema"}, BadRequest, False),
    DocumentedError("assemblyai", ASSEMBLY, "unverified", 429, {"error": "Too many requests"}, RateLimited, True),
    DocumentedError("assemblyai", ASSEMBLY, "page+shape", 500, {"error": "Server error"}, ServerUnavailable, True),
    # MiniMax: every one with status 200
    *(
        DocumentedError("minimax", MINIMAX, "page", 200, _base(code, message), kind, retryable, str(code), codes=MINIMAX_CODES)
        for code, message, kind, retryable in (
            (1000, "unknown error", ServerUnavailable, True),
            (1001, "request timeout", TimedOut, True),
            (1002, "rate limit", RateLimited, True),
            (1004, "not authorized", Unauthorized, False),
            (1008, "insufficient balance", Unauthorized, False),
            (1026, "input new_sensitive", ContentFiltered, False),
            (1027, "output new_sensitive", ContentFiltered, False),
            (1033, "system error", ServerUnavailable, True),
            (1039, "token limit", RateLimited, True),
            (2013, "invalid params", BadRequest, False),
        )
    ),
    DocumentedError(
        "minimax",
        MINIMAX,
        "page",
        200,
        {"data": {"audio": "", "status": 1}, "trace_id": "t", **_base(1002, "rate limit")},
        RateLimited,
        True,
        "1002",
        where="stream",
        codes=MINIMAX_CODES,
    ),
)
