"""Tokens counted by the vendor: an endpoint that takes a chat's messages and answers with a number.

Not part of the family's own API; an endpoint that has one names its path in `profile.paths.count_tokens`. Form: the chat's
`model`, `messages` and `tools` in, `{"data": {"total_tokens": 80}}` out, as Moonshot's `/tokenizers/estimate-token-count`
(https://raw.githubusercontent.com/api-evangelist/kimi-moonshot/refs/heads/main/openapi/kimi-moonshot-utilities-api-openapi.yml,
2026-11-22).
"""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.codecs.call_warnings import CallWarnings
from modelruntime.codecs.json_value import as_count, as_object
from modelruntime.codecs.openai.errors import error_from, error_in_reply, unreadable_reply
from modelruntime.codecs.openai.render_messages import render_messages
from modelruntime.codecs.openai.render_tools import render_tools
from modelruntime.codecs.openai.request import endpoint_url, json_request
from modelruntime.codecs.operation import Endpoint, Exchange
from modelruntime.entities.call import LLMCall
from modelruntime.entities.http import HttpResponse

OPERATION = "count_tokens"


def count_tokens(call: LLMCall, endpoint: Endpoint) -> Exchange[int] | None:
    """The exchange that asks for the number of tokens, None for an endpoint that declares no such path."""
    path = endpoint.profile.paths.get(OPERATION)
    if path is None:
        return None
    warnings = CallWarnings(call.strict)
    body: dict[str, Any] = {
        "model": endpoint.model,
        "messages": render_messages(call.messages, endpoint.profile, warnings),
        **render_tools(call.tools, None, endpoint.profile, warnings),
    }
    request = json_request(endpoint, endpoint_url(endpoint, OPERATION, path), body)
    return Exchange(request, lambda response: parse_count(response, endpoint))


def parse_count(response: HttpResponse, endpoint: Endpoint) -> int:
    """The number in the reply. Raises `InvokeError` for a reply without one."""
    if not 200 <= response.head.status < 300:
        raise error_from(response, endpoint)
    if error := error_in_reply(response, endpoint):
        raise error
    try:
        fields = as_object(msgspec.json.decode(response.body))
    except msgspec.DecodeError as cause:
        raise unreadable_reply(response, endpoint, "no JSON") from cause
    found = as_count(as_object(fields.get("data")).get("total_tokens"))
    if found is None:
        raise unreadable_reply(response, endpoint, "it holds no number of tokens")
    return found
