"""Embeddings, served: `POST /v1/embeddings` (https://github.com/openai/openai-openapi, unverified)."""

from __future__ import annotations

import sys
from array import array
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Literal, cast

import msgspec

from modelruntime.codecs.openai.inbound.field import filled_text_at, is_list, refuse
from modelruntime.codecs.openai.inbound.usage import render_usage
from modelruntime.entities.embedding_result import EmbeddingResult
from modelruntime.entities.token_ids import TokenIds

_LARGEST_ID = 2**31 - 1
_STRUCTURE = frozenset(("model", "input", "encoding_format", "input_type"))


class InboundEmbeddings(msgspec.Struct, frozen=True):
    """A client's request."""

    model: str
    texts: tuple[str | TokenIds, ...]
    input_type: Literal["query", "document"] | None
    encoding: Literal["float", "base64"]
    parameters: dict[str, Any]


def parse_embeddings_request(body: Mapping[str, Any]) -> InboundEmbeddings:
    """The call. `input_type` is ours. Raises `ParameterInvalid` naming the place that cannot be read."""
    kind = body.get("input_type")
    if kind not in (None, "query", "document"):
        refuse("input_type", "must be query or document")
    parameters = {name: value for name, value in body.items() if name not in _STRUCTURE and value is not None}
    model, encoding = filled_text_at(body, "model", "body"), _encoding(body.get("encoding_format"))
    return InboundEmbeddings(model, _texts(body.get("input")), kind, encoding, parameters)


def render_embeddings_reply(result: EmbeddingResult, call: InboundEmbeddings) -> bytes:
    """The body: one row per text, in order."""
    encode = _base64 if call.encoding == "base64" else _floats
    data = [{"object": "embedding", "index": at, "embedding": encode(row)} for at, row in enumerate(result.vectors)]
    usage = render_usage(result.usage)
    counted = {name: usage[name] for name in ("prompt_tokens", "total_tokens")}
    return msgspec.json.encode({"object": "list", "data": data, "model": call.model, "usage": counted})


def _encoding(value: Any) -> Literal["float", "base64"]:
    if value is None or value == "float":
        return "float"
    return "base64" if value == "base64" else refuse("encoding_format", "must be float or base64")


def _texts(value: Any) -> tuple[str | TokenIds, ...]:
    """Texts, or texts as their tokens' ids: one such list, or several."""
    if isinstance(value, str):
        return (value,)
    if not is_list(value) or not value:
        refuse("input", "is missing" if value is None else "must be a text or a list of texts, and not empty")
    if type(value[0]) is int:
        return (_tokens(value, "input"),)
    if is_list(value[0]):
        return tuple(_tokens(row, f"input[{at}]") for at, row in enumerate(value))
    for at, row in enumerate(value):
        if not isinstance(row, str):
            refuse(f"input[{at}]", "must be text, like the others" if at else "must be text, or a list of token ids")
    return tuple(cast("list[str]", value))


def _tokens(row: Any, place: str) -> TokenIds:
    if not is_list(row) or not row or not all(type(number) is int and 0 <= number <= _LARGEST_ID for number in row):
        refuse(place, "must be a list of token ids, like the others, and not empty")
    return TokenIds(tuple(row))


def _floats(row: array[float]) -> list[float]:
    return row.tolist()


def _base64(row: array[float]) -> str:
    """Little-endian float32, whatever the machine."""
    if sys.byteorder == "big":
        row = row[:]
        row.byteswap()
    return b64encode(row.tobytes()).decode()
