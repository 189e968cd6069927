"""Responses, served: `POST /v1/responses`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modelruntime.codecs.dialect import Fault, InboundCall, Served
from modelruntime.codecs.openai.inbound.fault import render_fault
from modelruntime.codecs.openai.inbound.standing import tools_stand
from modelruntime.codecs.openai_responses.inbound.compaction import is_ours
from modelruntime.codecs.openai_responses.inbound.request import STRUCTURE, parse_responses_request
from modelruntime.codecs.openai_responses.inbound.response import render_response
from modelruntime.codecs.openai_responses.inbound.stream import ResponsesEncoder
from modelruntime.entities.call import LLMCall
from modelruntime.entities.llm_result import LLMResult
from modelruntime.schema.profile import Profile


class ResponsesDialect:
    """Clients of the Responses API; nothing is kept between two calls."""

    name = "openai_responses"
    codecs: frozenset[str] = frozenset(("openai_responses",))
    relayed: frozenset[str] = codecs
    structure: frozenset[str] = STRUCTURE
    last_word = b""

    def stands(self, call: LLMCall, profile: Profile) -> bool:
        """May the client's items and tools go to the endpoint as they are?"""
        return tools_stand(call, profile) and not any(map(is_ours, call.messages))

    def parse_request(self, body: Mapping[str, Any]) -> InboundCall:
        """Raises `ParameterInvalid` naming the place that cannot be read."""
        return parse_responses_request(body)

    def render_result(self, result: LLMResult, call: InboundCall, served: Served) -> bytes:
        """The whole answer."""
        return render_response(result, call, served)

    def encoder(self, call: InboundCall, served: Served) -> ResponsesEncoder:
        """For one streamed answer."""
        return ResponsesEncoder(call, served)

    def render_fault(self, fault: Fault) -> bytes:
        """The body of an error."""
        return render_fault(fault)


DIALECT = ResponsesDialect()
