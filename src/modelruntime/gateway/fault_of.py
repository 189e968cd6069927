"""What a client is told when a call fails: a status, a code that stays stable over releases, and a sentence without secrets.

A vendor that refuses *our* key is no fault of the client: 502, never 401.
"""

from __future__ import annotations

from modelruntime.codecs.dialect import Fault
from modelruntime.entities.errors import (
    BadRequest,
    ConnectionFailed,
    ContentFiltered,
    ContextLengthExceeded,
    CredentialsInvalid,
    DeclarationInvalid,
    InvokeError,
    ModelNotFound,
    ModelRuntimeError,
    ParameterInvalid,
    RateLimited,
    ServerUnavailable,
    StreamIncomplete,
    TimedOut,
    Unauthorized,
)

TABLE: tuple[tuple[type[ModelRuntimeError], int, str], ...] = (
    (ContextLengthExceeded, 400, "context_length_exceeded"),
    (ContentFiltered, 400, "content_filter"),
    (ModelNotFound, 404, "model_not_found"),
    (BadRequest, 400, "invalid_request"),
    (RateLimited, 429, "upstream_rate_limited"),
    (Unauthorized, 502, "upstream_credentials_exhausted"),
    (TimedOut, 504, "upstream_timeout"),
    (StreamIncomplete, 502, "upstream_incomplete"),
    (ConnectionFailed, 502, "upstream_unreachable"),
    (ServerUnavailable, 502, "upstream_unavailable"),
    (ParameterInvalid, 400, "invalid_request"),
    (CredentialsInvalid, 424, "not_configured"),
    (DeclarationInvalid, 500, "declaration_invalid"),
)
"""The first class that fits decides."""
_CODES: dict[tuple[type[InvokeError], str], tuple[int, str]] = {
    (ConnectionFailed, "tls"): (502, "upstream_tls"),
    (ConnectionFailed, "egress"): (502, "upstream_refused_by_guard"),
    (ServerUnavailable, "protocol"): (502, "upstream_protocol"),
    (ServerUnavailable, "too_large"): (502, "upstream_too_large"),
    (ServerUnavailable, "invalid_response"): (502, "upstream_invalid_response"),
    (TimedOut, "connect"): (502, "upstream_unreachable"),
    (BadRequest, "model_not_deletable"): (405, "model_not_deletable"),
}
"""What a transport or a codec calls a fault, by its class → status and code."""
SHUTTING_DOWN = Fault(503, "shutting_down", "the gateway is ending: ask again, another one answers", retry_after=1.0)
"""For a call that is still under way when the time to drain is up."""
_PASSED_STATUS = (413, 422)
"""Statuses of a vendor's that say more than 400."""


def fault_of(error: BaseException, request_id: str | None = None) -> Fault:
    """The fault of an error; one that is none of ours says nothing of itself."""
    if not isinstance(error, ModelRuntimeError):
        return Fault(500, "internal_error", "the gateway failed; its log says more under this request id", request_id=request_id)
    status, code = next(((status, code) for kind, status, code in TABLE if isinstance(error, kind)), (502, "upstream_failed"))
    field = error.field if isinstance(error, ParameterInvalid) else None
    retry_after: float | None = None
    if isinstance(error, InvokeError):
        retry_after = error.retry_after
        status, code = _CODES.get((type(error), error.code or ""), (status, code))
        if isinstance(error, RateLimited) and not error.retryable:  # no quota left: waiting does not help
            status, code = 502, "upstream_credentials_exhausted"
        if isinstance(error, BadRequest) and error.status in _PASSED_STATUS and status == 400:
            status = error.status or status
    return Fault(status, code, error.message, field, request_id, retry_after)
