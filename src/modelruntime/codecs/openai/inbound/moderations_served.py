"""Moderation, served: `POST /v1/moderations` (https://github.com/openai/openai-openapi, unverified)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import msgspec

from modelruntime.codecs.dialect import Served
from modelruntime.codecs.json_value import as_array, as_object, is_object
from modelruntime.codecs.openai.inbound.field import filled_text_at, is_list, refuse
from modelruntime.codecs.openai.inbound.parts import part_from
from modelruntime.entities.call import ModerationInput
from modelruntime.entities.moderation_result import ModerationResult
from modelruntime.entities.parts import ImagePart, TextPart

_STRUCTURE = frozenset(("model", "input"))
DEFAULT_MODEL = "omni-moderation-latest"
"""What the inventor takes where a client names no model (https://platform.openai.com/docs/api-reference/moderations/create,
unverified): an alias or a route of this name serves such clients."""


class InboundModeration(msgspec.Struct, frozen=True):
    """A client's request. Each input is judged by itself."""

    model: str
    inputs: tuple[ModerationInput, ...]
    parameters: dict[str, Any]


def parse_moderation_request(body: Mapping[str, Any]) -> InboundModeration:
    """The call: texts are judged one by one, parts together. Raises `ParameterInvalid` naming the place that cannot be read."""
    parameters = {name: value for name, value in body.items() if name not in _STRUCTURE and value is not None}
    model = DEFAULT_MODEL if body.get("model") is None else filled_text_at(body, "model", "body")
    return InboundModeration(model, _inputs(body.get("input")), parameters)


def render_moderation_reply(results: Sequence[ModerationResult], call: InboundModeration, served: Served) -> bytes:
    """The body: a judgement per input. A category without a score has its flag as one, since clients want a number."""
    rows = [_judgement(result, given) for result, given in zip(results, call.inputs, strict=True)]
    return msgspec.json.encode({"id": served.id, "model": call.model, "results": rows})


def _judgement(result: ModerationResult, given: ModerationInput) -> dict[str, Any]:
    found = result.categories.items()
    kinds = ["text"] if isinstance(given, str) else sorted({"text" if isinstance(part, TextPart) else "image" for part in given})
    row: dict[str, Any] = {
        "flagged": result.flagged,
        "categories": {name: category.flagged for name, category in found},
        "category_scores": {
            name: float(category.flagged) if category.score is None else category.score for name, category in found
        },
        "category_applied_input_types": {name: kinds for name, _ in found},
    }
    own = _own_row(result)
    return {**own, **{name: {**as_object(own.get(name)), **value} if is_object(value) else value for name, value in row.items()}}


def _own_row(result: ModerationResult) -> dict[str, Any]:
    """The judgement in the vendor's own words, where it speaks this dialect: fields that nobody here knows come through."""
    fields = as_object(msgspec.json.decode(result.raw.body)) if result.raw is not None else {}
    rows = as_array(fields.get("results"))
    return as_object(rows[0]) if len(rows) == 1 and is_object(as_object(rows[0]).get("category_scores")) else {}


def _inputs(value: Any) -> tuple[ModerationInput, ...]:
    if isinstance(value, str):
        return (value,)
    if not is_list(value) or not value:
        refuse("input", "is missing" if value is None else "must be a text, a list of texts or a list of parts, and not empty")
    if all(isinstance(row, str) for row in value):
        return tuple(cast("list[str]", value))
    parts = tuple(part_from(row, f"input[{at}]") for at, row in enumerate(value))
    judged = tuple(part for part in parts if isinstance(part, TextPart | ImagePart))
    if len(judged) != len(parts):
        refuse("input", "may hold texts and images only")
    return (judged,)
