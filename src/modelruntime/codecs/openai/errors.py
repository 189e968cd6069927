"""What an answer that is no success means: status first, body second.

The words stand in `error_words.py`, the places in `error_body.py`.
A vendor's bare numbers mean what its `profile.error_codes` says.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from modelruntime.codecs.json_value import as_array, as_object
from modelruntime.codecs.openai import error_words
from modelruntime.codecs.openai.error_body import ErrorBody, find_error, parse_error_body, with_header
from modelruntime.codecs.operation import Endpoint
from modelruntime.codecs.retry_after import retry_after
from modelruntime.entities import errors
from modelruntime.entities.errors import (
    BadRequest,
    ContentFiltered,
    ContextLengthExceeded,
    InvokeError,
    ModelNotFound,
    RateLimited,
    ServerUnavailable,
    TimedOut,
    Unauthorized,
)
from modelruntime.entities.http import HttpResponse, ResponseHead
from modelruntime.entities.secret import Secret

Kind = type[InvokeError]

UNREADABLE = "invalid_response"
"""The `code` of an answer that no vendor named, since it is none."""

_SECRETS = re.compile(r"(?i:bearer)\s+\S+|\b(?:sk|pk|rk|gsk|xai|key|AIza|hf|nvapi|ghp)[-_][\w*.\-]{6,}|\b[A-Za-z0-9_\-*]{32,}\b")
_ADVICE: dict[Kind, str] = {
    Unauthorized: "check the credentials, their permissions and the account's credit",
    RateLimited: "slow down or use another key",
    ServerUnavailable: "try again later or elsewhere",
    TimedOut: "try again, or allow more time",
    ContextLengthExceeded: "shorten the input or ask for fewer tokens",
    ContentFiltered: "change the content that its policy refuses",
    ModelNotFound: "check the model's name and the base URL",
    BadRequest: "change the request",
}


def error_from(response: HttpResponse, endpoint: Endpoint) -> InvokeError:
    """The typed error for an answer that is no success (also one that came with a 2xx status)."""
    return _build(response.head, response.body, with_header(parse_error_body(response.body), response.head), endpoint)


def error_in_reply(response: HttpResponse, endpoint: Endpoint) -> InvokeError | None:
    """The error inside a 2xx answer, or None when the body holds none (or is no JSON object)."""
    body = _find(response.body)
    return _build(response.head, response.body, body, endpoint) if body else None


def error_in_stream(data: bytes, endpoint: Endpoint, head: ResponseHead | None = None) -> InvokeError | None:
    """The error inside one event of a stream, or None when it holds none. `head` adds the request id."""
    body = _find(data)
    return _build(ResponseHead(200, head.headers if head else ()), data, body, endpoint) if body else None


def error_of_event(data: bytes, endpoint: Endpoint, head: ResponseHead) -> InvokeError:
    """The error of an event that is named one: its data may have any shape, or none that can be read."""
    return _build(ResponseHead(200, head.headers), data, parse_error_body(data), endpoint)


def error_of_words(words: tuple[str, ...], message: str | None, endpoint: Endpoint, head: ResponseHead) -> InvokeError:
    """The error that a stream's framing names itself, without a body of this family."""
    body = ErrorBody(message, words[0] if words else None, tuple(word.lower() for word in words))
    return _build(ResponseHead(200, head.headers), (message or "").encode(), body, endpoint)


def unreadable_reply(response: HttpResponse, endpoint: Endpoint, why: str) -> ServerUnavailable:
    """A 2xx answer that is not what this family says: HTML, cut JSON, another object. Worth one try elsewhere."""
    facts = _facts(response.head, response.body, endpoint, None)
    facts["code"] = UNREADABLE
    message = f"{_who(endpoint)} answered with something that is no reply ({why}): check the base URL, or try again"
    return ServerUnavailable(message, **facts)


def _find(data: bytes) -> ErrorBody | None:
    try:
        fields: Any = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return find_error(as_object(fields) or as_object(next(iter(as_array(fields)), None)))


def _build(head: ResponseHead, raw: bytes, body: ErrorBody, endpoint: Endpoint) -> InvokeError:
    kind = _kind(head.status, body, endpoint)
    retryable = _retryable(kind, head.status, body)
    wait = retry_after(head) if issubclass(kind, (RateLimited, ServerUnavailable)) else None
    return kind(
        _sentence(kind, head.status, body, endpoint), retry_after=wait, retryable=retryable, **_facts(head, raw, endpoint, body)
    )


def _facts(head: ResponseHead, raw: bytes, endpoint: Endpoint, body: ErrorBody | None) -> dict[str, Any]:
    return {
        "provider": endpoint.provider,
        "model": endpoint.model_id or endpoint.model,
        "status": head.status,
        "code": body.code if body else None,
        "request_id": head.request_id,
        "raw": raw,
    }


def _kind(status: int, body: ErrorBody, endpoint: Endpoint) -> Kind:
    for word in (body.code, *body.words):
        if word is not None and (name := endpoint.profile.error_codes.get(word)):
            return _named(name)
    if 200 <= status < 300:
        return _kind_of_status(body.status, body) if body.status else _kind_of_words(body)
    return _kind_of_status(status, body)


def _named(name: str) -> Kind:
    found = getattr(errors, name, None)
    return found if isinstance(found, type) and issubclass(found, InvokeError) else BadRequest


