"""An error in the family's words (https://docs.anthropic.com/en/api/errors, read 2026-11-22)."""

from __future__ import annotations

import msgspec

from modelruntime.codecs.dialect import Fault

_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    504: "timeout_error",
    529: "overloaded_error",
}


def render_fault(fault: Fault) -> bytes:
    """The body of an error, and the data of an error event; `code` is ours, beside the family's type."""
    kind = _TYPES.get(fault.status, "invalid_request_error" if fault.status < 500 else "api_error")
    error = {"type": kind, "message": fault.message, "code": fault.code}
    if fault.field is not None:
        error["param"] = fault.field
    return msgspec.json.encode({"type": "error", "error": error, "request_id": fault.request_id})
