"""From texts to an embedding job."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

from modelruntime.entities.call import TextEmbeddingCall
from modelruntime.entities.embedding_result import EmbeddingResult
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.model_type import ModelType
from modelruntime.entities.parts import AudioPart, ImagePart, TextPart, VideoPart
from modelruntime.entities.token_ids import TokenIds
from modelruntime.runtime.attachments import resolve_part
from modelruntime.runtime.billing import billed
from modelruntime.runtime.effects import Plan
from modelruntime.runtime.features import model_warnings
from modelruntime.runtime.job import Job, Prepared
from modelruntime.runtime.listed import listed
from modelruntime.runtime.observers import Observer
from modelruntime.runtime.options import CallOptions
from modelruntime.runtime.target import Target
from modelruntime.runtime.token_inputs import spell_out, spelled_out, takes_token_ids
from modelruntime.schema.parameter_policy import apply_rules

InputType = Literal["query", "document"]
MEDIA = (ImagePart, VideoPart, AudioPart)


def embedding_job(
    inputs: Any,
    input_type: InputType | None,
    options: CallOptions,
    targets: Sequence[Callable[[], Target]],
    observers: Sequence[Observer],
) -> Job[EmbeddingResult]:
    """Token ids go to those who take them as they are, to others as text. Raises `ParameterInvalid` for an empty list, an empty
    text, or something that is neither text nor media."""
    checked = _checked(inputs)
    if input_type not in (None, "query", "document"):
        raise ParameterInvalid("input_type must be 'query' or 'document'", field="input_type")

    def prepare(target: Target) -> Plan[Prepared]:
        applied = apply_rules(target.schema, options.parameters, strict=options.strict)
        spelling = any(isinstance(item, TokenIds) for item in checked) and not takes_token_ids(target, input_type)
        resolved: list[Any] = []
        for item in checked:
            if isinstance(item, MEDIA):
                resolved.append((yield from resolve_part(item, target.profile, options.timeout)))
            elif spelling and isinstance(item, TokenIds):
                resolved.append((yield from spell_out(item, target)))
            else:
                resolved.append(item)
        call = TextEmbeddingCall(
            model=target.schema.model,
            inputs=tuple(resolved),
            input_type=input_type,
            parameters=applied.parameters,
            strict=options.strict,
            extra={**target.extra, **options.extra},
        )
        spelled = (spelled_out(target),) if spelling else ()
        return Prepared(call, applied.warnings + model_warnings(target) + spelled)

    return Job(ModelType.TEXT_EMBEDDING, targets, prepare, billed, options.timeout, observers)


def _checked(inputs: Any) -> tuple[Any, ...]:
    items = (inputs,) if isinstance(inputs, (str, TextPart, TokenIds, *MEDIA)) else listed(inputs, "texts")
    if not items:
        raise ParameterInvalid("texts is empty: give at least one", field="texts")
    for index, item in enumerate(items):
        if isinstance(item, str | TextPart):
            text: Any = item if isinstance(item, str) else item.text
            if not isinstance(text, str):
                raise ParameterInvalid(f"texts[{index}] holds no text", field=f"texts[{index}]")
            if not text:
                raise ParameterInvalid(f"texts[{index}] is an empty text", field=f"texts[{index}]")
        elif isinstance(item, TokenIds):
            if not item.ids:
                raise ParameterInvalid(f"texts[{index}] holds no tokens", field=f"texts[{index}]")
        elif not isinstance(item, MEDIA):
            raise ParameterInvalid(
                f"texts[{index}] is a {type(item).__name__}, not a text or a media part", field=f"texts[{index}]"
            )
    return items
