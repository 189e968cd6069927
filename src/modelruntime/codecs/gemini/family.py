"""Names that the whole family shares. Shapes: https://ai.google.dev/api/generate-content, read 2026-11-22."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from modelruntime.codecs.json_value import as_array, as_object, as_text
from modelruntime.codecs.openai.errors import error_from
from modelruntime.codecs.operation import Endpoint
from modelruntime.entities.errors import InvokeError
from modelruntime.entities.finish import Finish, FinishReason
from modelruntime.entities.http import HttpResponse

FAMILY = "gemini"
"""The key of `provider_metadata`, and the `family` of hosted and opaque parts."""

MODES: dict[str, Literal["auto", "none", "required"]] = {"AUTO": "auto", "ANY": "required", "NONE": "none"}
"""The vendor's word for a tool choice → ours; `VALIDATED` has no word of ours and goes through `extra`."""

_FILTERED = frozenset(
    (
        *("SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "LANGUAGE", "MODEL_ARMOR", "ESCALATION"),
        *("IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION", "PUP_LIMITED_DISABLED"),
    )
)
_FAILED = (
    *("MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "MALFORMED_RESPONSE"),
    *("MISSING_THOUGHT_SIGNATURE", "TOO_MANY_TOOL_CALLS"),
)
_FINISH: dict[str, FinishReason] = {
    "STOP": "stop",
    "MAX_TOKENS": "length",
    "CONTINUATION": "length",  # there is a token to go on with
    **dict.fromkeys(_FAILED, "error"),
}


def finish_of(word: str | None, *, calls: bool) -> Finish:
    """The vendor says `STOP` for calls of tools too."""
    if word == "STOP" and calls:
        return Finish("tool_calls", word)
    return Finish("content_filter" if word in _FILTERED else _FINISH.get(word or "", "other"), word)


def error_of(response: HttpResponse, endpoint: Endpoint) -> InvokeError:
    """The typed error; a wait stands in the body's `RetryInfo` (https://cloud.google.com/apis/design/errors, read 2026-11-22)."""
    error = error_from(response, endpoint)
    if error.retryable and error.retry_after is None:
        error.retry_after = _retry_delay(response.body)
    return error


def _retry_delay(body: bytes) -> float | None:
    try:
        found: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    holder = as_object(found) or as_object(next(iter(as_array(found)), None))
    for detail in as_array(as_object(holder.get("error")).get("details")):
        delay = as_text(as_object(detail).get("retryDelay")) or ""
        if delay.endswith("s") and delay[:-1].replace(".", "", 1).isdigit():
            return float(delay[:-1])
    return None
