"""From content to a moderation job."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from modelruntime.entities.call import ModerationCall
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.model_type import ModelType
from modelruntime.entities.moderation_result import ModerationResult
from modelruntime.entities.parts import ImagePart, TextPart
from modelruntime.runtime.attachments import resolve_part
from modelruntime.runtime.billing import billed
from modelruntime.runtime.effects import Plan
from modelruntime.runtime.features import model_warnings
from modelruntime.runtime.job import Job, Prepared
from modelruntime.runtime.listed import listed
from modelruntime.runtime.observers import Observer
from modelruntime.runtime.options import CallOptions
from modelruntime.runtime.target import Target
from modelruntime.schema.parameter_policy import apply_rules


def moderation_job(
    content: Any,
    options: CallOptions,
    targets: Sequence[Callable[[], Target]],
    observers: Sequence[Observer],
) -> Job[ModerationResult]:
    """Raises `ParameterInvalid` for empty content or a part that is neither text nor image."""
    checked = _checked(content)

    def prepare(target: Target) -> Plan[Prepared]:
        applied = apply_rules(target.schema, options.parameters, strict=options.strict)
        judged: Any = checked
        if not isinstance(checked, str):
            parts: list[Any] = []
            for part in checked:
                image = isinstance(part, ImagePart)
                parts.append((yield from resolve_part(part, target.profile, options.timeout)) if image else part)
            judged = tuple(parts)
        call = ModerationCall(
            model=target.schema.model,
            input=judged,
            parameters=applied.parameters,
            strict=options.strict,
            extra={**target.extra, **options.extra},
        )
        return Prepared(call, applied.warnings + model_warnings(target))

    return Job(ModelType.MODERATION, targets, prepare, billed, options.timeout, observers)


def _parts(content: Any) -> tuple[Any, ...]:
    return (content,) if isinstance(content, TextPart | ImagePart) else listed(content, "text")


def _checked(content: Any) -> str | tuple[TextPart | ImagePart, ...]:
    if isinstance(content, str):
        if not content:
            raise ParameterInvalid("text is empty: there is nothing to judge", field="text")
        return content
    parts = tuple(TextPart(part) if isinstance(part, str) else part for part in _parts(content))
    if not parts:
        raise ParameterInvalid("text is empty: there is nothing to judge", field="text")
    for index, part in enumerate(parts):
        if not isinstance(part, TextPart | ImagePart):
            raise ParameterInvalid(f"text[{index}] is a {type(part).__name__}, not text or an image", field=f"text[{index}]")
        said: Any = part.text if isinstance(part, TextPart) else ""
        if not isinstance(said, str):
            raise ParameterInvalid(f"text[{index}] holds no text", field=f"text[{index}]")
    return parts
