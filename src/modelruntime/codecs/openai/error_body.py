"""Where vendors of this family put what went wrong.

One object with `error` in it is the rule; the rest are places that vendors were seen to use: a bare `message`, `msg`,
`err`, `err_msg`, `error_msg`, `detail`, `errors[0]`, `header.message`, `response.error`, `base_resp.status_msg`,
`status.description`, an array around the object, `message.detail[]`, `error.innererror`, `error.metadata.raw`, `error.value`
(what a gateway could not read), `error_message` with a whole body as a string in it, `error.details` with the `status_code` and
the `response` of what stands behind a server (github.com/lemonade-sdk/lemonade: src/cpp/server/backends/cloud/cloud_server.cpp,
read 2026-11-29). AWS writes `Message`, or `message`, and names the error in a header or in `__type`
(https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html#operation-error-serialization, read 2026-11-28).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from modelruntime.codecs.json_value import as_object, is_array, is_object
from modelruntime.entities.http import ResponseHead

_decode = msgspec.json.Decoder().decode
_MESSAGE_KEYS = (
    "message",
    "msg",
    "err",
    "err_msg",
    "error_msg",
    "error_message",
    "error_description",
    "detail",
    "description",
    "status_msg",
    "Message",
    "OriginalMessage",
    "originalMessage",
)
_CODE_KEYS = (
    *("code", "error_code", "err_code", "status_code", "status"),
    *("http_status_code", "originalStatusCode", "OriginalStatusCode"),
)
_NAMED_BY_HEADER = "x-amzn-errortype"
_HOLDERS = ("error", "errors", "base_resp", "header", "response", "message", "detail", "status")
_SUCCESS = (None, "", 0, 200, "0", "200", "success", "ok", "OK", "Success", 20000, "20000")


class ErrorBody(msgspec.Struct, frozen=True):
    """What a body says about a failure; all None when it says nothing that can be read."""

    message: str | None = None
    code: str | None = None
    """The vendor's most specific word: its code, else its type."""
    words: tuple[str, ...] = ()
    """Every code and type found, lower case, most specific first."""
    status: int | None = None
    """An HTTP status that stands in the body."""
    details: str | None = None
    """Further text, for matching only (an inner vendor's own body)."""


NOTHING = ErrorBody()


def parse_error_body(body: bytes) -> ErrorBody:
    """Reads a failed answer's body. Never raises: HTML, cut JSON and emptiness give `NOTHING`. It may be a line of the stream
    that was asked for (Xiaomi MiMo: https://github.com/decolua/9router/issues/1210, read 2026-11-29)."""
    try:
        found = _decode(body.removeprefix(b"data:"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return NOTHING
    return _read(found)


def with_header(body: ErrorBody, head: ResponseHead) -> ErrorBody:
    """The same with the name of the error that a header states, as the most specific word."""
    name = _bare_name(head.header(_NAMED_BY_HEADER) or "")
    if not name:
        return body
    words = (name.lower(), *(word for word in body.words if word != name.lower()))
    return msgspec.structs.replace(body, code=name, words=words)


def _bare_name(name: str) -> str:
    """`com.amazon.coral.service#AccessDeniedException:http://…` → `AccessDeniedException`."""
    return name.partition(":")[0].rpartition("#")[2].strip()


def find_error(fields: dict[str, Any]) -> ErrorBody | None:
    """The error in a body that came with a 2xx status, or None when it holds none: an `error` that is not empty, an
    `object` of that name (older vLLM: https://github.com/block/goose/pull/8031, read 2026-11-29), an `error_type` with its
    `error_message` (DeepInfra, github.com/vercel/ai: packages/deepinfra/src/deepinfra-chat-error.ts, read 2026-11-29), a
    `code` that is no success word, a `base_resp.status_code` that is not 0."""
    error: Any = fields.get("error")
    if (error and error is not True) or fields.get("object") == "error":
        return _read(fields)
    if all(fields.get(key) and isinstance(fields[key], str) for key in ("error_type", "error_message")):
        return _read(fields)
    for key in ("base_resp", "header"):
        holder: Any = fields.get(key)
        if holder and not _is_success(as_object(holder)):
            return _read(fields)
    if not _is_success(fields) and any(
        isinstance(fields.get(key), str) for key in ("message", "msg", "error_msg", "err", "detail", "description")
    ):
        return _read(fields)
    return None


def _is_success(holder: dict[str, Any]) -> bool:
    code: Any = next((holder[key] for key in ("code", "status_code", "error_code") if key in holder), None)
    return code in _SUCCESS if isinstance(code, (str, int, float, type(None))) else True


def _read(found: Any) -> ErrorBody:
    message: str | None = None
    words: list[str] = []
    status: int | None = None
    details: list[str] = []
    for holder in _holders(found, 0):
        if isinstance(holder, str):
            message = message or holder
            continue
        for key in _MESSAGE_KEYS:
            value = holder.get(key)
            if isinstance(value, str) and value:
                if message is None:
                    message = value
                else:
                    details.append(value)
        for key in (*_CODE_KEYS, "type", "error_type"):
            value = holder.get(key)
            if isinstance(value, bool) or not isinstance(value, (str, int)) or value in _SUCCESS:
                continue
            number = _status(value)
            if number is not None:
                status = status or number
            if str(value) not in words:
                words.append(str(value))
        if isinstance(named := holder.get("__type"), str) and (name := _bare_name(named)):
            words.insert(0, name)
        metadata = as_object(holder.get("metadata"))
        if isinstance(raw := metadata.get("raw"), str):
            details.append(raw)
        if "flagged_input" in metadata or "reasons" in metadata:
            words.append("content_filter")
    specific = [word for word in words if _status(word) is None] or words
    code = specific[0] if specific else None
    return ErrorBody(message, code, tuple(word.lower() for word in words), status, "\n".join(details) or None)


def _holders(found: Any, depth: int) -> Iterator[dict[str, Any] | str]:
    """The objects that may speak, innermost vendor error first."""
    if depth > 5:
        return
    if is_array(found):
        for item in found[:4]:
            yield from _holders(item, depth + 1)
    elif isinstance(found, str):
        yield found
    elif is_object(found):
        for key in _HOLDERS:
            inner = found.get(key)
            if is_object(inner) or is_array(inner) or (isinstance(inner, str) and key == "error"):
                yield from _holders(inner, depth + 1)
        if isinstance(told := found.get("error_message"), str) and told.startswith("{"):
            yield from _holders(_inner_body(told), depth + 1)
        if "status_code" in (behind := as_object(found.get("details"))):
            yield from _holders(behind, depth + 1)
        yield found
        yield as_object(found.get("innererror"))
        yield as_object(found.get("value"))


def _inner_body(text: str) -> dict[str, Any]:
    try:
        return as_object(_decode(text))
    except (msgspec.DecodeError, RecursionError):
        return {}


def _status(value: object) -> int | None:
    try:
        number = int(str(value))
    except ValueError:
        return None
    return number if 400 <= number <= 599 else None
