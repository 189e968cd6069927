"""From a text to a speech job."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from modelruntime.entities.call import TTSCall
from modelruntime.entities.errors import InvokeError, ParameterInvalid
from modelruntime.entities.model_type import ModelType
from modelruntime.runtime.attempts import StreamShape
from modelruntime.runtime.billing import billed
from modelruntime.runtime.effects import Plan
from modelruntime.runtime.features import model_warnings
from modelruntime.runtime.job import Job, Prepared
from modelruntime.runtime.observers import Observer
from modelruntime.runtime.options import CallOptions
from modelruntime.runtime.target import Target
from modelruntime.schema.parameter_policy import apply_rules


def tts_job(
    text: Any,
    voice: Any,
    options: CallOptions,
    targets: Sequence[Callable[[], Target]],
    observers: Sequence[Observer],
    *,
    stream: bool,
) -> Job[Any]:
    """Raises `ParameterInvalid` for an empty text. Without `voice` the model's `default_voice` is used."""
    if not isinstance(text, str) or not text.strip():
        raise ParameterInvalid("text must be a text that is not empty", field="text")
    if voice is not None and not isinstance(voice, str):
        raise ParameterInvalid("voice must be the name of a voice", field="voice")

    def prepare(target: Target) -> Plan[Prepared]:
        applied = apply_rules(target.schema, options.parameters, strict=options.strict)
        default = target.schema.model_properties.get("default_voice")
        call = TTSCall(
            model=target.schema.model,
            text=text,
            voice=voice if voice is not None else default if isinstance(default, str) else None,
            parameters=applied.parameters,
            strict=options.strict,
            extra={**target.extra, **options.extra},
        )
        return Prepared(call, applied.warnings + model_warnings(target))
        yield  # a plan without effects

    return Job(ModelType.TTS, targets, prepare, _pass if stream else billed, options.timeout, observers)


def _pass(target: Target, prepared: Prepared, item: bytes) -> bytes:
    return item


def _no_failure(item: Any) -> InvokeError | None:
    return None


def _never_final(item: Any) -> bool:
    return False


TTS_STREAM = StreamShape(_no_failure, bool, _never_final)
