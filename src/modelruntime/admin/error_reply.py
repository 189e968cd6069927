"""Every exception as the status and the envelope that the client gets. Its words are safe to show."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from modelruntime.admin.redaction import shown_body
from modelruntime.admin.refusal import ErrorReply, FieldFault, LineProblem, Refusal, Upstream, refuse
from modelruntime.entities.errors import (
    ConnectionFailed,
    CredentialsInvalid,
    DeclarationInvalid,
    InvokeError,
    ModelNotFound,
    ModelRuntimeError,
    ParameterInvalid,
    RateLimited,
    ServerUnavailable,
    TimedOut,
    Unauthorized,
)
from modelruntime.runtime.redaction import without
from modelruntime.schema.form_validation import FieldProblem
from modelruntime.store.errors import KeyMissing, NameTaken, NotAllowed, NotThere, SealBroken, StoreError, StoreUnavailable

_PLACE = re.compile(r" - at `\$\.?(.*)`$")
_NAMED = re.compile(r"(?:missing required|contains unknown) field `([^`]+)`")
_PROBLEM = re.compile(r"^.*?:(?P<line>\d+): (?P<severity>error|warning): (?P<message>.*) \[(?P<code>[\w-]+)\]$", re.DOTALL)

HINTS: dict[str, str] = {
    "dns": "The name of the host is not known: check the base URL for a typing mistake.",
    "refused": "Nothing listens at that address and port: check the base URL, and that the server runs.",
    "unreachable": "There is no way to that address from here: check the network, a VPN or a firewall.",
    "reset": "The server hung up: check that the port speaks HTTP, and https against http.",
    "tls": "The certificate was not accepted: check the address, or give the authority's certificate to the gateway.",
    "egress": "The address is not public. An operator may add it to the allow-list in the settings.",
    "connect": "The server did not answer in time: check the address and the network.",
}
"""By the transport's code of the fault."""

STATUS_HINTS: dict[int, str] = {
    401: "The key is not accepted: copy it anew, and check that it is for this region and endpoint.",
    402: "The account has no credit.",
    403: "The key is known but may not do this: check its permissions, its project and the region.",
    404: "The address or the model is not there: check the base URL and the model's id.",
    429: "The vendor limits this key for now: try again in a while.",
}
_CODES: tuple[tuple[type[InvokeError], int, str], ...] = (
    (ModelNotFound, 404, "model_not_found"),
    (Unauthorized, 422, "credentials_refused"),
    (RateLimited, 429, "upstream_rate_limited"),
    (TimedOut, 504, "upstream_timeout"),
    (ConnectionFailed, 502, "upstream_unreachable"),
    (ServerUnavailable, 502, "upstream_unavailable"),
    (InvokeError, 502, "upstream_error"),
)

_STORE_CODES: tuple[tuple[type[StoreError], int, str], ...] = (
    (NotThere, 404, "not_found"),
    (NameTaken, 409, "name_taken"),
    (NotAllowed, 409, "not_allowed"),
    (KeyMissing, 409, "credential_locked"),
    (SealBroken, 409, "credential_locked"),
    (StoreUnavailable, 503, "store_unavailable"),
    (StoreError, 503, "store_error"),
)


def refusal_of(error: ModelRuntimeError, secrets: Iterable[str] = (), doc_url: str | None = None) -> Refusal:
    """An error of the library or the store. `secrets` are what was sent along: they are taken out of what the vendor said."""
    if isinstance(error, StoreError):
        return _store_refused(error)
    if isinstance(error, CredentialsInvalid):
        return _credentials_refused(error, secrets, doc_url)
    if isinstance(error, ParameterInvalid):
        return Refusal(422, ErrorReply(code="parameter_invalid", message=error.message, field=error.field))
    if isinstance(error, DeclarationInvalid):
        problems = tuple(line_problem(text) for text in error.problems)
        return Refusal(422, ErrorReply(code="declaration_invalid", message=error.message, problems=problems))
    if isinstance(error, InvokeError):
        status, code = next((status, code) for kind, status, code in _CODES if isinstance(error, kind))
        upstream, hint = _upstream(error, secrets), _hint(error)
        reply = ErrorReply(code=code, message=without(error.message, secrets), hint=hint, doc_url=doc_url, upstream=upstream)
        return Refusal(status, reply, error.retry_after)
    return refuse(422, "invalid", error.message)


def form_refusal(problems: Iterable[FieldProblem], doc_url: str | None = None) -> Refusal:
    """A form that is not complete: every error at once."""
    faults = tuple(FieldFault(problem.variable, problem.code, problem.message) for problem in problems)
    reply = ErrorReply(code="credentials_invalid", message=faults[0].message, field=faults[0].field, doc_url=doc_url, fields=faults)
    return Refusal(422, reply)


def body_refusal(error: Exception, what: str = "body") -> Refusal:
    """A body or query that cannot be read as its type."""
    if not isinstance(error, msgspec.ValidationError):
        why = "it is nested too deep" if isinstance(error, RecursionError) else str(error)
        return refuse(400, "invalid_json", f"the {what} is no JSON: {why}")
    text = str(error)
    place = _PLACE.search(text)
    parts = [part for part in (place.group(1) if place else "", *(_NAMED.findall(text))) if part]
    return refuse(422, f"invalid_{what}", f"the {what} cannot be used: {text}", ".".join(parts) or None)


def line_problem(text: str) -> LineProblem:
    """A problem of a declaration, from its sentence."""
    found = _PROBLEM.match(text)
    if found is None:
        return LineProblem(0, "error", "invalid", text)
    return LineProblem(int(found["line"]), found["severity"], found["code"], found["message"])


def _credentials_refused(error: CredentialsInvalid, secrets: Iterable[str], doc_url: str | None) -> Refusal:
    cause = error.__cause__ if isinstance(error.__cause__, InvokeError) else None
    upstream, hint = (_upstream(cause, secrets), _hint(cause)) if cause else (None, None)
    code = "credentials_refused" if cause else "credentials_invalid"
    message = without(error.message, secrets)
    reply = ErrorReply(code=code, message=message, field=error.field, hint=hint, doc_url=doc_url, upstream=upstream)
    return Refusal(422, reply)


def _store_refused(error: StoreError) -> Refusal:
    status, code = next((status, code) for kind, status, code in _STORE_CODES if isinstance(error, kind))
    field = error.field if isinstance(error, NameTaken) else None
    reply = ErrorReply(code=code, message=error.message, field=field)
    return Refusal(status, reply, error.retry_after if isinstance(error, StoreUnavailable) else None)


def _upstream(error: InvokeError, secrets: Iterable[str]) -> Upstream | None:
    body = shown_body(error.raw, secrets)
    return None if error.status is None and body is None else Upstream(error.status, body)


def _hint(error: InvokeError) -> str | None:
    return HINTS.get(error.code or "") or (STATUS_HINTS.get(error.status) if error.status is not None else None)
