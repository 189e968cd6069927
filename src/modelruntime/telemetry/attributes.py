"""What a span says about a call and its answer."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from modelruntime.entities.call import LLMCall
from modelruntime.entities.usage import Usage
from modelruntime.runtime.observers import CallInfo
from modelruntime.runtime.redaction import is_several, redact
from modelruntime.telemetry import genai

Attributes = dict[str, Any]


def common_attributes(info: CallInfo) -> Attributes:
    """Those of spans and metrics alike: few values each, none that a caller makes up but the model's name."""
    found: Attributes = {
        genai.OPERATION: genai.operation_of(info.model_type, info.call),
        genai.PROVIDER: info.telemetry_name or info.provider,
        genai.REQUEST_MODEL: redact(info.model),  # whoever calls may have put anything there
    }
    address, port = _server(info.base_url)
    if address:
        found[genai.SERVER_ADDRESS] = address
        if port:
            found[genai.SERVER_PORT] = port
    return found


def request_attributes(info: CallInfo) -> Attributes:
    """The parameters of the request that the conventions name. Never its input."""
    found: Attributes = {genai.REQUEST_STREAM: True} if info.stream else {}
    parameters = info.call.parameters
    for name, (attribute, kind) in genai.REQUEST_ATTRIBUTES.items():
        value = parameters.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and (kind is float or value == int(value)):
            found[attribute] = kind(value)
    stop = parameters.get("stop", parameters.get("stop_sequences"))
    if isinstance(stop, str) and stop:
        found[genai.STOP_SEQUENCES] = (stop,)
    elif is_several(stop):
        found[genai.STOP_SEQUENCES] = tuple(map(str, stop))
    if isinstance(info.call, LLMCall) and info.call.output is not None:
        found[genai.OUTPUT_TYPE] = "json"
    dimensions = parameters.get("dimensions")
    if isinstance(dimensions, int):
        found[genai.DIMENSIONS] = dimensions
    return found


def response_attributes(result: Any, names: genai.Names) -> Attributes:
    """What the answer tells of itself."""
    found: Attributes = {}
    if (finish := getattr(result, "finish", None)) is not None:
        found[genai.FINISH_REASONS] = (finish.unified,)
    for field, attribute in (("model", genai.RESPONSE_MODEL), ("response_id", genai.RESPONSE_ID)):
        if value := getattr(result, field, None):
            found[attribute] = str(value)
    usage = getattr(result, "usage", None)
    if isinstance(usage, Usage):
        found.update({names.usage[kind]: count for kind, count in token_counts(usage).items()})
    return found


def token_counts(usage: Usage) -> dict[str, int]:
    """Tokens by kind, unknown ones left out; `input` and `output` are totals that include the others."""
    given, made = usage.input, usage.output
    counts: dict[str, int] = {}
    if given.total is not None:
        counts["input"] = given.total
    if made.total is not None:
        counts["output"] = made.total
    if given.cache_read is not None:
        counts["cache_read"] = given.cache_read
    if given.cache_write is not None:
        counts["cache_write"] = given.cache_write
    if made.reasoning is not None:
        counts["reasoning"] = made.reasoning
    return counts


def _server(url: str) -> tuple[str, int | None]:
    try:
        parts = urlsplit(url)
        return parts.hostname or "", parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return "", None
