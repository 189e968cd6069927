"""An error in the family's words: `{"error": {message, type, param, code}}`
(https://platform.openai.com/docs/guides/error-codes, unverified)."""

from __future__ import annotations

import msgspec

from modelruntime.codecs.dialect import Fault

_TYPES = {401: "authentication_error", 403: "permission_error", 404: "not_found_error", 429: "rate_limit_error"}


def render_fault(fault: Fault) -> bytes:
    """The body of an error, and the data of an error event."""
    kind = _TYPES.get(fault.status, "invalid_request_error" if fault.status < 500 else "server_error")
    error = {"message": fault.message, "type": kind, "param": fault.field, "code": fault.code, "request_id": fault.request_id}
    return msgspec.json.encode({"error": error})
