"""Moderation, served: `POST /v1/moderations` (https://github.com/openai/openai-openapi, unverified)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import msgspec

from modelruntime.codecs.dialect import Served
from modelruntime.codecs.openai.inbound.field import filled_text_at, is_list, refuse
from modelruntime.codecs.openai.inbound.parts import part_from
from modelruntime.entities.call import ModerationInput
from modelruntime.entities.moderation_result import ModerationResult
from modelruntime.entities.parts import ImagePart, TextPart

_STRUCTURE = frozenset(("model", "input"))


class InboundModeration(msgspec.Struct, frozen=True):
    """A client's request. Each input is judged by itself."""

    model: str
    inputs: tuple[ModerationInput, ...]
    parameters: dict[str, Any]


def parse_moderation_request(body: Mapping[str, Any]) -> InboundModeration:
    """The call: texts are judged one by one, parts together. Raises `ParameterInvalid` naming the place that cannot be read."""
    parameters = {name: value for name, value in body.items() if name not in _STRUCTURE and value is not None}
    return InboundModeration(filled_text_at(body, "model", "body"), _inputs(body.get("input")), parameters)


def render_moderation_reply(results: Sequence[ModerationResult], call: InboundModeration, served: Served) -> bytes:
    """The body: a judgement per input. A category without a score has its flag as one, since clients want a number."""
    return msgspec.json.encode({"id": served.id, "model": call.model, "results": [_judgement(result) for result in results]})


def _judgement(result: ModerationResult) -> dict[str, Any]:
    found = result.categories.items()
    return {
        "flagged": result.flagged,
        "categories": {name: category.flagged for name, category in found},
        "category_scores": {
            name: float(category.flagged) if category.score is None else category.score for name, category in found
        },
    }


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
