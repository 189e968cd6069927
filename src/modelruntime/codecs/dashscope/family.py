"""What all native requests share. Parameters stand apart from the input; `extra` is merged into the whole body.

https://help.aliyun.com/en/model-studio/text-embedding-synchronous-api and the requests that
https://github.com/dashscope/dashscope-sdk-python/tree/v2.0.2 makes (read 2026-11-28).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from modelruntime.codecs.body_parameters import render_body
from modelruntime.codecs.json_value import as_count, as_object, is_object
from modelruntime.codecs.openai.errors import error_from, error_in_reply, unreadable_reply
from modelruntime.codecs.openai.request import merge_into
from modelruntime.codecs.operation import Endpoint
from modelruntime.codecs.vendor_metadata import JSON
from modelruntime.entities.call import RerankCall, Speech2TextCall, TextEmbeddingCall, TTSCall
from modelruntime.entities.http import HttpResponse
from modelruntime.entities.usage import InputUsage, OutputUsage, Usage
from modelruntime.entities.warning import CallWarning

C = TypeVar("C", TextEmbeddingCall, RerankCall, TTSCall, Speech2TextCall)
GENERATION = "/api/v1/services/aigc/multimodal-generation/generation"
_NONE: Mapping[str, str] = {}


def native_body(
    given: JSON, fields: JSON, call: C, endpoint: Endpoint, refused: Mapping[str, str] = _NONE
) -> tuple[JSON, tuple[CallWarning, ...]]:
    """`given` as the input; `fields` are the codec's own parameters. Raises `ParameterInvalid` as `render_body` does."""
    flat, warnings = render_body(fields, msgspec.structs.replace(call, extra={}), endpoint.profile, refused)
    body: JSON = {"model": endpoint.model, "input": given, **({"parameters": flat} if flat else {})}
    merge_into(body, call.extra)
    return body, warnings


def parse_native(response: HttpResponse, endpoint: Endpoint) -> JSON:
    """The reply, with an object under `output`. Raises the `InvokeError` that it is."""
    if not 200 <= response.head.status < 300:
        raise error_from(response, endpoint)
    try:
        fields = as_object(msgspec.json.decode(response.body))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        fields = {}
    if not is_object(fields.get("output")):
        raise error_in_reply(response, endpoint) or unreadable_reply(response, endpoint, "no output")
    return fields


def parse_usage(report: JSON) -> Usage:
    """Tokens, and the characters or seconds that speech is billed by; what the vendor leaves out is unknown."""
    took, gave = as_object(report.get("input_tokens_details")), as_object(report.get("output_tokens_details"))
    return Usage(
        input=InputUsage(total=as_count(report.get("input_tokens")), audio=as_count(took.get("audio_tokens"))),
        output=OutputUsage(total=as_count(report.get("output_tokens")), audio=as_count(gave.get("audio_tokens"))),
        characters=as_count(report.get("characters")),
        seconds=_seconds(report),
        raw=report or None,
    )


def request_id(fields: JSON, response: HttpResponse) -> str | None:
    """The body's, which is what the vendor asks for; else the header's."""
    found: Any = fields.get("request_id")
    return found if isinstance(found, str) and found else response.head.request_id


def _seconds(report: JSON) -> float | None:
    found = (report.get(name) for name in ("seconds", "duration"))
    return next((float(value) for value in found if isinstance(value, (int, float)) and not isinstance(value, bool)), None)
