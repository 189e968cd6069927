"""What an embeddings endpoint answers."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

import msgspec

from modelruntime.codecs.json_value import as_count, as_object, at_pointer, is_array
from modelruntime.codecs.openai.errors import error_from, error_in_reply, unreadable_reply
from modelruntime.codecs.openai.vectors import VectorInvalid, check_width, float_row, in_order
from modelruntime.codecs.operation import Endpoint
from modelruntime.entities.http import HttpResponse
from modelruntime.entities.usage import InputUsage, Usage


class _Row(msgspec.Struct):
    embedding: bytes | list[float]
    """JSON's base64 text is decoded on the way in."""
    index: int | None = None


class _Reply(msgspec.Struct):
    data: list[_Row]
    model: str | None = None
    usage: msgspec.Raw = msgspec.Raw(b"null")


class EmbeddingBatch(msgspec.Struct, frozen=True):
    """One reply: its vectors in the order of its inputs."""

    vectors: list[array[float]]
    model: str | None
    usage: dict[str, Any]
    """The vendor's object; empty when it reported none."""


_decode = msgspec.json.Decoder(_Reply).decode


def parse_embeddings(
    response: HttpResponse, endpoint: Endpoint, *, expected: int, width: int | None, number_type: str
) -> EmbeddingBatch:
    """Raises `InvokeError` for an answer that is not exactly one finite vector per input, all of the same width."""
    if not 200 <= response.head.status < 300:
        raise error_from(response, endpoint)
    try:
        reply = _read(response.body, endpoint.profile.embedding_rows_field)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as cause:
        raise error_in_reply(response, endpoint) or unreadable_reply(response, endpoint, "no list of vectors") from cause
    try:
        rows = [float_row(row.embedding, number_type) for row in reply.data]
        vectors = in_order(rows, [row.index for row in reply.data], expected)
        check_width(vectors, width)
    except VectorInvalid as cause:
        raise unreadable_reply(response, endpoint, str(cause)) from cause
    return EmbeddingBatch(vectors, reply.model, as_object(msgspec.json.decode(reply.usage)))


def _read(body: bytes, rows_field: str) -> _Reply:
    """The reply, its rows under `data` wherever they stood; a row that is a list is its vector. Raises `msgspec.DecodeError`."""
    if rows_field == "data":
        return _decode(body)
    fields = as_object(msgspec.json.decode(body))
    found = at_pointer(fields, rows_field) if rows_field.startswith("/") else fields.get(rows_field)
    rows = [{"embedding": row} if is_array(row) else row for row in found] if is_array(found) else found
    reply = msgspec.convert({"data": rows, "model": fields.get("model")}, _Reply)
    return msgspec.structs.replace(reply, usage=msgspec.Raw(msgspec.json.encode(fields.get("usage"))))


def sum_usage(reports: Sequence[dict[str, Any]]) -> Usage:
    """The usage of all requests together; a number that one of them lacks is unknown. Some vendors give only a total."""
    counts = [_tokens(report) for report in reports]
    known = [count for count in counts if count is not None]
    raw = reports[0] if len(reports) == 1 else {"requests": list(reports)}
    total = sum(known) if len(known) == len(counts) else None
    return Usage(input=InputUsage(total=total), raw=raw if any(reports) else None)


def _tokens(report: dict[str, Any]) -> int | None:
    found = (as_count(report.get(name)) for name in ("prompt_tokens", "input_tokens", "total_tokens"))
    return next((count for count in found if count is not None), None)
