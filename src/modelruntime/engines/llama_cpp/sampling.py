"""Model parameters as llama.cpp's server takes them."""

from __future__ import annotations

import math
from typing import Any

import msgspec

from modelruntime.engines.unread_parameters import unread_parameters
from modelruntime.entities.call import LLMCall
from modelruntime.entities.errors import ParameterInvalid
from modelruntime.entities.warning import CallWarning

_NUMBERS = {
    "temperature": "temperature",
    "top_p": "top_p",
    "min_p": "min_p",
    "typical_p": "typical_p",
    "presence_penalty": "presence_penalty",
    "frequency_penalty": "frequency_penalty",
    "repeat_penalty": "repeat_penalty",
    "repetition_penalty": "repeat_penalty",
}
_WHOLE = {"top_k": "top_k", "seed": "seed", "repeat_last_n": "repeat_last_n"}
_LIMITS = {"max_tokens": "max_tokens", "max_completion_tokens": "max_tokens"}
_KNOWN = frozenset((*_NUMBERS, *_WHOLE, *_LIMITS, "stop", "logprobs", "top_logprobs"))
MAX_TOP_LOGPROBS = 20


def render_sampling(call: LLMCall) -> tuple[dict[str, Any], tuple[CallWarning, ...]]:
    """The request fields of `call.parameters`, and a warning for each parameter that llama.cpp has no word for.

    Raises `ParameterInvalid` for a value of the wrong kind, and under `strict` for a parameter without a word.
    """
    body: dict[str, Any] = {}
    for name, value in call.parameters.items():
        if value is None:
            continue
        if name in _NUMBERS:
            body[_NUMBERS[name]] = _number(name, value)
        elif name in _WHOLE:
            body[_WHOLE[name]] = _whole(name, value)
        elif name in _LIMITS:
            body[_LIMITS[name]] = _positive(name, value)
        elif name == "stop":
            body["stop"] = _stops(value)
        elif name == "logprobs":
            body["logprobs"] = _flag(name, value)
        elif name == "top_logprobs":
            body["top_logprobs"] = min(_whole(name, value), MAX_TOP_LOGPROBS)
    return body, unread_parameters(call.parameters, _KNOWN, model=call.model, strict=call.strict)


def _number(name: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ParameterInvalid(f"{name} must be a finite number", field=name)
    return float(value)


def _whole(name: str, value: Any) -> int:
    number = _number(name, value)
    if number != int(number):
        raise ParameterInvalid(f"{name} must be a whole number", field=name)
    return int(number)


def _positive(name: str, value: Any) -> int:
    number = _whole(name, value)
    if number < 1:
        raise ParameterInvalid(f"{name} must be at least 1", field=name)
    return number


def _flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ParameterInvalid(f"{name} must be true or false", field=name)
    return value


def _stops(value: object) -> list[str]:
    stops = (value,) if isinstance(value, str) else value
    try:
        texts = msgspec.convert(stops, list[str])
    except msgspec.ValidationError:
        texts = []
    if not texts or "" in texts:
        raise ParameterInvalid("stop must be a text or a list of texts, none of them empty", field="stop")
    return texts