def _kind_of_status(status: int, body: ErrorBody) -> Kind:
    words = frozenset(body.words)
    if status in (408, 504, 522, 524):
        return TimedOut
    if status == 424:  # what stands behind the endpoint failed; some say with which status of its own
        return _kind_of_status(body.status, body) if body.status not in (None, 424) else ServerUnavailable
    if status >= 500 and error_words.BEARER_TEXT.search(body.message or ""):
        return Unauthorized
    if status >= 500 and error_words.WRONG_MODEL_TEXT.search(body.message or ""):
        return ModelNotFound
    if status in (409, 425, 498) or status >= 500 or status < 400:
        return ServerUnavailable
    if status == 429:
        return ContextLengthExceeded if words & error_words.CONTEXT_WORDS else RateLimited
    if status in (401, 402, 403):
        return ContentFiltered if words & error_words.FILTER_WORDS else Unauthorized
    if status in (404, 410):
        return ModelNotFound
    if status == 451:  # the input or the answer may not be dealt with
        return ContentFiltered
    if status == 400 and words & error_words.RATE_WORDS:  # AWS throttles with it
        return RateLimited
    return _kind_of_bad_request(words, body)


def _kind_of_bad_request(words: frozenset[str], body: ErrorBody) -> Kind:
    text = f"{body.message or ''}\n{body.details or ''}"
    if words & error_words.CONTEXT_WORDS:
        return ContextLengthExceeded
    if words & error_words.FILTER_WORDS:
        return ContentFiltered
    if words & (error_words.KEY_WORDS | error_words.CREDIT_WORDS):
        return Unauthorized
    if error_words.KEY_TEXT.search(text) or error_words.CREDIT_TEXT.search(text):
        return Unauthorized
    if words & error_words.MODEL_WORDS or error_words.MODEL_TEXT.search(text):
        return ModelNotFound
    if error_words.CONTEXT_TEXT.search(text):
        return ContextLengthExceeded
    if error_words.BUSY_TEXT.search(text):
        return ServerUnavailable
    return ContentFiltered if error_words.FILTER_TEXT.search(text) else BadRequest


def _kind_of_words(body: ErrorBody) -> Kind:
    """For an error without a status: its words decide, and what nobody knows is an outage."""
    words = frozenset(body.words)
    for known, kind in _KINDS:
        if words & known:
            return kind
    if words & error_words.REQUEST_WORDS:
        return _kind_of_bad_request(words, body)
    text = f"{body.message or ''}\n{body.details or ''}"
    if error_words.CONTEXT_TEXT.search(text):
        return ContextLengthExceeded
    if error_words.RATE_TEXT.search(text):
        return RateLimited
    return Unauthorized if error_words.KEY_TEXT.search(body.message or "") else ServerUnavailable


_KINDS: tuple[tuple[frozenset[str], Kind], ...] = (
    (error_words.CONTEXT_WORDS, ContextLengthExceeded),
    (error_words.FILTER_WORDS, ContentFiltered),
    (error_words.CREDIT_WORDS, RateLimited),
    (error_words.RATE_WORDS, RateLimited),
    (error_words.KEY_WORDS, Unauthorized),
    (error_words.MODEL_WORDS, ModelNotFound),
    (error_words.TIME_WORDS, TimedOut),
    (error_words.SERVER_WORDS, ServerUnavailable),
)


def _retryable(kind: Kind, status: int, body: ErrorBody) -> bool | None:
    """None leaves the class's own default."""
    if issubclass(kind, RateLimited):
        too_large = body.message and error_words.TOO_LARGE_TEXT.search(body.message)
        return False if too_large or _no_credit(body) else None
    return False if status < 200 or 300 <= status < 400 or status == 501 else None


def _no_credit(body: ErrorBody) -> bool:
    """Does the vendor say that the account has nothing left? Then waiting does not help."""
    return bool(error_words.CREDIT_WORDS.intersection(body.words) or error_words.CREDIT_TEXT.search(body.message or ""))


def _sentence(kind: Kind, status: int, body: ErrorBody, endpoint: Endpoint) -> str:
    facts = [f"HTTP {status}"] if not 200 <= status < 300 else []
    if body.code is not None and body.code != str(status):
        facts.append(_clean(body.code, endpoint, 60))
    reason = f" ({', '.join(facts)})" if facts else ""
    if 300 <= status < 400:
        return f"{_who(endpoint)} answered with a redirect{reason}, which is not followed: correct the base URL"
    advice = _ADVICE.get(kind, "change the request")
    if issubclass(kind, RateLimited) and _no_credit(body):
        advice = "the account has no quota or credit left"
    said = "" if issubclass(kind, Unauthorized) or not body.message else f": {_clean(body.message, endpoint, 300)}"
    return f"{_who(endpoint)} refused the call{reason}; {advice}{said}"


def _clean(text: str, endpoint: Endpoint, limit: int) -> str:
    """A vendor's words without secrets, control characters and length."""
    for value in endpoint.credentials.values():
        if isinstance(value, Secret) and value:
            text = text.replace(value.reveal(), "****")
    text = _SECRETS.sub("****", " ".join(text.split()))
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _who(endpoint: Endpoint) -> str:
    """`provider/model`, or what of it is known: a list of models is asked for without a model."""
    return "/".join(filter(None, (endpoint.provider, endpoint.model_id or endpoint.model)))
